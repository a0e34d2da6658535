import { expect, test } from "bun:test";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { runMasque } from "../support/binary.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const CEILING_MS = 60_000;

test(
  "demo plays one session, prints its score as YAML and leaves nothing behind",
  async () => {
    using folder = temporaryFolder();
    const [home, tmp] = [join(folder.path, "home"), join(folder.path, "tmp")];
    mkdirSync(home);
    mkdirSync(tmp);
    // Nothing listens there: what is sent to this machine goes through no proxy.
    const proxy = { http_proxy: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" };
    const env = { HOME: home, TMPDIR: tmp, PATH: "/usr/bin:/bin", ...proxy };
    const run = await runMasque(["demo"], { env, cwd: folder.path });
    expect(run).toMatchObject({ exit: 0, stderr: "" });
    // What the recording is known to score: tests/fixtures/telemetry/README.md.
    expect(parse(run.stdout)).toMatchObject({
      masque: "Codesmith",
      dimensions: { quality: 8.8, autonomy: 4.4, productivity: 7.9, token_efficiency: 9.6, cost_efficiency: 7.3 },
      composite: 7.5,
      recommendation: "keep",
      stats: { total_tools: 16, tools_ok: 14, prompts: 4 },
    });
    expect(readdirSync(home)).toEqual([]);
    expect(readdirSync(tmp)).toEqual([]);
  },
  CEILING_MS,
);
