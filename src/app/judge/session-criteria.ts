import { resolve } from "node:path";
import type { TranscriptReading } from "../../host/host.ts";
import type { SessionCriteria } from "../../judge/score/criteria.ts";
import type { Scorecard } from "../../judge/score/scorecard.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { parseDigest } from "../../kernel/text/digest.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { World } from "../../kernel/world.ts";
import type { Masque } from "../../masque/masque.ts";
import { criteriaOf } from "../../masque/rubric/criteria.ts";
import { decideCriteria } from "../../masque/rubric/decide-criteria.ts";
import { sharedMasques } from "../../masque/shared.ts";
import { readPinned } from "../../masque/store.ts";
import type { Edges } from "../edges.ts";

/** What deciding the criteria of a session needs. */
export type CriteriaWorld = World & Pick<Edges, "masqueReader" | "patternCompiler" | "host">;

const NO_TRANSCRIPT = "no transcript was given";

/**
 * Decides the criteria of the masque that a session wore, as it was pinned, over the session's transcript. Without a
 * transcript every check is absent.
 *
 * @throws {MasqueError} `judge.transcript` where the transcript cannot be read, or is of another agent session.
 */
export async function sessionCriteria(
  world: CriteriaWorld,
  card: Scorecard,
  transcript: string | null,
): Promise<SessionCriteria> {
  const shown = transcript === null ? null : await readFor(world, card, transcript);
  const worn = await wornMasque(world, card);
  if (typeof worn === "string") return { decided: [], absent: worn };
  const evidence = { answer: shown?.answer ?? null, toolsUsed: shown?.toolsUsed ?? null };
  const decisions = decideCriteria(criteriaOf(worn), evidence, await world.patternCompiler());
  return {
    decided: decisions.map(({ criterion, outcome, reason }) => ({
      text: criterion.text.trim(),
      has_check: criterion.check !== undefined,
      outcome,
      reason: shown === null && criterion.check ? NO_TRANSCRIPT : reason,
    })),
    absent: shown === null ? NO_TRANSCRIPT : null,
  };
}

async function readFor(world: CriteriaWorld, card: Scorecard, transcript: string): Promise<TranscriptReading> {
  const read = await world.host.transcriptReader();
  const since = card.started_at === null ? null : Date.parse(card.started_at);
  const shown = read(resolve(world.cwd, transcript), since);
  if (shown.session === null || shown.session === card.session) return shown;
  const other = printableLine(shown.session).slice(0, SHOWN_ID_CHARS);
  throw new MasqueError(
    "judge.transcript",
    `Cannot judge the session by "${transcript}": it is the transcript of the session "${other}"`,
    { hint: `give the transcript of "${printableLine(card.session).slice(0, SHOWN_ID_CHARS)}"` },
  );
}

const SHOWN_ID_CHARS = 80;

/** The masque as it was worn, or why there is none. */
async function wornMasque(world: CriteriaWorld, { digest: text }: Scorecard): Promise<Masque | string> {
  const digest = text === null ? undefined : parseDigest(text);
  if (!digest) return "no masque was worn";
  try {
    return (await readPinned(world.paths.store, digest, world.masqueReader)).masque;
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    // Telemetry of another machine: every machine has the shared masques of this version.
    const shared = sharedMasques().find((one) => one.digest === digest);
    return shared?.masque ?? "the masque that was worn is not pinned on this machine";
  }
}
