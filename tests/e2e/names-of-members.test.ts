import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivateMasque } from "../support/private-masque.ts";
import { succeeded } from "../support/process.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { terminal } from "../support/terminal.ts";

/** Masques and sessions called as what every JavaScript object has: they are names like any other. */

const CEILING_MS = 30_000;

test.each(["constructor", "toString", "hasOwnProperty"])(
  "an agent session called %s wears, doffs and is scored",
  async (session) => {
    using me = terminal();
    const env = { CLAUDE_CODE_SESSION_ID: session };
    expect((await me.masque(["id"], env)).exit).toBe(3);
    succeeded(await me.masque(["don", "codesmith"], env));
    expect(succeeded(await me.masque(["id"], env)).stdout).toContain("Codesmith");
    succeeded(await me.masque(["doff", "--no-score"], env));
    expect(me.events()).toMatchObject([
      { kind: "don", session },
      { kind: "doff", session },
    ]);
    const tool = {
      unixNano: NOON_UNIX_NANO + 1_000_000_000n,
      body: "claude_code.tool_result",
      attributes: { "session.id": session, success: "true", tool_name: "Bash" },
    };
    mkdirSync(join(me.project, "otel"));
    writeFileSync(join(me.project, "otel/logs.jsonl"), `${hostLine([tool])}\n`);
    const mark = markLine("don", { session, masqueSession: "m-1", unixNano: NOON_UNIX_NANO });
    writeFileSync(join(me.project, "otel/masque.jsonl"), `${mark}\n`);
    const judged = succeeded(await me.masque(["judge", "--logs", "otel", "--session", session, "--json"], env));
    expect(JSON.parse(judged.stdout)).toMatchObject({ session, masque: "Codesmith", stats: { total_tools: 1 } });
  },
  CEILING_MS,
);

test.each(["constructor", "toString", "valueOf"])(
  "a masque called %s is unknown until there is one, and then a masque",
  async (name) => {
    using me = terminal();
    expect(await me.masque(["don", name])).toMatchObject({ exit: 3, stdout: "" });
    writePrivateMasque(me.home, { name, lens: "Look twice." });
    expect(succeeded(await me.masque(["don", name])).stdout).toContain(`<masque-identity name="${name}"`);
    expect(succeeded(await me.masque(["id"])).stdout).toContain(name);
    expect(succeeded(await me.masque(["list", "--json"])).stdout).toContain(`"name": "${name}"`);
    succeeded(await me.masque(["doff", "--no-score"]));
  },
  CEILING_MS,
);
