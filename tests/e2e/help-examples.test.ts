import { expect } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MASQUE_BINARY } from "../support/binary.ts";
import { finish, succeeded, told } from "../support/process.ts";
import { program, testWith } from "../support/requirement.ts";
import { markLine } from "../support/telemetry-lines.ts";
import { terminal } from "../support/terminal.ts";

/** Every line under "Examples" in the help of what judges, pasted into a shell by someone who has telemetry. */

const CEILING_MS = 60_000;
const EXAMPLE_ID = "bcd06328-9d01-4e42-bf7a-4c6a8ede615a";
const RECORDING = join(import.meta.dir, "../fixtures/telemetry/quick-http-json/000-logs.json");
const RECORDED_ID = /"session\.id","value":\{"stringValue":"([^"]+)"/;

/** The session of the examples, recorded today, a moment after it put on Codesmith. */
function recordedToday(): { logs: string; marks: string } {
  const recorded = JSON.stringify(JSON.parse(readFileSync(RECORDING, "utf8")));
  const [, id = ""] = RECORDED_ID.exec(recorded) ?? [];
  const times = [...recorded.matchAll(/imeUnixNano":"(\d+)"/g)].map(([, digits]) => BigInt(digits ?? 0));
  const [first = 0n] = times.toSorted((a, b) => Number(a - b));
  const start = BigInt(Date.now()) * 1_000_000n - 3_600_000_000_000n;
  const logs = recorded
    .replaceAll(id, EXAMPLE_ID)
    .replace(/imeUnixNano":"(\d+)"/g, (_, digits: string) => `imeUnixNano":"${start + BigInt(digits) - first}"`);
  return { logs: `${logs}\n`, marks: markLine("don", { session: EXAMPLE_ID, masqueSession: "m-1", unixNano: start }) };
}

for (const command of ["judge", "performance"]) {
  testWith(program("zstd", "Debian package zstd"))(
    `masque ${command} --help: each example does what it says when pasted`,
    async () => {
      using me = terminal();
      const { logs, marks } = recordedToday();
      for (const folder of [me.otel, join(me.project, "otel")]) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "logs.jsonl"), logs);
      }
      writeFileSync(join(me.otel, "masque.jsonl"), `${marks}\n`);
      writeFileSync(join(me.project, "old.jsonl.zst"), Bun.zstdCompressSync(logs));
      const bin = join(me.root, "bin");
      mkdirSync(bin);
      symlinkSync(MASQUE_BINARY, join(bin, "masque"));
      const env = { ...me.env, PATH: `${bin}:${dirname(Bun.which("zstd") ?? "")}:${me.env["PATH"]}` };
      const { stdout } = succeeded(await me.masque([command, "--help"]));
      const lines = stdout.split("Examples:\n")[1]?.trimEnd().split("\n") ?? [];
      expect(lines.length).toBeGreaterThanOrEqual(5);
      for (const line of lines) {
        const [pasted = "", purpose = ""] = line.trim().split(/ {2,}/);
        expect(purpose).not.toBe("");
        const ran = await finish(["sh", "-c", pasted], { cwd: me.project, env });
        expect(ran, `${pasted}\n${told(ran)}`).toMatchObject({ exit: 0, stderr: "" });
        if (!pasted.includes(">")) expect(ran.stdout, pasted).not.toBe("");
      }
    },
    CEILING_MS,
  );
}
