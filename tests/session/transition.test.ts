import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { digestOf } from "../../src/kernel/digest.ts";
import { type MasqueSessionId, parseMasqueSessionId, parseSessionId, type SessionId } from "../../src/kernel/ids.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import {
  conversationCleared,
  type HostSession,
  promptSubmitted,
  sessionEnded,
  sessionResumed,
} from "../../src/session/host-life.ts";
import { parseState } from "../../src/session/parse-state.ts";
import { EMPTY_STATE, entryOf, isOpen, openWearings, type SessionState, wornIn } from "../../src/session/state.ts";
import {
  closeSpan,
  doffTransition,
  donTransition,
  type Moment,
  openSpan,
  type Pinned,
} from "../../src/session/transition.ts";

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
    newMasqueSession: masqueSessionId(`m${second}`),
  };
}

function masque(name: string, hasVerbs = false): Pinned & { intent: string | null } {
  return { name, version: "1.0.0", digest: digestOf(name), source: "shared", hasVerbs, intent: null };
}

const A = sessionId("agent-a");
const B = sessionId("agent-b");

describe("a clock that went back", () => {
  const times = (state: SessionState) => state.pending.map(({ kind, unixNano }) => `${kind} ${unixNano.slice(0, -9)}`);

  test("ends no span before it began: a doff is as late as its don", () => {
    const doffed = doffTransition(donTransition(EMPTY_STATE, A, masque("Ada"), at(9)), A, "user", at(1));
    expect(times(doffed)).toEqual(["don 9", "doff 9"]);
    expect(entryOf(doffed, A).before).toMatchObject([{ start: "9000000000", end: "9000000001" }]);
  });

  test("opens no span before the last one ended, of the same masque, of another, or after a doff", () => {
    const away = closeSpan(donTransition(EMPTY_STATE, A, masque("Ada"), at(7)), A, "exit", at(9));
    expect(times(openSpan(away, A, at(1)))).toEqual(["don 7", "doff 9", "don 9"]);
    expect(times(donTransition(away, A, masque("Grace"), at(1)))).toEqual(["don 7", "doff 9", "don 9"]);
    const doffed = doffTransition(away, A, "user", at(2));
    expect(times(donTransition(doffed, A, masque("Ada"), at(3)))).toEqual(["don 7", "doff 9", "don 9"]);
  });

  test("gives each record a time of its own, for equal records count once", () => {
    const away = closeSpan(donTransition(EMPTY_STATE, A, masque("Ada"), at(9)), A, "exit", at(1));
    const again = closeSpan(openSpan(away, A, at(1)), A, "exit", at(1));
    expect(new Set(again.pending.map(({ unixNano }) => unixNano)).size).toBe(4);
  });

  test("leaves another agent session's times alone", () => {
    const worn = donTransition(EMPTY_STATE, A, masque("Ada"), at(9));
    expect(times(donTransition(worn, B, masque("Ada"), at(1)))).toEqual(["don 9", "don 1"]);
  });
});

describe("donTransition()", () => {
  test("opens a span and leaves a don record pending", () => {
    const state = donTransition(EMPTY_STATE, A, masque("Ada"), at(1));
    expect(wornIn(state, A)).toMatchObject({
      name: "Ada",
      masqueSession: "m1",
      replaces: null,
      spans: [{ start: "1000000000" }],
    });
    expect(state.pending).toMatchObject([
      { kind: "don", session: A, masqueSession: "m1", name: "Ada", project: PROJECT },
    ]);
    expect(JSON.stringify(state.pending)).not.toContain("intent");
  });

  test("doffs what was worn, as a switch, and says what it replaced", () => {
    const state = donTransition(donTransition(EMPTY_STATE, A, masque("Ada"), at(1)), A, masque("Grace"), at(2));
    expect(state.pending.map((event) => [event.kind, event.name, "reason" in event ? event.reason : null])).toEqual([
      ["don", "Ada", null],
      ["doff", "Ada", "switch"],
      ["don", "Grace", null],
    ]);
    expect(wornIn(state, A)?.replaces).toBe("Ada");
    expect(entryOf(state, A).before).toMatchObject([{ name: "Ada", start: "1000000000", end: "2000000000" }]);
  });

  test("changes nothing when the same digest is worn", () => {
    const worn = donTransition(EMPTY_STATE, A, masque("Ada"), at(1));
    expect(donTransition(worn, A, masque("Ada"), at(2))).toBe(worn);
  });

  test("goes on as the same masque session when the host was away", () => {
    const away = closeSpan(donTransition(EMPTY_STATE, A, masque("Ada"), at(1)), A, "exit", at(2));
    const back = donTransition(away, A, masque("Ada"), at(3));
    expect(wornIn(back, A)).toMatchObject({
      masqueSession: "m1",
      spans: [{ end: "2000000000" }, { start: "3000000000" }],
    });
  });

  test("leaves other agent sessions alone", () => {
    const both = donTransition(donTransition(EMPTY_STATE, A, masque("Ada"), at(1)), B, masque("Grace"), at(2));
    const one = doffTransition(both, A, "user", at(3));
    expect(wornIn(one, A)).toBeNull();
    expect(wornIn(one, B)).toEqual(wornIn(both, B));
  });
});

