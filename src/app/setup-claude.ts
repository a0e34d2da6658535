import { existsSync, lstatSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { readSettingsFile } from "../host/claude/settings-file.ts";
import { valueAt } from "../host/claude/settings-text.ts";
import { applyPlan } from "../host/claude/setup-apply.ts";
import { EMPTY_JOURNAL, readJournal, type Setup, type SetupJournal } from "../host/claude/setup-journal.ts";
import { planSetup, planUndo, type SetupFacts, type SetupPlan } from "../host/claude/setup-plan.ts";
import { commandOf } from "../host/claude/setup-wishes.ts";
import { telemetryEnv, userSettingsPath } from "../host/claude/telemetry-env.ts";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { replaceFile } from "../kernel/files.ts";
import { parseJson } from "../kernel/json.ts";
import { LIMITS } from "../kernel/limits.ts";
import { withLock } from "../kernel/lock.ts";
import { stableProgram } from "../kernel/stable-program.ts";
import type { World } from "../kernel/world.ts";
import { pluginReachFor } from "./plugin-reach.ts";
import { receiverEndpoint, type StandardAddress } from "./receiver-endpoint.ts";

/** `masque setup claude`: reads the machine, plans, and on a person's word applies exactly what was shown. */

/** What is asked of {@link planClaudeSetup}. */
export type SetupRequest = {
  readonly scope: "user" | "project";
  readonly undo: boolean;
  /** The receiver's OTLP/HTTP port; `null` for the one that runs, or else the standard one. */
  readonly httpPort: number | null;
  readonly standard: StandardAddress;
  /** What the receiver asks of its senders; empty when nothing. */
  readonly token: string;
};

/** A plan, and which place it is for. */
export type ClaudeSetup = { readonly claude: string; readonly plan: SetupPlan };

type Known = { readonly claude: string; readonly journal: SetupJournal; readonly former: Setup | null };

/**
 * What setting up, or undoing it, would change. Nothing is touched.
 *
 * @throws {MasqueError} `host.settings-invalid`, `file.unreadable`; `cli.usage` where the receiver is set to an address that is
 *   not of this machine.
 */
export async function planClaudeSetup(world: World, request: SetupRequest): Promise<ClaudeSetup> {
  const known = readKnown(world, request);
  return { claude: known.claude, plan: await planFor(world, request, known) };
}

/**
 * Applies the plan that was shown.
 *
 * @throws {MasqueError} `setup.outdated` when the machine has changed since; `file.unwritable`; `lock.timeout`
 */
export async function applyClaudeSetup(world: World, request: SetupRequest, shown: ClaudeSetup): Promise<void> {
  await withLock(join(setupFolder(world), "setup.lock"), LIMITS.lockWaitMs, async () => {
    const known = readKnown(world, request);
    const plan = await planFor(world, request, known);
    if (!Bun.deepEquals(plan.changes, shown.plan.changes)) throw outdated(known.claude);
    applyPlan(plan, known.former, (setup) => saveSetup(world, known, setup));
  });
}

function readKnown(world: World, { scope }: SetupRequest): Known {
  const claude = scope === "user" ? dirname(userSettings(world)) : join(world.project, ".claude");
  const path = journalPath(world);
  const text = readSettingsFile(path);
  const journal = text === null ? EMPTY_JOURNAL : readJournal(parseJson(text));
  if (!journal) {
    throw new MasqueError("host.settings-invalid", `Cannot read "${path}": it is not what masque wrote`, {
      hint: "move it away; what a former setup wrote then stays until it is taken out by hand",
    });
  }
  return { claude, journal, former: journal.setups[claude] ?? null };
}

async function planFor(world: World, request: SetupRequest, known: Known): Promise<SetupPlan> {
  if (!request.undo) return planSetup(await readFacts(world, request, known), known.former);
  const nothing: Setup = { settings: [], files: [], folders: [] };
  const former = withoutShared(known, known.former ?? nothing, runShPath(world));
  return planUndo(readTexts([...former.settings, ...former.files].map(({ path }) => path)), former);
}

/** The script serves every place that was set up: it goes with the last. */
function withoutShared({ journal }: Known, former: Setup, runSh: string): Setup {
  if (Object.keys(journal.setups).length <= 1) return former;
  return { ...former, files: former.files.filter(({ path }) => path !== runSh) };
}

async function readFacts(world: World, request: SetupRequest, { claude, former }: Known): Promise<SetupFacts> {
  const own = userSettings(world);
  const settings = request.scope === "user" ? own : join(claude, "settings.local.json");
  const shared = join(world.project, ".claude", "settings.json");
  const base = { claude, runSh: runShPath(world), program: stableProgram(world), settings, userSettings: own };
  const { commandFiles } = await import("../host/claude/command-files.ts");
  const files = commandFiles(base).map(({ path }) => path);
  const formerPaths = [...(former?.settings ?? []), ...(former?.files ?? [])].map(({ path }) => path);
  return {
    ...base,
    texts: readTexts([settings, own, ...files, ...formerPaths]),
    missingFolders: missingFolders([...files, settings, own].map(dirname)),
    plugin: pluginReachFor(world, request.scope),
    inheritedStatusline: request.scope === "user" ? null : (statuslineIn(shared) ?? statuslineIn(own)),
    telemetry: telemetryEnv({
      endpoint: await receiverEndpoint(world, {
        transport: "http",
        port: request.httpPort,
        standard: request.standard,
      }),
      protocol: "http/protobuf",
      withToolDetails: false,
      token: request.token,
    }),
    processEnv: world.env,
  };
}

function readTexts(paths: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const path of new Set(paths)) {
    const text = readSettingsFile(path);
    if (text !== null) texts.set(path, text);
  }
  return texts;
}

function statuslineIn(path: string): string | null {
  const text = readSettingsFile(path);
  return text === null ? null : commandOf(valueAt(text, { path: ["statusLine"], file: path }));
}

/** The folders that are not there yet, outermost first; where a file stands in the way, writing will say so. */
function missingFolders(folders: readonly string[]): string[] {
  const missing = new Set<string>();
  for (const folder of folders) {
    for (let at = folder; !isThere(at); at = dirname(at)) missing.add(at);
  }
  return [...missing].sort((left, right) => left.length - right.length);
}

function isThere(path: string): boolean {
  return existsSync(path) || (existsSync(dirname(path)) && readsAsLink(path));
}

/** A link to nothing is no folder, and yet nothing can be made in its place. */
function readsAsLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

function saveSetup(world: World, { claude, journal }: Known, setup: Setup | null): void {
  const { [claude]: _former, ...others } = journal.setups;
  const setups = setup === null ? others : { ...others, [claude]: setup };
  const path = journalPath(world);
  if (Object.keys(setups).length > 0) replaceFile(path, `${JSON.stringify({ ...journal, setups }, null, 2)}\n`);
  else rmSync(path, { force: true });
}

function userSettings(world: World): string {
  return userSettingsPath(world.env, world.paths.home);
}

function setupFolder(world: World): string {
  return join(world.paths.data, "host", "claude");
}

function journalPath(world: World): string {
  return join(setupFolder(world), "setup.json");
}

function runShPath(world: World): string {
  return join(setupFolder(world), "run.sh");
}

function outdated(claude: string): MasqueError {
  return new MasqueError("setup.outdated", `Cannot set up "${claude}": its files have changed since they were shown`, {
    hint: "run the command again, and read what it shows now",
  });
}
