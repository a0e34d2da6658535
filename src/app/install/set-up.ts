import { dirname, join } from "node:path";
import { tellsWhatProcessesHave } from "../../host/claude/host-processes.ts";
import { userSettingsPath } from "../../host/claude/settings-path.ts";
import { commandOf } from "../../host/claude/setup/entries.ts";
import { planSetup, planUndo, type SetupFacts, type SetupPlan } from "../../host/claude/setup/plan.ts";
import { pluginReachFor } from "../../host/claude/setup/plugin-reach.ts";
import { telemetryEnv } from "../../host/claude/telemetry-env.ts";
import { PLACE_VARIABLES } from "../../host/claude/trusted-env.ts";
import { findFile, readSettingsFile } from "../../host/settings/file.ts";
import { valueAt } from "../../host/settings/text.ts";
import {
  applySetup,
  groundOf,
  hostFolder,
  projectClaude,
  readSetupJournal,
  userClaude,
} from "../../host/setup/apply-setup.ts";
import { type Setup, type SetupJournal, setupOf } from "../../host/setup/journal.ts";
import { isLink, missingFolders } from "../../host/setup/missing-folders.ts";
import type { Env } from "../../kernel/paths.ts";
import { stableProgram } from "../../kernel/process/stable-program.ts";
import type { World } from "../../kernel/world.ts";
import { receiverEndpoint, type StandardAddress } from "../audience/receiver-endpoint.ts";

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

/** A plan, which place it is for, and the journal's entry that it was made from. */
export type ClaudeSetup = { readonly claude: string; readonly plan: SetupPlan; readonly former: Setup | null };

/**
 * What setting up, or undoing it, would change. Nothing is touched.
 *
 * @throws {MasqueError} `host.settings-invalid`, `file.unreadable`; `cli.usage` where the receiver is set to an address that is
 *   not of this machine.
 */
export async function planClaudeSetup(world: World, request: SetupRequest): Promise<ClaudeSetup> {
  const claude = request.scope === "user" ? userClaude(world) : projectClaude(world);
  const journal = readSetupJournal(world);
  const former = setupOf(journal, { kind: "setup", claude });
  if (!request.undo)
    return { claude, former, plan: planSetup(await readFacts(world, request, claude, former), former) };
  const nothing: Setup = { kind: "setup", claude, settings: [], files: [], folders: [] };
  const found = readFiles(world, pathsOf(former));
  const plan = planUndo(found, withoutShared(journal, former ?? nothing, runShPath(world)));
  return { claude, former, plan };
}

/** Whether applying the plan would do nothing: not even clear what an interrupted setup has left in the journal. */
export function isSettled({ plan, former }: ClaudeSetup): boolean {
  return plan.changes.length === 0 && (plan.result !== null || former === null);
}

/**
 * Applies the plan that was shown.
 *
 * @throws {MasqueError} `setup.outdated` when the machine has changed since; `file.unwritable`; `lock.timeout`
 */
export async function applyClaudeSetup(world: World, { plan, former }: ClaudeSetup): Promise<void> {
  await applySetup(world, plan, former);
}

/** The script serves every place that was set up: it goes with the last. */
function withoutShared(journal: SetupJournal, former: Setup, runSh: string): Setup {
  const isLast = journal.every(({ kind, claude }) => kind !== "setup" || claude === former.claude);
  return isLast ? former : { ...former, files: former.files.filter(({ path }) => path !== runSh) };
}

function pathsOf(former: Setup | null): string[] {
  return [...(former?.settings ?? []), ...(former?.files ?? [])].map(({ path }) => path);
}

async function readFacts(
  world: World,
  request: SetupRequest,
  claude: string,
  former: Setup | null,
): Promise<SetupFacts> {
  const own = userSettingsPath(world.env, world.paths.home);
  const settings = request.scope === "user" ? own : join(claude, "settings.local.json");
  const shared = join(world.project, ".claude", "settings.json");
  const base = { claude, runSh: runShPath(world), program: stableProgram(world), settings, userSettings: own };
  const { commandFiles } = await import("../../host/claude/setup/command-files.ts");
  const files = commandFiles(base).map(({ path }) => path);
  return {
    ...base,
    ...readFiles(world, [settings, own, ...files, ...pathsOf(former)]),
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
    places: tellsWhatProcessesHave() ? {} : placesOf(world.env),
  };
}

function placesOf(env: Env): Record<string, string> {
  return Object.fromEntries(PLACE_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** The texts of files. Of a script or command that is a link nothing is read: a person has put the link there. */
function readFiles(world: World, paths: readonly string[]): Pick<SetupFacts, "texts" | "links"> {
  const [texts, links] = [new Map<string, string>(), new Set<string>()];
  for (const path of new Set(paths)) {
    if (!path.endsWith(".json") && isLink(path)) links.add(path);
    const { text } = links.has(path) ? { text: null } : findFile(path, groundOf(world, path));
    if (text !== null) texts.set(path, text);
  }
  return { texts, links };
}

function statuslineIn(path: string): string | null {
  const text = readSettingsFile(path);
  return text === null ? null : commandOf(valueAt(text, ["statusLine"], path));
}

function runShPath(world: World): string {
  return join(hostFolder(world), "run.sh");
}