describe("doffTransition()", () => {
  test("writes no second record for a span that the host's exit closed", () => {
    const away = closeSpan(donTransition(EMPTY_STATE, A, masque("Ada"), at(1)), A, "exit", at(2));
    const off = doffTransition(away, A, "user", at(3));
    expect(off.pending.filter((event) => event.kind === "doff")).toMatchObject([{ reason: "exit" }]);
    expect(wornIn(off, A)).toBeNull();
  });

  test("prunes closed entries beyond the bound, oldest first, and never an open one", () => {
    let state = donTransition(EMPTY_STATE, B, masque("Grace"), at(0));
    for (let n = 1; n <= LIMITS.closedEntriesMax + 5; n++) {
      const session = sessionId(`agent-${n}`);
      state = doffTransition(donTransition(state, session, masque("Ada"), at(2 * n)), session, "user", at(2 * n + 1));
    }
    expect(Object.keys(state.sessions)).toHaveLength(LIMITS.closedEntriesMax + 1);
    expect(wornIn(state, B)).not.toBeNull();
    expect(state.sessions[sessionId("agent-5")]).toBeUndefined();
    expect(state.sessions[sessionId("agent-6")]).toBeDefined();
  });
});

describe("the host's life", () => {
  const host: HostSession = { session: A, hostPid: 4242 };
  const worn = donTransition(EMPTY_STATE, A, masque("Ada"), at(1));

  test("promptSubmitted() after an exit and a resume goes on as the same masque session", () => {
    const ended = sessionEnded(worn, host, false, at(2));
    const back: HostSession = { session: A, hostPid: 4300 };
    const resumed = sessionResumed(ended, back, at(3));
    expect(resumed.pending).toEqual(ended.pending);
    const prompted = promptSubmitted(resumed, back, at(4));
    expect(wornIn(prompted, A)).toMatchObject({
      masqueSession: "m1",
      spans: [{ reason: "exit" }, { start: "4000000000" }],
    });
    expect(promptSubmitted(prompted, back, at(5))).toBe(prompted);
  });

  test("promptSubmitted() under another id than the resume's is a fork: a masque session of its own", () => {
    const back: HostSession = { session: A, hostPid: 4300 };
    const resumed = sessionResumed(sessionEnded(worn, host, false, at(2)), back, at(3));
    const forked = promptSubmitted(resumed, { session: B, hostPid: 4300 }, at(4));
    expect(wornIn(forked, B)).toMatchObject({ name: "Ada", masqueSession: "m4", spans: [{ start: "4000000000" }] });
    expect(isOpen(wornIn(forked, A) ?? fail())).toBe(false);
  });

  test("promptSubmitted() does nothing without a resume, or from another process", () => {
    expect(promptSubmitted(worn, host, at(2))).toBe(worn);
    const resumed = sessionResumed(sessionEnded(worn, host, false, at(2)), host, at(3));
    expect(promptSubmitted(resumed, { session: A, hostPid: 1 }, at(4))).toBe(resumed);
  });

  test("conversationCleared() carries the masque to the new id, from the same process alone", () => {
    const ended = sessionEnded(worn, host, true, at(2));
    expect(ended.pending.at(-1)).toMatchObject({ kind: "doff", reason: "clear" });
    const cleared = conversationCleared(ended, { session: B, hostPid: 4242 }, at(3));
    expect(wornIn(cleared, B)).toMatchObject({ name: "Ada", masqueSession: "m3" });
    expect(conversationCleared(ended, { session: B, hostPid: 7 }, at(3))).toBe(ended);
    expect(conversationCleared(cleared, { session: B, hostPid: 4242 }, at(4))).toBe(cleared);
  });

  test("hooks may run twice: the second changes nothing", () => {
    const ended = sessionEnded(worn, host, false, at(2));
    expect(sessionEnded(ended, host, false, at(3))).toBe(ended);
  });
});

