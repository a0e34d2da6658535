import { dirname } from "node:path";
import { printableLine } from "../../../kernel/text/printable.ts";
import type { ForeignValue, HostWorld, PlannedTelemetry } from "../../host.ts";
import type { SettingsRecord } from "../../settings/edit.ts";
import { findFile } from "../../settings/file.ts";
import { valueAt } from "../../settings/text.ts";
import { planFile } from "../../settings/undo.ts";
import { readSetupJournal } from "../../setup/apply-setup.ts";
import type { Setup, SetupKey } from "../../setup/journal.ts";
import { missingFolders } from "../../setup/missing-folders.ts";
import { formerOf, type PlannedSetup, planUndo } from "../../setup/plan.ts";
import { settingsFileOf, setupPlace, userFolder } from "../places.ts";
import { ENDPOINT, isCredential, OUR_HEADERS, saysWhere } from "../telemetry-env.ts";

/** Telemetry's environment in the user's own settings, without the rest of a setup. Every other byte stays. */

/** For {@link HostSetup.planTelemetry}. */
export function planClaudeTelemetry(world: HostWorld, env: Readonly<Record<string, string>>): PlannedTelemetry {
  const place = setupPlace(world);
  const { former, orEmpty } = formerOf(readSetupJournal(place), keyOf(world));
  const path = settingsFileOf(world);
  const { text } = findFile(path, "user");
  const record = orEmpty.settings.find((one) => one.path === path) ?? null;
  const wishes = Object.entries(env).map(([name, value]) => ({ path: ["env", name], isElement: false, value }));
  const plan = planFile({ text, record, file: path }, () => wishes);
  const entry = (settings: SettingsRecord | null): Setup => ({
    ...orEmpty,
    settings: settings ? [{ path, ...settings }] : [],
    folders: [...orEmpty.folders, ...missingFolders([dirname(path), place.folder])],
  });
  const changes = plan.text === text ? [] : [{ path, before: text, after: plan.text, says: [] }];
  const setup = {
    key: keyOf(world),
    changes,
    notes: [],
    warnings: [],
    intent: entry(plan.intent),
    result: entry(plan.result),
  };
  const said = (name: string) => valueAt(plan.ground.text ?? "", ["env", name], path);
  return { planned: { plan: setup, former, place }, foreign: foreignIn(env, said) };
}

/** For {@link HostSetup.planTelemetryUndo}. */
export function planClaudeTelemetryUndo(world: HostWorld): PlannedSetup {
  const place = setupPlace(world);
  const { former, orEmpty } = formerOf(readSetupJournal(place), keyOf(world));
  const texts = new Map<string, string>();
  for (const { path } of orEmpty.settings) {
    const { text } = findFile(path, "user");
    if (text !== null) texts.set(path, text);
  }
  return { plan: planUndo({ texts, links: new Set() }, orEmpty), former, place };
}

function keyOf(world: HostWorld): SetupKey {
  return { kind: "telemetry", folder: userFolder(world) };
}

/**
 * The first value in the way that is someone else's. A receiver on this machine is ours, on whichever port it was, by
 * whichever protocol and whatever its token; the rest may be somebody's own setup, which its endpoint gives away.
 */
function foreignIn(env: Readonly<Record<string, string>>, said: (name: string) => unknown): ForeignValue | null {
  const sendsHere = isHere(String(said(ENDPOINT) ?? ""));
  for (const [name, value] of Object.entries(env)) {
    const given = said(name);
    if (given === undefined || given === value) continue;
    const found = String(given);
    const isOurs = isCredential(name) ? found.startsWith(OUR_HEADERS) : sendsHere && saysWhere(name);
    if (!isOurs) return { name, found: isCredential(name) ? "…" : printableLine(found) };
  }
  return null;
}

function isHere(endpoint: string): boolean {
  return /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/.test(endpoint);
}
