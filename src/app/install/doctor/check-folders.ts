import { accessSync, constants, readdirSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import { freeBytes } from "../../../audience/files/captured-files.ts";
import { errnoOf } from "../../../kernel/errors.ts";
import { networkWarning } from "../../../kernel/files/file-system.ts";
import { lstatOrUndefined, statOrUndefined } from "../../../kernel/files/files.ts";
import { type FolderPurpose, requireSafePlace } from "../../../kernel/files/owned-folder.ts";
import { LIMITS } from "../../../kernel/limits.ts";
import type { Paths } from "../../../kernel/paths.ts";
import { sizeText } from "../../../kernel/text/size-text.ts";
import { type Check, type Finding, failed, ok, warning } from "./check.ts";

const OTHERS = 0o077;
const ALL_OF_MODE = 0o777;

/** Whether masque can write its folders, and no other user can read them. Looks at modes, and makes nothing. */
export function folderChecks(paths: Paths): readonly Check[] {
  return [
    { name: "data folder", look: () => dataFinding(paths.data) },
    { name: "telemetry folder", look: () => telemetryFinding(paths.otel) },
    { name: "masques folder", look: () => safeFinding(paths.masques, "masques", { isPrivate: false }) },
    { name: "cache folder", look: () => folderFinding(paths.libraries, { isPrivate: false }) },
    { name: "disk space", look: () => spaceFinding(paths.data) },
  ];
}

/** On a file system of another machine locks and syncs may not hold, so that acknowledged telemetry may be lost. */
function dataFinding(folder: string): Finding {
  const finding = safeFinding(folder, "data", { isPrivate: true });
  const trouble = finding.verdict === "ok" ? networkWarning(folder) : undefined;
  return trouble ? warning(trouble.found, trouble.fix) : finding;
}

function safeFinding(folder: string, purpose: FolderPurpose, how: { isPrivate: boolean }): Finding {
  requireSafePlace(folder, purpose);
  return folderFinding(folder, how);
}

function folderFinding(folder: string, { isPrivate }: { isPrivate: boolean }): Finding {
  const found = statOrUndefined(folder);
  if (!found) return absentFinding(folder);
  if (!found.isDirectory())
    return failed(`"${folder}" is not a folder`, `move it away: mv "${folder}" "${folder}.aside"`);
  if (!isOpen(folder)) return failed(`"${folder}" is not writable for you`, `chmod u+rwx "${folder}"`);
  const mode = modeOf(found);
  if (isPrivate && hasModes() && (found.mode & OTHERS) !== 0) {
    return warning(`"${folder}" is open to others (${mode})`, `chmod 700 "${folder}"`);
  }
  return ok(hasModes() ? `"${folder}" (${mode})` : `"${folder}"`);
}

function absentFinding(folder: string): Finding {
  let above = dirname(folder);
  while (!statOrUndefined(above) && dirname(above) !== above) above = dirname(above);
  if (isOpen(above)) return ok(`"${folder}" does not exist yet, and can be made`);
  return failed(`"${folder}" does not exist, and "${above}" is not writable for you`, `chmod u+rwx "${above}"`);
}

/** The folder, and every file in it: telemetry is content. */
function telemetryFinding(folder: string): Finding {
  const finding = folderFinding(folder, { isPrivate: true });
  if (finding.verdict !== "ok" || !statOrUndefined(folder)) return finding;
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  const stats = files
    .map((name) => ({ name, found: lstatOrUndefined(join(folder, name)) }))
    .filter(({ found }) => found?.isFile());
  const open = hasModes() ? stats.filter(({ found }) => ((found?.mode ?? 0) & OTHERS) !== 0) : [];
  const [first] = open;
  if (first?.found) {
    const more = open.length > 1 ? `, and ${open.length - 1} more,` : "";
    const what = `"${join(folder, first.name)}"${more} can be read by others (${modeOf(first.found)})`;
    return warning(what, `chmod 600 "${folder}"/*.jsonl`);
  }
  const bytes = stats.reduce((sum, { found }) => sum + (found?.size ?? 0), 0);
  return ok(`${finding.found}, ${files.length} ${files.length === 1 ? "file" : "files"}, ${sizeText(bytes)}`);
}

function spaceFinding(folder: string): Finding {
  const free = freeBytes(folder);
  if (free === null) return ok("the system does not say how much is free");
  if (free >= LIMITS.diskFreeBytesWarned) return ok(`${sizeText(free)} free`);
  return warning(`${sizeText(free)} free where telemetry is kept`, "free some space, or set audience.retentionBytes");
}

function isOpen(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/** Windows has no modes: there the folder is protected because it is in the user's profile. */
function hasModes(): boolean {
  return process.getuid !== undefined;
}

function modeOf({ mode }: Stats): string {
  return (mode & ALL_OF_MODE).toString(8).padStart(4, "0");
}
