import { LIMITS } from "../../kernel/limits.ts";
import { jsonBytes } from "../json/measure-line.ts";
import type { Canonical } from "../message.ts";
import { LEVELS, messagesAt, recordsOf } from "../records.ts";
import type { Signal } from "../signal.ts";

/**
 * A request as lines of its signal's file. A line is one export request, on one physical line: JSON escapes newlines,
 * and strings are well-formed by now. A request too long for the readers of the file becomes several lines that say
 * the same, split between its resources, scopes or records.
 */

/** Lines without their newlines, and what they hold. */
export type Lines = {
  readonly lines: readonly string[];
  /** Log records, data points or spans in the lines. */
  readonly records: number;
  /** Records that alone exceed the longest line, left out. */
  readonly recordsTooLong: number;
};

/** The lines of a decoded request; none when it holds no record. */
export function linesOf(signal: Signal, request: Canonical): Lines {
  const records = countRecords(signal, request);
  if (records === 0) return { lines: [], records: 0, recordsTooLong: 0 };
  // Text may take six times its length as JSON: what would be too long is not made.
  const line =
    jsonBytes(request, LIMITS.otlpLineBytesMax) > LIMITS.otlpLineBytesMax ? undefined : JSON.stringify(request);
  if (line !== undefined) return { lines: [line], records, recordsTooLong: 0 };
  const halves = split(signal, request);
  if (!halves) return { lines: [], records: 0, recordsTooLong: records };
  const [first, second] = [linesOf(signal, halves[0]), linesOf(signal, halves[1])];
  return {
    lines: [...first.lines, ...second.lines],
    records: first.records + second.records,
    recordsTooLong: first.recordsTooLong + second.recordsTooLong,
  };
}

function countRecords(signal: Signal, request: Canonical): number {
  let count = 0;
  for (const _ of recordsOf(signal, request)) count += 1;
  return count;
}

/** Two requests that say together what one did, cut at the highest level that holds more than one thing. */
function split(signal: Signal, request: Canonical): readonly [Canonical, Canonical] | undefined {
  const { resources, scopes, items } = LEVELS[signal];
  return splitAt(request, [resources, scopes, items]);
}

function splitAt(parent: Canonical, [level, ...below]: readonly string[]): readonly [Canonical, Canonical] | undefined {
  if (level === undefined) return undefined;
  const children = messagesAt(parent, level);
  if (children.length > 1) {
    const middle = children.length >> 1;
    return [
      { ...parent, [level]: children.slice(0, middle) },
      { ...parent, [level]: children.slice(middle) },
    ];
  }
  const only = children[0];
  const halves = only && splitAt(only, below);
  return (
    halves && [
      { ...parent, [level]: [halves[0]] },
      { ...parent, [level]: [halves[1]] },
    ]
  );
}
