import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { spreadOf } from "./statistics.ts";

/**
 * How long a hundred agent sessions of one project take to don at once, beside another build in turn.
 *
 *   bun tests/bench/hundred-dons.ts [--against BINARY] [--rounds 5] [--masques codesmith,assayer]
 */

const AGENTS = 100;
const { values } = parseArgs({
  options: {
    against: { type: "string" },
    rounds: { type: "string", default: "5" },
    masques: { type: "string", default: "codesmith" },
  },
});
const masques = values.masques.split(",");

requireFreshBinary();
const builds = [MASQUE_BINARY, ...(values.against === undefined ? [] : [values.against])];
const durations = new Map<string, number[]>(builds.map((build) => [build, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const build of builds) durations.get(build)?.push(await roundMs(build));
}
const medians = builds.map((build) => spreadOf(durations.get(build) ?? []).median);
for (const [index, build] of builds.entries()) {
  process.stdout.write(`${build}: ${medians[index]?.toFixed(0)} ms for ${AGENTS} dons, median of ${values.rounds}\n`);
}
const [own = Number.NaN, other] = medians;
if (other !== undefined) process.stdout.write(`${(own / other).toFixed(2)} of the time of the other build\n`);

/** One round in a home of its own, in which every masque was donned before. */
async function roundMs(build: string): Promise<number> {
  using folder = temporaryFolder();
  const [home, project] = [join(folder.path, "home"), join(folder.path, "project")];
  for (const path of [home, join(project, ".git", "info")]) mkdirSync(path, { recursive: true });
  const run = (args: readonly string[], session: string) =>
    Bun.spawn([build, ...args], {
      cwd: project,
      env: { HOME: home, PATH: "/usr/bin:/bin", CLAUDE_CODE_SESSION_ID: session },
      stdio: ["ignore", "ignore", "ignore"],
    }).exited;
  for (const name of masques) await run(["don", name], "earlier");
  await run(["doff", "--no-score"], "earlier");
  const before = performance.now();
  const agents = Array.from({ length: AGENTS }, (_, n) =>
    run(["don", masques[n % masques.length] ?? "", "an intent"], `agent-${n}`),
  );
  const exits = await Promise.all(agents);
  const tookMs = performance.now() - before;
  if (exits.some((exit) => exit !== 0)) throw new Error(`${exits.filter((exit) => exit !== 0).length} dons failed`);
  return tookMs;
}
