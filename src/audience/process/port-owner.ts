import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { orUnseen } from "../../kernel/process/or-unseen.ts";
import { printableLine } from "../../kernel/text/printable.ts";

/** Whether a port is free, and which process listens on it. Only Linux says that, in `/proc`. */

const LISTENING = "0A";
const COMMAND_CHARS_MAX = 200;

/** The error for a port that another program has. It names the program if that is known. */
export function portTaken(port: number, flag: string, cause?: unknown): MasqueError {
  const owner = portOwner(port);
  const found = owner ? `process ${owner.pid} has it (${printableLine(owner.command)})` : "another program has it";
  return new MasqueError("audience.port-taken", `Cannot listen on port "${port}": ${found}`, {
    hint: `end that program, or choose a port: ${flag} 0 takes a free one, and \`masque audience config\` then names it`,
    cause,
  });
}

/** Whether a program could listen there now. Port 0 is always free. A port that the system forbids is not taken. */
export function isPortTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve(errnoOf(error) === "EADDRINUSE"));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(false)));
  });
}

/** The process that listens on a TCP port of this machine; `undefined` where there is none, or none that this user may see. */
export function portOwner(port: number): { readonly pid: number; readonly command: string } | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const pid of numbersIn("/proc")) {
    if (holdsSocket(pid, inodes)) return { pid, command: commandOf(pid) };
  }
  return undefined;
}

/** `/proc/net/tcp`: local address `hex:port`, state, and in the tenth column the socket's inode. */
function listeningInodes(port: number): Set<string> {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const row of read(table)?.split("\n").slice(1) ?? []) {
      const columns = row.trim().split(/\s+/);
      const inode = columns[9];
      if (columns[1]?.endsWith(`:${wanted}`) && columns[3] === LISTENING && inode) inodes.add(inode);
    }
  }
  return inodes;
}

function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  return numbersIn(`/proc/${pid}/fd`).some((fd) => {
    const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`) ?? "")?.[1];
    return inode !== undefined && inodes.has(inode);
  });
}

function commandOf(pid: number): string {
  const command = read(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ").trim() ?? "";
  return command.length > COMMAND_CHARS_MAX ? `${command.slice(0, COMMAND_CHARS_MAX)}…` : command;
}

function numbersIn(folder: string): number[] {
  const names = orUnseen(() => readdirSync(folder)) ?? [];
  return names.map(Number).filter(Number.isInteger);
}

function read(path: string): string | undefined {
  return orUnseen(() => readFileSync(path, "utf8"));
}

function link(path: string): string | undefined {
  return orUnseen(() => readlinkSync(path));
}
