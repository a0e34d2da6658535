import type { MarkedEntry } from "../../app/masques/marked-catalog.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Io } from "../../kernel/world.ts";
import type { Catalog } from "../../masque/list-masques.ts";

/** A masque's name, with a mark where this session wears it. */
export function markedName({ name, isWorn }: MarkedEntry): string {
  return `${printableLine(name)}${isWorn ? " (worn)" : ""}`;
}

/** Says on stderr which private files cannot be worn, a line each, and why. */
export function printLeftOut({ stderr }: Io, unusable: Catalog["unusable"]): void {
  for (const { failure } of unusable) stderr.write(`masque: left out: ${printableLine(failure.message)}\n`);
}
