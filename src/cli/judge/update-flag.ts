import type { Deps } from "../../deps.ts";
import { defaultSources } from "../../judge/sources.ts";
import { usage } from "../parse.ts";
import { judgingLine } from "../print/progress.ts";

/** `--update`: the receiver runs this before it drops logs that the judge has not read; a person runs it before deleting logs. */
export const updateFlag = {
  update: {
    type: "boolean",
    description: "Only read new telemetry, and score nothing",
    default: false,
  },
} as const;

/** Flags that may be given together with `--update`. */
const BESIDE = ["update", "quiet"];

/**
 * Brings the store up to date and prints nothing.
 *
 * @throws {MasqueError} `cli.usage` for a flag that asks for a score; `lock.timeout`, `file.unwritable`,
 *   `judge.query-failed`, `judge.logs-unreadable`
 */
export async function updateOnly(
  args: Readonly<Record<string, unknown>> & { readonly quiet: boolean },
  lists: Readonly<Record<string, readonly string[]>>,
  deps: Deps,
): Promise<void> {
  refuseOthers([...givenIn(args), ...Object.keys(lists)]);
  using progress = judgingLine(deps.io.stderr, deps.clock, args.quiet);
  await (await deps.judge()).update(defaultSources(deps.paths), progress);
}

function givenIn(args: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(args).filter((name) => args[name] !== undefined && args[name] !== false);
}

function refuseOthers(given: readonly string[]): void {
  const other = given.find((name) => name !== "_" && !BESIDE.includes(name));
  if (other === undefined) return;
  throw usage(
    "judge",
    `Cannot run "masque judge": --update scores nothing, so --update and --${other} exclude each other`,
  );
}
