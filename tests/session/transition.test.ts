import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type MasqueSessionId, parseMasqueSessionId, parseSessionId, type SessionId } from "../../src/kernel/ids.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { digestOf } from "../../src/kernel/text/digest.ts";
import {
  type Announced,
  conversationCleared,
  type HostNote,
  promptSubmitted,
  sessionEnded,
} from "../../src/session/host-life.ts";
import { parseState } from "../../src/session/parse-state.ts";
import { emptyState, isOpen, type SessionState } from "../../src/session/state.ts";
import {
  closeSpan,
  doffTransition,
  donTransition,
  type Moment,
  openSpan,
  type Pinned,
} from "../../src/session/transition.ts";
import { projectsDue, verbsAsked, withVerbsDue, withVerbsShown } from "../../src/session/verbs-due.ts";

const PROJECT = "/home/ada/parser";

function sessionId(text: string): SessionId {
  const id = parseSessionId(text);
  if (!id) throw new Error(`not an id: ${text}`);
  return id;
}

function masqueSessionId(text: string): MasqueSessionId {
  const id = parseMasqueSessionId(text);
  if (!id) throw new Error(`not an id: ${text}`);
  return id;
}

function at(second: number): Moment {
  return {
    unixNano: String(BigInt(second) * 1_000_000_000n),
    project: PROJECT,
    projectRealPath: PROJECT,
    newMasqueSession: masqueSessionId(`m${second}`),
  };
}

function masque(name: string, hasVerbs = false, intent: string | null = null): Pinned & { intent: string | null } {
  return { name, version: "1.0.0", digest: digestOf(name), source: "shared", hasVerbs, intent };
}

const A = sessionId("agent-a");
const B = sessionId("agent-b");
const EMPTY = emptyState(A);

describe("a clock that went back by less than an hour", () => {
  const times = (state: SessionState) => state.pending.map(({ kind, unixNano }) => `${kind} ${unixNano.slice(0, -9)}`);

  test("ends no span before it began: a doff is as late as its don", () => {
    const doffed = doffTransition(donTransition(EMPTY, masque("Ada"), at(9)), "user", at(1));
    expect(times(doffed)).toEqual(["don 9", "doff 9"]);
    expect(doffed.before).toMatchObject([{ start: "9000000000", end: "9000000001" }]);
  });

  test("opens no span before the last one ended, of the same masque, of another, or after a doff", () => {
    const away = closeSpan(donTransition(EMPTY, masque("Ada"), at(7)), "exit", at(9));
    expect(times(openSpan(away, at(1)))).toEqual(["don 7", "doff 9", "don 9"]);
    expect(times(donTransition(away, masque("Grace"), at(1)))).toEqual(["don 7", "doff 9", "don 9"]);
    const doffed = doffTransition(away, "user", at(2));
    expect(times(donTransition(doffed, masque("Ada"), at(3)))).toEqual(["don 7", "doff 9", "don 9"]);
  });

  test("gives each record a time of its own, for equal records count once", () => {
    const away = closeSpan(donTransition(EMPTY, masque("Ada"), at(9)), "exit", at(1));
    const again = closeSpan(openSpan(away, at(1)), "exit", at(1));
    expect(new Set(again.pending.map(({ unixNano }) => unixNano)).size).toBe(4);
  });
});

describe("a clock that jumped", () => {
  const YEAR_S = 365 * 86_400;
  const NOW_S = 56 * YEAR_S;
  const FUTURE_S = 129 * YEAR_S;
  const secondsOf = (state: SessionState) =>
    state.pending.map(({ unixNano }) => Number(BigInt(unixNano) / 1_000_000_000n));

  test("freezes no session in the future: a doff after a don of 2099 has its own time, and so has all that follows", () => {
    const donned = donTransition(EMPTY, masque("Ada"), at(FUTURE_S));
    const doffed = doffTransition(donned, "user", at(NOW_S));
    const again = closeSpan(donTransition(doffed, masque("Grace"), at(NOW_S + 5)), "exit", at(NOW_S + 9));
    expect(secondsOf(again)).toEqual([FUTURE_S, NOW_S, NOW_S + 5, NOW_S + 9]);
    expect(doffed.before).toMatchObject([{ start: at(NOW_S).unixNano, end: at(NOW_S).unixNano }]);
  });

  test("keeps no time of a resumed session ahead of the clock", () => {
    const away = closeSpan(donTransition(EMPTY, masque("Ada"), at(FUTURE_S)), "exit", at(FUTURE_S + 1));
    const back = openSpan(away, at(NOW_S));
    expect(back.worn?.spans.map(({ start, end }) => [start, end])).toEqual([
      [at(NOW_S).unixNano, at(NOW_S).unixNano],
      [at(NOW_S).unixNano, undefined],
    ]);
  });

  test.each([
    [3_600, 3_600],
    [3_601, 0],
  ])("by %d seconds puts a doff %d seconds ahead of the clock", (ahead, forced) => {
    const doffed = doffTransition(donTransition(EMPTY, masque("Ada"), at(NOW_S + ahead)), "user", at(NOW_S));
    expect(secondsOf(doffed).at(-1)).toBe(NOW_S + forced);
  });
});

