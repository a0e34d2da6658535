import { type MarkedEntry, markedCatalog } from "../../app/masques/marked-catalog.ts";
import type { Deps } from "../../deps.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { slugOf } from "../../masque/masque.ts";
import { markedName, printLeftOut } from "../print/catalog.ts";
import { printWarnings } from "../print/output.ts";
import type { Choice } from "../print/prompts.ts";
import { table } from "../print/table.ts";

/** What consola puts before a label, and a free column at the end. */
const MARGIN_COLUMNS = 4;

/**
 * The name of the masque that a person chooses from the catalog. Only where {@link canPrompt} says so.
 *
 * @throws {MasqueError} `don.cancelled`
 */
export async function pickMasque(deps: Deps): Promise<string> {
  const { entries, unusable, warnings } = await markedCatalog(deps);
  printLeftOut(deps.io, unusable);
  printWarnings(deps.io, warnings);
  const worn = entries.find(({ isWorn }) => isWorn);
  const question = "Which masque? Enter puts it on, Esc cancels";
  const choices = choicesOf(entries, deps.io.stdout.columns);
  const { choose } = await deps.prompts();
  const chosen = await choose(question, choices, worn && slugOf(worn.name));
  if (chosen !== null) return chosen;
  throw new MasqueError("don.cancelled", "Nothing was changed: you chose no masque");
}

/** One line for each masque: its name, and what it is for. A line that wraps would break the scrolling. */
function choicesOf(entries: readonly MarkedEntry[], columns: number): Choice[] {
  const rows = entries.map((entry) => [markedName(entry), printableLine(entry.tagline ?? "")]);
  const { lines } = table([{ heading: "" }, { heading: "", columnsMin: 1 }], rows, columns - MARGIN_COLUMNS);
  return entries.map(({ name }, at) => ({ value: slugOf(name), label: lines[at + 1] ?? name }));
}
