import { readFileSync, readlinkSync } from "node:fs";
import { errnoOf } from "../errors.ts";
import { orUnseen } from "./or-unseen.ts";

/**
 * Tells a process from others that have the same pid: a pid is used again after its process has ended, after a reboot, and in every
 * container. On Linux a few small reads in `/proc` tell them apart. On other systems only the pid is known without starting a program.
 */
export type ProcessIdentity = {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; `""` where the system does not say. */
  readonly startTime: string;
  /** A UUID, new at each boot; `""` where the system does not say. */
  readonly bootId: string;
  /** The inode of the pid namespace, a decimal number; `""` where the system does not say. */
  readonly pidNamespace: string;
};

/** Fields of `/proc/<pid>/stat` after the name of the program, counted from 0: state is the first. */
const STATE = 0;
const PARENT = 1;
const START_TIME = 19;
/** A process that has ended and whose parent has not looked yet. */
const ENDED = new Set(["Z", "X", "x"]);

/** The identity of a running process, or `undefined` when no such process runs. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  if (!isPid(pid)) return undefined;
  const bootId = bootIdentity();
  if (bootId === "") return isRunning(pid) ? { pid, startTime: "", bootId, pidNamespace: "" } : undefined;
  const startTime = statOf(pid)?.[START_TIME];
  return startTime === undefined ? undefined : { pid, startTime, bootId, pidNamespace: pidNamespaceOf(pid) };
}

/** One text for one process, the same as long as the process runs. For comparing, and as a key. */
export function processKey({ pid, startTime, bootId, pidNamespace }: ProcessIdentity): string {
  return [pid, startTime, bootId, pidNamespace].join("/");
}

/** The pid of the parent; `undefined` for the first process, for one that has ended, and where the system does not say. */
export function parentOf(pid: number): number | undefined {
  const parent = Number(statOf(pid)?.[PARENT]);
  return isPid(parent) ? parent : undefined;
}

/** The fields of `/proc/<pid>/stat` after the program's name, which may itself hold spaces and parentheses. */
function statOf(pid: number): readonly string[] | undefined {
  if (!isPid(pid)) return undefined;
  const text = readProc(`/proc/${pid}/stat`);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields === undefined || ENDED.has(fields[STATE] ?? "") ? undefined : fields;
}

function bootIdentity(): string {
  return readProc("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/** The number in `pid:[4026531836]`; hidden for processes of other users. */
function pidNamespaceOf(pid: number): string {
  const link = orUnseen(() => readlinkSync(`/proc/${pid}/ns/pid`));
  return /^pid:\[(\d+)\]$/.exec(link ?? "")?.[1] ?? "";
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process runs and belongs to another user.
    return errnoOf(error) === "EPERM";
  }
}

function isPid(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid > 0;
}

function readProc(path: string): string | undefined {
  return orUnseen(() => readFileSync(path, "utf8"));
}