describe("donTransition()", () => {
  test("opens a span and leaves a don record pending", () => {
    const state = donTransition(EMPTY, masque("Ada"), at(1));
    expect(state.worn).toMatchObject({
      name: "Ada",
      masqueSession: "m1",
      replaces: null,
      project: PROJECT,
      spans: [{ start: "1000000000" }],
    });
    expect(state.pending).toMatchObject([
      { kind: "don", session: A, masqueSession: "m1", name: "Ada", project: PROJECT },
    ]);
    expect(JSON.stringify(state.pending)).not.toContain("intent");
  });

  test("doffs what was worn, as a switch, and says what it replaced", () => {
    const state = donTransition(donTransition(EMPTY, masque("Ada"), at(1)), masque("Grace"), at(2));
    expect(state.pending.map((event) => [event.kind, event.name, "reason" in event ? event.reason : null])).toEqual([
      ["don", "Ada", null],
      ["doff", "Ada", "switch"],
      ["don", "Grace", null],
    ]);
    expect(state.worn?.replaces).toBe("Ada");
    expect(state.before).toMatchObject([{ name: "Ada", start: "1000000000", end: "2000000000" }]);
  });

  test("changes nothing when the same digest is worn", () => {
    const worn = donTransition(EMPTY, masque("Ada", false, "fix it"), at(1));
    expect(donTransition(worn, masque("Ada", false, "fix it"), at(2))).toBe(worn);
    expect(donTransition(worn, masque("Ada"), at(2))).toBe(worn);
  });

  test("takes over another intent for the same digest, without a record", () => {
    const worn = donTransition(EMPTY, masque("Ada", false, "fix it"), at(1));
    const again = donTransition(worn, masque("Ada", false, "explain it"), at(2));
    expect(again).toEqual({ ...worn, worn: { ...(worn.worn ?? fail()), intent: "explain it" } });
  });

  test("goes on as the same masque session when the host was away", () => {
    const away = closeSpan(donTransition(EMPTY, masque("Ada"), at(1)), "exit", at(2));
    const back = donTransition(away, masque("Ada"), at(3));
    expect(back.worn).toMatchObject({
      masqueSession: "m1",
      spans: [{ end: "2000000000" }, { start: "3000000000" }],
    });
  });

  test("keeps the first span and the latest, beyond the bound", () => {
    let state = donTransition(EMPTY, masque("Ada"), at(0));
    for (let n = 1; n <= LIMITS.spansKeptMax + 9; n++) {
      state = openSpan(closeSpan({ ...state, pending: [] }, "exit", at(2 * n)), at(2 * n + 1));
    }
    expect(state.worn?.spans).toHaveLength(LIMITS.spansKeptMax);
    expect(state.worn?.spans[0]?.start).toBe("0");
    expect(isOpen(state.worn ?? fail())).toBe(true);
  });
});

describe("doffTransition()", () => {
  test("writes no second record for a span that the host's exit closed", () => {
    const away = closeSpan(donTransition(EMPTY, masque("Ada"), at(1)), "exit", at(2));
    const off = doffTransition(away, "user", at(3));
    expect(off.pending.filter((event) => event.kind === "doff")).toMatchObject([{ reason: "exit" }]);
    expect(off.worn).toBeNull();
  });

  test("remembers the latest masque sessions, and no more records than the bound", () => {
    let state = EMPTY;
    for (let n = 0; n < LIMITS.pendingEventsMax; n++) {
      state = doffTransition(donTransition(state, masque("Ada"), at(2 * n)), "user", at(2 * n + 1));
    }
    expect(state.before).toHaveLength(LIMITS.formerPerSessionMax);
    expect(state.pending).toHaveLength(LIMITS.pendingEventsMax);
  });
});