const NAMES = ["Ada", "Grace", "Edsger"];
const step = fc.record({
  session: fc.constantFrom(A, B, sessionId("agent-c")),
  hostPid: fc.constantFrom(11, 12),
  name: fc.constantFrom(...NAMES),
  kind: fc.constantFrom("don", "doff", "exit", "clear", "resume", "prompt", "cleared"),
});

function run(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): SessionState {
  return steps.reduce((state, { kind, session, hostPid, name }, index) => {
    const [from, now] = [{ session, hostPid }, at(index + 1)];
    switch (kind) {
      case "don":
        return donTransition(state, session, masque(name, name === "Ada"), now);
      case "doff":
        return doffTransition(state, session, "user", now);
      case "exit":
        return sessionEnded(state, from, false, now);
      case "clear":
        return sessionEnded(state, from, true, now);
      case "resume":
        return sessionResumed(state, from, now);
      case "prompt":
        return promptSubmitted(state, from, now);
      default:
        return conversationCleared(state, from, now);
    }
  }, EMPTY_STATE);
}

describe("any sequence of transitions", () => {
  test("records alternate don and doff in each agent session, and say what is open", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const state = run(steps);
        for (const session of new Set(state.pending.map((event) => event.session))) {
          const kinds = state.pending.filter((event) => event.session === session).map((event) => event.kind);
          expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? "don" : "doff")));
          const worn = wornIn(state, session);
          expect(kinds.at(-1) === "don").toBe(worn !== null && isOpen(worn));
        }
      }),
    );
  });

  test("spans of a masque session follow each other, and only the last may be open", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        for (const { worn } of Object.values(run(steps).sessions)) {
          for (const [index, span] of (worn?.spans ?? []).entries()) {
            if (index > 0)
              expect(BigInt(span.start)).toBeGreaterThanOrEqual(BigInt(worn?.spans[index - 1]?.end ?? "-1"));
            if (index < (worn?.spans.length ?? 0) - 1) expect(span.end).toBeDefined();
          }
        }
      }),
    );
  });

  test("what is written is read back as it was", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const state = run(steps);
        expect(parseState(JSON.stringify(state))).toEqual({ kind: "state", state });
      }),
    );
  });

  test("openWearings() names the latest don first", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const starts = openWearings(run(steps)).map((worn) => BigInt(worn.spans[0]?.start ?? 0));
        expect(starts).toEqual([...starts].sort((left, right) => (left > right ? -1 : 1)));
      }),
    );
  });
});

describe("parseState()", () => {
  test.each([
    ["", "corrupt"],
    ["{", "corrupt"],
    ["[]", "corrupt"],
    ['{"version":1}', "corrupt"],
    ['{"version":0,"sessions":{},"notes":{},"pending":[],"spinner":null}', "corrupt"],
    ['{"version":1,"sessions":{"a":{"worn":{},"before":[]}},"notes":{},"pending":[],"spinner":null}', "corrupt"],
    ['{"version":1,"sessions":{"../x":{"worn":null,"before":[]}},"notes":{},"pending":[],"spinner":null}', "corrupt"],
    ['{"version":2,"anything":true}', "newer"],
  ])("%j is %s", (text, kind) => {
    expect(parseState(text).kind).toBe(kind as "corrupt");
  });

  test("openSpan() and closeSpan() of what is not worn change nothing", () => {
    expect(openSpan(EMPTY_STATE, A, at(1))).toBe(EMPTY_STATE);
    expect(closeSpan(EMPTY_STATE, A, "exit", at(1))).toBe(EMPTY_STATE);
  });
});

function fail(): never {
  throw new Error("nothing is worn");
}
