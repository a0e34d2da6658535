import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endpointOf } from "../../../audience/address.ts";
import { postHttp } from "../../../audience/post-export.ts";
import { startAudience } from "../../../audience/process/start.ts";
import { stopAudience } from "../../../audience/process/stop.ts";
import type { Scorecard } from "../../../judge/score/scorecard.ts";
import { defaultSources } from "../../../judge/sources.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { MasqueError } from "../../../kernel/errors.ts";
import type { SessionId } from "../../../kernel/ids.ts";
import { pathsFrom } from "../../../kernel/paths.ts";
import type { World } from "../../../kernel/world.ts";
import type { Edges } from "../../edges.ts";
import { doff } from "../../wear/doff.ts";
import { don } from "../../wear/don.ts";
import { openRecording, type Recording } from "./recording.ts";
import { shiftTimes } from "./shift-times.ts";

/**
 * One whole session in a temporary home. The receiver is a process of its own on free ports, and the telemetry is that of a
 * real session, sent over OTLP/HTTP. Only the times are changed: the recorded work is moved to now, and the don is dated
 * before it, so that the demo does not take as long as the recording.
 */

/** Says what happens: `step` begins a line, `done` ends it with the result. */
export type Narrator = { step(text: string): void; done(text: string): void };

/** The world that the demo runs in, with its edges. */
export type DemoWorld = World & Edges & { close(): Promise<void> };

const MASQUE = "codesmith";
const INTENT = "make the parser accept trailing commas";
/** The time between the don and the first replayed event, and between the last event and the doff. */
const MARGIN_NANOS = 1_000_000_000n;

/**
 * Plays the session and returns its score.
 *
 * @param inHome Builds a world whose home is the folder given.
 * @throws {MasqueError} where a step fails, and `demo.stopped` between two steps. The receiver is stopped and the home
 *   removed first.
 */
export async function runDemo(
  world: World,
  inHome: (world: World) => DemoWorld,
  narrator: Narrator,
): Promise<Scorecard> {
  const stop = world.stopSignal();
  const home = mkdtempSync(join(tmpdir(), "masque-demo-"));
  const recording = openRecording();
  const demo = inHome(worldIn(world, { home, session: recording.session }));
  try {
    return await playIn(demo, recording, heeding(stop, narrator));
  } finally {
    await stopAudience(demo);
    await demo.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Ends the demo between two steps, when the receiver is known and can be stopped. */
function heeding(stop: AbortSignal, { step, done }: Narrator): Narrator {
  const unlessStopped = (say: (text: string) => void) => (text: string) => {
    if (stop.aborted) throw new MasqueError("demo.stopped", "Cannot finish the demo: it was interrupted");
    say(text);
  };
  return { step: unlessStopped(step), done: unlessStopped(done) };
}

async function playIn(demo: DemoWorld, recording: Recording, narrator: Narrator): Promise<Scorecard> {
  narrator.step("Starting the audience on free ports");
  const { health } = await startAudience(demo, { host: "127.0.0.1", httpPort: 0, grpcPort: 0, healthPort: 0 });
  const endpoint = endpointOf(health.host, health.ports.http);
  narrator.done(`listening on ${endpoint}`);

  const now = demo.clock.nowUnixNano();
  const shift = now - MARGIN_NANOS - recording.last;
  const session = recording.session;
  narrator.step(`Donning ${MASQUE} in the recorded session`);
  const donned = await don(at(demo, recording.first + shift - MARGIN_NANOS), { name: MASQUE, intent: INTENT, session });
  narrator.done(`${donned.worn.name} ${donned.worn.version}, session ${session.slice(0, 8)}`);

  narrator.step("Replaying the session over OTLP/HTTP");
  for (const { signal, body } of recording.requests) {
    const bytes = Buffer.from(JSON.stringify(shiftTimes(body, shift)));
    const to = { host: health.host, port: health.ports.http, token: "" };
    const posted = await postHttp(to, { type: "application/json", bytes, signal });
    if (posted.kind === "refused") throw notReplayed(endpoint, posted.because);
  }
  narrator.done(`${recording.requests.length} export requests, acknowledged when they were on disk`);

  narrator.step("Doffing");
  const { doffed } = await doff(at(demo, now), session);
  narrator.done(`${doffed.name} is off`);

  narrator.step("Scoring what was captured");
  const judge = await demo.judge();
  const verdict = await judge.score({ kind: "session", id: doffed.masqueSession }, defaultSources(demo.paths));
  const scorecard = verdict.scorecards.at(-1);
  if (!scorecard) throw new MasqueError("judge.nothing-to-score", "Cannot score the demo: its telemetry is not there");
  narrator.done(`${scorecard.stats.total_tools} tool calls, ${scorecard.stats.prompts} prompts`);
  return scorecard;
}

function worldIn(world: World, { home, session }: { home: string; session: SessionId }): World {
  const env = { PATH: world.env["PATH"], HOME: home };
  const project = join(home, "project");
  mkdirSync(project);
  return {
    ...world,
    env,
    cwd: project,
    project,
    paths: pathsFrom(env),
    agentSession: () => ({ id: session, isHosted: true }),
  };
}

function at(demo: DemoWorld, unixNano: bigint): DemoWorld {
  const clock: Clock = { nowUnixNano: () => unixNano };
  return { ...demo, clock };
}

function notReplayed(endpoint: string, because: string): MasqueError {
  return new MasqueError("audience.start-failed", `Cannot replay to "${endpoint}": ${because}`);
}