describe("the verbs that are due", () => {
  const worn = donTransition(EMPTY, masque("Ada", true), at(1));

  test("are those of the project in which a masque with verbs is worn, until its settings show them", () => {
    const due = withVerbsDue(worn);
    expect(projectsDue(due)).toEqual([PROJECT]);
    const shown = withVerbsShown(due, PROJECT);
    expect(shown.verbs).toEqual([{ project: PROJECT, digest: digestOf("Ada") }]);
    expect(withVerbsDue(shown)).toBe(shown);
  });

  test("are due again after a switch, an exit and a doff, and then forgotten", () => {
    const shown = withVerbsShown(withVerbsDue(worn), PROJECT);
    expect(projectsDue(withVerbsDue(donTransition(shown, masque("Grace", true), at(2))))).toEqual([PROJECT]);
    const away = withVerbsDue(closeSpan(shown, "exit", at(2)));
    expect(projectsDue(away)).toEqual([PROJECT]);
    expect(verbsAsked(away)).toBeNull();
    expect(withVerbsShown(away, PROJECT).verbs).toEqual([]);
  });

  test("are due in both projects when a session goes on in another", () => {
    const shown = withVerbsShown(withVerbsDue(worn), PROJECT);
    const elsewhere = { ...at(2), projectRealPath: "/elsewhere" };
    expect(projectsDue(withVerbsDue(donTransition(shown, masque("Grace", true), elsewhere)))).toEqual([
      PROJECT,
      "/elsewhere",
    ]);
  });

  test("of a masque without any are none", () => {
    const plain = donTransition(EMPTY, masque("Ada"), at(1));
    expect(withVerbsDue(plain)).toBe(plain);
  });
});

describe("the host's life", () => {
  const worn = donTransition(EMPTY, masque("Ada"), at(1));
  const note = (kind: HostNote["kind"], state: SessionState): Announced => ({
    note: { kind, session: state.session, unixNano: "3000000000" },
    worn: state.worn,
  });

  test("promptSubmitted() after an exit and a resume goes on as the same masque session", () => {
    const ended = sessionEnded(worn, false, at(2));
    const prompted = promptSubmitted(ended, note("resumed", ended), at(4));
    expect(prompted.worn).toMatchObject({
      masqueSession: "m1",
      spans: [{ reason: "exit" }, { start: "4000000000" }],
    });
    expect(promptSubmitted(prompted, note("resumed", ended), at(5))).toBe(prompted);
  });

  test("promptSubmitted() under another id than the resume's is a fork: a masque session of its own", () => {
    const ended = sessionEnded(worn, false, at(2));
    const forked = promptSubmitted(emptyState(B), note("resumed", ended), at(4));
    expect(forked.worn).toMatchObject({ name: "Ada", masqueSession: "m4", spans: [{ start: "4000000000" }] });
  });

  test("promptSubmitted() does nothing without a resume", () => {
    expect(promptSubmitted(worn, null, at(2))).toBe(worn);
    const ended = sessionEnded(worn, true, at(2));
    expect(promptSubmitted(ended, note("cleared", ended), at(4))).toBe(ended);
  });

  test("conversationCleared() carries the masque to the new id", () => {
    const ended = sessionEnded(worn, true, at(2));
    expect(ended.pending.at(-1)).toMatchObject({ kind: "doff", reason: "clear" });
    const cleared = conversationCleared(emptyState(B), note("cleared", ended), at(3));
    expect(cleared.worn).toMatchObject({ name: "Ada", masqueSession: "m3" });
    expect(conversationCleared(cleared, note("cleared", ended), at(4))).toBe(cleared);
    const fresh = emptyState(B);
    expect(conversationCleared(fresh, null, at(3))).toBe(fresh);
    expect(conversationCleared(fresh, note("resumed", ended), at(3))).toBe(fresh);
  });

  test("hooks may run twice: the second changes nothing", () => {
    const ended = sessionEnded(worn, false, at(2));
    expect(sessionEnded(ended, false, at(3))).toBe(ended);
  });
});

const NAMES = ["Ada", "Grace", "Edsger"];
const step = fc.record({
  name: fc.constantFrom(...NAMES),
  // A clock that goes back by hours and comes again is among them.
  second: fc.integer({ min: 0, max: 100_000 }),
  kind: fc.constantFrom("don", "doff", "exit", "clear", "prompt", "cleared"),
});

