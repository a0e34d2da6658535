import { describe, expect, test } from "bun:test";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { requestBody } from "../../src/judge/reading/request-body.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { hostLine, type LoggedRecord, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { testDeps } from "../support/test-deps.ts";

/** Raw request bodies: what a file is read as, and how much of one. */

const RUN_MS_MAX = 60_000;
const MiB = 1024 * 1024;
const LIMIT = LIMITS.otlpBodyBytesMax;

let sequence = 0;
function tool(prompt = ""): LoggedRecord {
  const attributes = { "session.id": "s-1", "event.sequence": sequence++, success: "true", prompt };
  return { unixNano: NOON_UNIX_NANO, body: "claude_code.tool_result", attributes };
}

/** A request laid out over several lines, of so many bytes. */
function laidOut(bytes: number): string {
  const short = JSON.stringify(JSON.parse(hostLine([tool()])), null, 2);
  return JSON.stringify(JSON.parse(hostLine([tool("x".repeat(bytes - short.length))])), null, 2);
}

async function kindOf(text: string | Uint8Array, name = "body.json"): Promise<string> {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, name), text);
  return (await requestBody(join(folder.path, name))).kind;
}

describe("requestBody()", () => {
  test("takes a request for one body however it is laid out, and requests for lines however they are ended", async () => {
    const requests = fc.array(
      fc.string({ unit: "grapheme" }).map((prompt) => hostLine([tool(prompt)])),
      { minLength: 2, maxLength: 4 },
    );
    const end = fc.constantFrom("\n", "\r\n");
    await fc.assert(
      fc.asyncProperty(requests, end, fc.constantFrom("", " ", "  ", "\t"), async (lines, newline, indent) => {
        expect(await kindOf(lines.join(newline))).toBe("lines");
        const [first = ""] = lines;
        // JSON.stringify lays nothing out without an indent; Python's json.dumps(indent=0) does.
        const laid = JSON.stringify(JSON.parse(first), null, indent || " ").replace(indent ? /$^/ : /^ +/gm, "");
        expect(await kindOf(laid.replaceAll("\n", newline))).toBe("body");
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ["nothing", "", "lines"],
    ["one line", hostLine([tool()]), "lines"],
    ["one line, ended", `${hostLine([tool()])}\n`, "lines"],
    ["a torn line before whole ones", `{"resourceLo\n${hostLine([tool()])}\n`, "lines"],
    [
      "objects on lines of their own within a body",
      '{\n  "resourceLogs": [\n    { "scopeLogs": [] }\n  ]\n}\n',
      "body",
    ],
    ["a body whose first line looks like one", '{"resourceLogs":[{}\n]}', "body"],
    ["text", "hello\nthere\n", "lines"],
  ])("reads a .json file of %s as it should", async (_what, text, kind) => {
    expect(await kindOf(text)).toBe(kind);
  });

  test("takes lines in other files as they are, whatever they look like", async () => {
    expect(await kindOf('{\n"resourceLogs":[]}', "body.jsonl")).toBe("lines");
  });

  test(
    "reads a body up to what a receiver takes, and tells how long one beyond is",
    async () => {
      expect(await kindOf(laidOut(LIMIT))).toBe("body");
      expect(await kindOf(laidOut(LIMIT + 1))).toBe("too large");
      using folder = temporaryFolder();
      const path = join(folder.path, "body.pb");
      writeFileSync(path, "");
      truncateSync(path, LIMIT + 1);
      expect(await requestBody(path)).toEqual({ kind: "too large", bytes: LIMIT + 1 });
    },
    RUN_MS_MAX,
  );
});

describe("masque judge --logs", () => {
  test(
    "passes over a body that is too large, says which and why, and scores the rest",
    async () => {
      await using world = testDeps();
      const [large, good] = [join(world.project, "large.json"), join(world.project, "z.json")];
      writeFileSync(large, laidOut(LIMIT + 1));
      writeFileSync(good, laidOut(2_000));
      const { exit, stdout, stderr } = await world.run("judge", "--json", "--logs", large, good);
      expect(exit).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ stats: { total_tools: 1 } });
      expect(stderr).toBe(
        "masque: skipped 1 line (torn, or not an OTLP export request): " +
          "large.json:1 (one request body of 64.0 MiB; 64.0 MiB is the most that is read at once)\n",
      );
    },
    RUN_MS_MAX,
  );

  test(
    "reads a .json file of lines whatever its size, and standard input of lines too",
    async () => {
      const lines = Array.from({ length: LIMIT / MiB + 2 }, () => hostLine([tool("x".repeat(MiB))]));
      await using world = testDeps({ stdin: `${lines.join("\n")}\n` });
      const path = join(world.project, "lines.json");
      writeFileSync(path, lines.join("\n"));
      for (const logs of [path, "-"]) {
        const { stdout, stderr } = await world.run("judge", "--json", "--logs", logs);
        expect({ ...JSON.parse(stdout), stderr }).toMatchObject({ stats: { total_tools: lines.length }, stderr: "" });
      }
    },
    RUN_MS_MAX,
  );
});
