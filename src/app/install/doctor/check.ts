import { adviceOf, MasqueError } from "../../../kernel/errors.ts";

/** How a look at one thing ended. A warning is something that works and will surprise; a failure does not work. */
export type Verdict = "ok" | "warning" | "failed";

/** What was found, and what a person can do about it; `null` where there is nothing to do. */
export type Finding = { readonly verdict: Verdict; readonly found: string; readonly fix: string | null };

/** One thing to look at. */
export type Check = {
  /** As people read it: `data folder`. Programs know it by the same name, so it stays. */
  readonly name: string;
  look(): Finding | Promise<Finding>;
};

/** All is well. */
export function ok(found: string): Finding {
  return { verdict: "ok", found, fix: null };
}

/** It works, and will surprise. */
export function warning(found: string, fix: string): Finding {
  return { verdict: "warning", found, fix };
}

/** It does not work. */
export function failed(found: string, fix: string): Finding {
  return { verdict: "failed", found, fix };
}

/** Looks, whatever happens: what a look throws is what it found. */
export async function look(check: Check): Promise<Finding> {
  try {
    return await check.look();
  } catch (error) {
    if (error instanceof MasqueError) return failed(error.message, adviceOf(error) ?? "see the message");
    // A bug in one check must not hide what the others find.
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return failed(`this check has a bug of ours: ${said}`, "tell us, with this line");
  }
}
