import { isObject, type Json } from "../kernel/text/json.ts";
import { count, listOf, recordOf, type Shape, string } from "../kernel/text/json-shape.ts";
import type { Masque } from "./masque.ts";

const tool = recordOf({}, { used: string, unused: string });
const check = recordOf({}, { must: string, mustNot: string, maxWords: count, tool });
const criteria = listOf(recordOf({ text: string }, { check }));
const lint = recordOf({ silence: listOf(recordOf({ rule: string, reason: string })) });
const spinnerVerbs = recordOf({ mode: string, verbs: listOf(string) });

/**
 * Refuses a damaged or foreign file where a checked masque is remembered. This does not protect against an attacker, who could
 * write any file of the user's.
 */
export function isMasqueShaped(value: unknown): value is Masque {
  if (!isObject(value) || typeof value["name"] !== "string" || typeof value["version"] !== "string") return false;
  const { attributes, context, lens, rubric, anchor } = value;
  return (
    typeof lens === "string" &&
    (attributes === undefined || isObject(attributes)) &&
    isAbsentOr(string, context) &&
    isAbsentOr(string, anchor) &&
    (typeof rubric === "string" || isAbsentOr(criteria, rubric)) &&
    isAbsentOr(spinnerVerbs, value["spinnerVerbs"]) &&
    isAbsentOr(lint, value["lint"])
  );
}

function isAbsentOr(shape: Shape<unknown>, value: Json | undefined): boolean {
  return value === undefined || shape(value) !== undefined;
}
