import { readFileSync } from "node:fs";

/** What Linux knows of a running process. */

/** The kernel's clock for processor times, on every platform that Linux runs Bun on. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MB = 1_000_000 / 1024;

/** Seconds of processor time that it has used, its own and the kernel's for it. */
export function cpuSeconds(pid: number): number {
  // The name, in parentheses, may hold spaces: fields are counted from behind it, where the third is.
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The most memory it ever had resident, in MB. */
export function peakMemoryMb(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kib) / KIB_PER_MB;
}
