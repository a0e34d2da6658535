import { closeSync, constants, lstatSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { FILE_MODE, makePrivateFolder, readBounded, writeWhole } from "../kernel/files/files.ts";
import { parseSessionId, type SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { SlashCommand } from "../kernel/slash-commands.ts";
import { parseJson } from "../kernel/text/json.ts";
import { orNull, parsedBy, recordOf, string, unixNano } from "../kernel/text/json-shape.ts";

/**
 * What a person typed after a slash command, on its way from the expansion hook to the command's shell block.
 *
 * No text that a person or a repository chose may be in the block: no terminator of a heredoc is safe, and Claude Code
 * substitutes `${CLAUDE_PROJECT_DIR}` as raw text. So the hook leaves arguments and project in a file of the data
 * folder, one for each session and command, and the block takes the file once.
 */
export type HandedOver = {
  readonly session: SessionId;
  readonly command: SlashCommand;
  /** The arguments as they were typed; `null` when there were more bytes than `slashArgumentBytesMax`. */
  readonly words: string | null;
  /** The project's folder, absolute. */
  readonly project: string;
};

/** The outcome of taking: `outdated` was left longer ago than a command waits, or by a clock that has changed since. */
export type Taken = { readonly kind: "taken"; readonly handed: HandedOver } | { readonly kind: "absent" | "outdated" };

const NANOS_PER_MS = 1_000_000n;
const KEY_CHARS = 32;
/** What begins the name of a file that one command has taken, so that no other finds it. */
const TAKEN = "taken-";

/**
 * Leaves what was typed for the command that is about to run. What an earlier command of the same name left goes first, so
 * that a failure leaves nothing to take.
 *
 * @param host The agent program's folder in the data folder: `<data>/host/claude`.
 * @throws {MasqueError} `file.unwritable`
 */
export function handOver(host: string, handed: HandedOver, nowUnixNano: bigint): void {
  const folder = folderIn(host);
  const path = join(folder, fileNameOf(handed));
  makePrivateFolder(folder);
  try {
    rmSync(path, { force: true });
    removeOutdated(folder, nowUnixNano);
    const fits = handed.words !== null && Buffer.byteLength(handed.words) <= LIMITS.slashArgumentBytesMax;
    const kept = { ...handed, words: fits ? handed.words : null, unixNano: String(nowUnixNano) };
    writeExclusively(path, `${JSON.stringify(kept)}\n`);
  } catch (error) {
    throw new MasqueError("file.unwritable", `Cannot write "${path}": ${errnoOf(error) ?? String(error)}`, {
      hint: `make "${folder}" writable for your user`,
      cause: error,
    });
  }
}

/** Takes what was left for this command in this session: whatever the outcome, it is gone afterwards. */
export function takeHandedOver(
  host: string,
  wanted: Pick<HandedOver, "session" | "command">,
  nowUnixNano: bigint,
): Taken {
  const folder = folderIn(host);
  const mine = join(folder, `${TAKEN}${process.pid}-${fileNameOf(wanted)}`);
  try {
    // Of two commands that come at once, one renames and the other finds nothing.
    renameSync(join(folder, fileNameOf(wanted)), mine);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return { kind: "absent" };
    throw error;
  }
  try {
    return read(readBounded(mine, LIMITS.handedOverBytesMax, tooLarge)?.toString("utf8"), wanted, nowUnixNano);
  } finally {
    rmSync(mine, { force: true });
  }
}

const fileOf = recordOf({
  session: parsedBy(parseSessionId),
  command: string,
  words: orNull(string),
  project: string,
  unixNano,
});

function read(
  text: string | undefined,
  { session, command }: Pick<HandedOver, "session" | "command">,
  nowUnixNano: bigint,
): Taken {
  const left = text === undefined ? undefined : fileOf(parseJson(text));
  if (left?.session !== session || left.command !== command) return { kind: "absent" };
  const { words, project } = left;
  if (isOutdated(BigInt(left.unixNano), nowUnixNano)) return { kind: "outdated" };
  return { kind: "taken", handed: { session, command, words, project } };
}

/** A clock that was set back makes a file come from the future. Such a file is no more what was just typed than an old file is. */
function isOutdated(leftUnixNano: bigint, nowUnixNano: bigint): boolean {
  const apart = nowUnixNano - leftUnixNano;
  return (apart < 0n ? -apart : apart) > BigInt(LIMITS.slashArgumentWaitMs) * NANOS_PER_MS;
}

/** Commands that never ran leave files; what was typed is not kept longer than until the next slash command. */
function removeOutdated(folder: string, nowUnixNano: bigint): void {
  for (const name of readdirSync(folder)) {
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (!found?.isFile()) continue;
    if (isOutdated(BigInt(Math.round(found.mtimeMs)) * NANOS_PER_MS, nowUnixNano))
      rmSync(join(folder, name), { force: true });
  }
}

/** The exclusive flag follows no link, and refuses a path where something is already. */
function writeExclusively(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
  try {
    writeWhole(fd, Buffer.from(text));
  } finally {
    closeSync(fd);
  }
}

function folderIn(host: string): string {
  return join(host, "typed");
}

function fileNameOf({ session, command }: Pick<HandedOver, "session" | "command">): string {
  const hex = new Bun.CryptoHasher("sha256").update(`${session}\0${command}`).digest("hex");
  return `${hex.slice(0, KEY_CHARS)}.json`;
}

function tooLarge(bytes: number): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read what was typed: its file has ${bytes} bytes`, {
    hint: "give the command again",
  });
}