function run(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): SessionState {
  return steps.reduce((state, { kind, name, second }, index) => {
    const now = { ...at(second), newMasqueSession: masqueSessionId(`m${index}`) };
    const resumed: Announced = { note: { kind: "resumed", session: A, unixNano: now.unixNano }, worn: state.worn };
    switch (kind) {
      case "don":
        return donTransition(state, masque(name, name === "Ada"), now);
      case "doff":
        return doffTransition(state, "user", now);
      case "exit":
        return sessionEnded(state, false, now);
      case "clear":
        return sessionEnded(state, true, now);
      case "prompt":
        return promptSubmitted(state, resumed, now);
      default:
        return conversationCleared(state, { ...resumed, note: { ...resumed.note, kind: "cleared" } }, now);
    }
  }, EMPTY);
}

describe("any sequence of transitions, under a clock that jumps", () => {
  test("records alternate don and doff, and say what is open", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const state = run(steps);
        const kinds = state.pending.map((event) => event.kind);
        expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? "don" : "doff")));
        expect(kinds.at(-1) === "don").toBe(state.worn !== null && isOpen(state.worn));
      }),
    );
  });

  test("spans of a masque session follow each other, and only the last may be open", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const spans = run(steps).worn?.spans ?? [];
        for (const [index, span] of spans.entries()) {
          if (index > 0) expect(BigInt(span.start)).toBeGreaterThanOrEqual(BigInt(spans[index - 1]?.end ?? "-1"));
          if (span.end === undefined) expect(index).toBe(spans.length - 1);
          else expect(BigInt(span.end)).toBeGreaterThanOrEqual(BigInt(span.start));
        }
      }),
    );
  });

  test("no record is more than an hour ahead of the clock that it was made by", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        for (const [index, { second }] of steps.entries()) {
          const [before, after] = [run(steps.slice(0, index)), run(steps.slice(0, index + 1))];
          for (const { unixNano } of after.pending.slice(before.pending.length)) {
            expect(BigInt(unixNano) - BigInt(second) * 1_000_000_000n).toBeLessThanOrEqual(3_600_000_000_002n);
          }
        }
      }),
    );
  });

  test("what is written is read back as it was, for its own session alone", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const state = withVerbsDue(run(steps));
        expect(parseState(JSON.stringify(state), A)).toEqual({ kind: "state", state });
        expect(parseState(JSON.stringify(state), B).kind).toBe("corrupt");
      }),
    );
  });
});

describe("parseState()", () => {
  const whole = emptyState(A);
  const worn = donTransition(EMPTY, masque("Ada"), at(1)).worn;
  test.each([
    ["", "corrupt"],
    ["{", "corrupt"],
    ["[]", "corrupt"],
    ['{"version":2}', "corrupt"],
    [JSON.stringify({ ...whole, version: 1 }), "corrupt"],
    [JSON.stringify({ ...whole, session: "agent-b" }), "corrupt"],
    [JSON.stringify({ ...whole, worn: {} }), "corrupt"],
    [JSON.stringify({ ...whole, worn: { ...worn, spans: [] } }), "corrupt"],
    [JSON.stringify({ ...whole, worn: { ...worn, project: null } }), "corrupt"],
    [JSON.stringify({ ...whole, verbs: [{ project: "/p", digest: "x" }] }), "corrupt"],
    [
      JSON.stringify({ ...whole, pending: [{ ...donTransition(EMPTY, masque("Ada"), at(1)).pending[0], session: B }] }),
      "corrupt",
    ],
    [JSON.stringify({ ...whole, worn }), "state"],
    ['{"version":3,"anything":true}', "newer"],
  ])("%j is %s", (text, kind) => {
    expect(parseState(text, A).kind).toBe(kind as "corrupt");
  });

  test("openSpan() and closeSpan() of what is not worn change nothing", () => {
    expect(openSpan(EMPTY, at(1))).toBe(EMPTY);
    expect(closeSpan(EMPTY, "exit", at(1))).toBe(EMPTY);
  });
});

function fail(): never {
  throw new Error("nothing is worn");
}

test("a terminal asks for no verbs, and those that an older masque showed for it are taken back", () => {
  const worn = donTransition(emptyState(sessionId("terminal:0123456789ab")), masque("Ada", true), at(1));
  expect(verbsAsked(worn)).toBeNull();
  expect(projectsDue(withVerbsDue(worn))).toEqual([]);
  const shown = { ...worn, verbs: [{ project: PROJECT, digest: digestOf("Ada") }] };
  expect(projectsDue(withVerbsDue(shown))).toEqual([PROJECT]);
});
