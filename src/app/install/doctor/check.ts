import { adviceOf, MasqueError } from "../../../kernel/errors.ts";

/** The verdict on one thing. After a warning the thing works, but not as people expect; after a failure it does not work. */
export type Verdict = "ok" | "warning" | "failed";

/** What was found, and what a person can do about it; `null` where there is nothing to do. */
export type Finding = { readonly verdict: Verdict; readonly found: string; readonly fix: string | null };

/** One thing to look at. */
export type Check = {
  /** For people, such as `data folder`. Programs read it in the JSON, so a name never changes. */
  readonly name: string;
  look(): Finding | Promise<Finding>;
};

/** All is well. */
export function ok(found: string): Finding {
  return { verdict: "ok", found, fix: null };
}

/** It works, but not as people expect. */
export function warning(found: string, fix: string): Finding {
  return { verdict: "warning", found, fix };
}

/** It does not work. */
export function failed(found: string, fix: string): Finding {
  return { verdict: "failed", found, fix };
}

/** Looks, and turns whatever the look throws into a finding. */
export async function look(check: Check): Promise<Finding> {
  try {
    return await check.look();
  } catch (error) {
    if (error instanceof MasqueError) return failed(error.message, adviceOf(error) ?? "see the message");
    // A bug in one check must not hide what the others find.
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return failed(`this check has a bug: ${said}`, "report this as a bug, with this line");
  }
}
