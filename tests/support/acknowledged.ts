import { connect } from "node:net";
import type { SystemCall } from "./strace.ts";

/** Which acknowledgements in a trace came before the sync that covers their line. */

/** A request on a connection of its own, whose port is what the trace tells it by. */
export type Sent = { readonly marker: string; readonly port: number; readonly status: number };

/** Posts a line that holds `marker` and no other line does. */
export function postOnOwnConnection(url: string, marker: string, body: string): Promise<Sent> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const own = socket.localPort ?? 0;
      let answer = "";
      socket.on("data", (chunk) => {
        answer += chunk.toString();
      });
      socket.on("end", () => resolve({ marker, port: own, status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]) }));
      const head = ["POST /v1/logs HTTP/1.1", "Host: localhost", "Content-Type: application/json", "Connection: close"];
      socket.write(`${head.join("\r\n")}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
    socket.on("error", reject);
  });
}

/** What is wrong with a trace: each acknowledgement that did not come after its line was on disk. */
export function faultsOf(calls: readonly SystemCall[], sent: readonly Sent[]): readonly string[] {
  return sent.flatMap(({ marker, port }) => {
    const fault = faultOf(calls, marker, port);
    return fault === undefined ? [] : [`${marker}: ${fault}`];
  });
}

function faultOf(calls: readonly SystemCall[], marker: string, port: number): string | undefined {
  const ack = calls.find(
    ({ name, args }) => name === "sendto" && args.includes(`:${port}]>`) && args.includes(" 200 OK"),
  );
  if (!ack) return "it was never acknowledged";
  const written = calls.find(
    ({ name, args }) => name === "write" && /^\d+<[^>]*\.jsonl>/.test(args) && args.includes(marker),
  );
  if (!written || written.ended > ack.began) return "its line was not written before";
  const file = fileOf(written);
  const synced = calls.find(
    (call) =>
      call.name === "fdatasync" &&
      fileOf(call) === file &&
      call.result === "0" &&
      call.began > written.ended &&
      call.ended < ack.began,
  );
  if (!synced) return "its line was not synced before";
  // A rename in between would have put another file in the place of the one that holds the line.
  const isMoved = calls.some(
    ({ name, began }) => name.startsWith("rename") && began > written.ended && began < synced.began,
  );
  return isMoved ? "another file was synced" : folderFault(calls, file, ack);
}

/** The file that a name leads to is as lost as the name: its folder is synced after it was made. */
function folderFault(calls: readonly SystemCall[], file: string, ack: SystemCall): string | undefined {
  const folder = file.slice(0, file.lastIndexOf("/"));
  const made = calls.findLast(
    ({ name, args, ended }) =>
      name === "openat" && args.includes(`"${file}"`) && args.includes("O_CREAT") && ended < ack.began,
  );
  if (!made) return "the file was never opened";
  const isSynced = calls.some(
    (call) => call.name === "fsync" && fileOf(call) === folder && call.began > made.ended && call.ended < ack.began,
  );
  return isSynced ? undefined : "the file's folder was not synced before";
}

function fileOf({ args }: SystemCall): string {
  return /^\d+<([^>]*)>/.exec(args)?.[1] ?? "";
}
