import { dirname } from "node:path";
import { userSettingsPath } from "../../host/claude/settings-path.ts";
import { planUndo, type SetupPlan } from "../../host/claude/setup/plan.ts";
import {
  type EnvConflict,
  isCredential,
  OUR_HEADERS,
  planTelemetryEnv,
  saysWhere,
  type TelemetryProtocol,
  telemetryEnv,
} from "../../host/claude/telemetry-env.ts";
import type { SettingsRecord } from "../../host/settings/edit.ts";
import { findFile } from "../../host/settings/file.ts";
import { applySetup, hostFolder, readSetupJournal, userClaude } from "../../host/setup/apply-setup.ts";
import { type Setup, type SetupKey, setupOf } from "../../host/setup/journal.ts";
import { missingFolders } from "../../host/setup/missing-folders.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { World } from "../../kernel/world.ts";
import { receiverEndpoint, type StandardAddress } from "./receiver-endpoint.ts";

type ConfigWorld = Pick<World, "env" | "paths" | "project">;

/** What is asked of {@link audienceConfig}. */
export type AudienceConfigInput = {
  readonly protocol: TelemetryProtocol;
  /** The receiver's port for that protocol; `null` for the one that runs, or else the one that it is set to. */
  readonly port: number | null;
  readonly standard: StandardAddress;
  readonly withToolDetails: boolean;
  /** What the receiver asks of its senders; empty when nothing. */
  readonly token: string;
  /** Put it into the user's own settings of Claude Code. */
  readonly write: boolean;
  /** Replace values of somebody else's. */
  readonly force: boolean;
};

/** The environment that the host needs, and whether its settings hold it now. */
export type AudienceConfig = {
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settingsFile: string;
  readonly written: "not-asked" | "written" | "already-there";
};

/** What taking it out again came to. */
export type AudienceConfigUndone = {
  readonly settingsFile: string;
  readonly isTakenOut: boolean;
  /** What was left alone, with the reason. */
  readonly notes: readonly string[];
};

/**
 * Answers what makes the host send its telemetry here, and writes it where that was asked for.
 *
 * @throws {MasqueError} `audience.config-taken` when the settings send telemetry elsewhere; `host.settings-invalid`; `cli.usage`
 *   where the receiver is set to an address that is not of this machine.
 */
export async function audienceConfig(world: ConfigWorld, input: AudienceConfigInput): Promise<AudienceConfig> {
  const { protocol, port, standard, withToolDetails, token } = input;
  const transport = protocol === "grpc" ? "grpc" : "http";
  const endpoint = await receiverEndpoint(world, { transport, port, standard });
  const env = telemetryEnv({ endpoint, protocol, withToolDetails, token });
  const settingsFile = userSettingsPath(world.env, world.paths.home);
  const written = input.write ? await writeEnv(world, env, input.force) : "not-asked";
  return { endpoint, env, settingsFile, written };
}

/**
 * Takes out of the host's settings what {@link audienceConfig} has written, and nothing that has been changed since.
 *
 * @throws {MasqueError} `setup.outdated`, `host.settings-invalid`, `file.unreadable`, `file.unwritable`
 */
export async function undoAudienceConfig(world: ConfigWorld): Promise<AudienceConfigUndone> {
  const settingsFile = userSettingsPath(world.env, world.paths.home);
  const { former } = known(world);
  if (former === null) return { settingsFile, isTakenOut: false, notes: [] };
  const texts = new Map<string, string>();
  for (const { path } of former.settings) {
    const { text } = findFile(path, "user");
    if (text !== null) texts.set(path, text);
  }
  const plan: SetupPlan = planUndo({ texts, links: new Set() }, former);
  await applySetup(world, plan, former);
  return { settingsFile, isTakenOut: plan.changes.length > 0, notes: plan.notes };
}

async function writeEnv(
  world: ConfigWorld,
  env: Readonly<Record<string, string>>,
  force: boolean,
): Promise<"written" | "already-there"> {
  const path = userSettingsPath(world.env, world.paths.home);
  const { key, former } = known(world);
  const { text } = findFile(path, "user");
  const record = former?.settings.find((one) => one.path === path) ?? null;
  const { plan, conflicts, endpoint } = planTelemetryEnv({ text, record, file: path }, env);
  const sendsHere = isHere(endpoint ?? "");
  const foreign = conflicts.find((conflict) => !isOurs(conflict, sendsHere));
  if (foreign && !force) throw taken(path, foreign);
  if (plan.text === text) return "already-there";
  const folders = [...(former?.folders ?? []), ...missingFolders([dirname(path), hostFolder(world)])];
  const entry = (settings: SettingsRecord | null): Setup => ({
    ...key,
    settings: settings ? [{ path, ...settings }] : [],
    files: [],
    folders,
  });
  const changes = [{ path, before: text, after: plan.text, says: [] }];
  const setup = { key, changes, notes: [], warnings: [], intent: entry(plan.intent), result: entry(plan.result) };
  await applySetup(world, setup, former);
  return "written";
}

function known(world: ConfigWorld): { readonly key: SetupKey; readonly former: Setup | null } {
  const key: SetupKey = { kind: "telemetry", claude: userClaude(world) };
  return { key, former: setupOf(readSetupJournal(world), key) };
}

/**
 * A receiver on this machine is ours, on whichever port it was, by whichever protocol and whatever its token; the rest
 * may be somebody's own setup, which its endpoint gives away.
 */
function isOurs({ name, found }: EnvConflict, sendsHere: boolean): boolean {
  if (isCredential(name)) return found.startsWith(OUR_HEADERS);
  return sendsHere && saysWhere(name);
}

function isHere(endpoint: string): boolean {
  return /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/.test(endpoint);
}

function taken(file: string, { name, found }: EnvConflict): MasqueError {
  return new MasqueError(
    "audience.config-taken",
    `Cannot write ${name} to "${file}": it is "${isCredential(name) ? "…" : printableLine(found)}" there already`,
    {
      try: "masque audience config --write --force",
      hint: "the command replaces that value; to keep it, send to this receiver from that collector (see collector/)",
    },
  );
}
