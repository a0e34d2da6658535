import { readFileSync } from "node:fs";
import { program, type Requirement } from "./requirement.ts";

/** System calls of a program, as strace saw them: what was asked of the kernel, in the order in which it was. */

/** strace, allowed to trace: not every container lets it. */
export function strace(): Requirement {
  const { name, isMet } = program("strace", "Debian's strace");
  if (!isMet) return { name, isMet };
  const tried = Bun.spawnSync(["strace", "-o", "/dev/null", "true"]);
  return { name: "leave to trace processes with strace", isMet: tried.exitCode === 0 };
}

/** One call. */
export type SystemCall = {
  readonly name: string;
  /** Everything between the parentheses: file descriptors with their paths or addresses, whole strings. */
  readonly args: string;
  /** What it answered: `3</path>`, `0`, `-1 EIO (Input/output error)`; empty when the process died in it. */
  readonly result: string;
  /** Places in the trace: where the kernel was entered, and where it answered. */
  readonly began: number;
  readonly ended: number;
};

/** The command that runs a program under strace with these calls written to `trace`. */
export function straceCommand(
  trace: string,
  calls: readonly string[],
  more: readonly string[] = [],
): readonly string[] {
  return ["strace", "-f", "-yy", "-s", "10000000", "-o", trace, "-e", `trace=${calls.join(",")}`, ...more];
}

const WHOLE = /^(\d+)\s+(\w+)\((.*)\)\s+= (.*)$/;
const BEGUN = /^(\d+)\s+(\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+)\s+<\.\.\. (\w+) resumed>(.*)\)\s+= (.*)$/;

/** Reads such a trace. A call that another thread's came in between of has two lines there, and is one here. */
export function readTrace(trace: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, Omit<SystemCall, "result" | "ended">>();
  for (const [at, line] of readFileSync(trace, "utf8").split("\n").entries()) {
    const whole = WHOLE.exec(line);
    const begun = BEGUN.exec(line);
    const resumed = RESUMED.exec(line);
    if (resumed) {
      const [, pid = "", , args = "", result = ""] = resumed;
      const first = open.get(pid);
      open.delete(pid);
      if (first) calls.push({ ...first, args: first.args + args, result, ended: at });
    } else if (begun) {
      const [, pid = "", name = "", args = ""] = begun;
      open.set(pid, { name, args, began: at });
    } else if (whole) {
      const [, , name = "", args = "", result = ""] = whole;
      calls.push({ name, args, result, began: at, ended: at });
    }
  }
  return calls.sort((a, b) => a.began - b.began);
}
