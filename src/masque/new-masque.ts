import { join } from "node:path";
import { MasqueError } from "../kernel/errors.ts";
import { createFile } from "../kernel/files/create-file.ts";
import { statOrUndefined } from "../kernel/files/files.ts";
import { type Category, fileNameOf, type MasqueName } from "./masque.ts";

/** What an author says about a new masque, each on one line. What is left out gets a text to start from. */
export type NewMasque = {
  readonly name: MasqueName;
  readonly category: Category;
  readonly domain?: string | undefined;
  readonly tagline?: string | undefined;
  /** What to look at first; several in order, with `;` between. */
  readonly lookFirst?: string | undefined;
  /** What to refuse; several with `;` between. */
  readonly refuse?: string | undefined;
  readonly report?: string | undefined;
  readonly stop?: string | undefined;
  /** One criterion of the rubric. */
  readonly criterion?: string | undefined;
};

const LOOK_FIRST = "the task as it was given, and the files that it names; what would prove the first idea wrong";
const REFUSE = "a change that the task does not ask for";
const REPORT = "what you found, what you did and what you left undone, in that order, in at most 150 words";
const STOP = "when what you ran shows that the task is done, or when two attempts have failed";

/**
 * A valid masque with comments, to start from.
 *
 * @param schemaUrl Where editors find the JSON Schema; without it, the file names none.
 * @source docs/authoring.md builds on it.
 */
export function masqueTemplate(said: NewMasque, schemaUrl?: string): string {
  const { name, category, domain = "general", tagline = `One line that says what ${name} is for` } = said;
  return `${schemaUrl === undefined ? "" : `# yaml-language-server: $schema=${schemaUrl}\n`}\
# A masque: a temporary identity for an agent. The agent reads the lens first, so
# write what changes how the agent works.
# Check it with: masque validate

name: ${JSON.stringify(name)}
version: "0.1.0" # SemVer, in quotes; raise it when the lens changes

attributes: # for people; the agent does not read these
  category: ${category} # executive | cognitive | specialist | art | meta
  domain: ${JSON.stringify(domain)} # the field that it is for
  tagline: ${JSON.stringify(tagline)}
  # occasion: when to wear it
  # complement: another masque's name
  # shadow: the mistake that this way of working leads to

# Who the agent is helping, and where.
# context: |
#   The team deploys on Fridays.

# How the agent is to work: what to look at first, what to refuse, how to report, when to stop.
lens: |
${indented(lensOf(said))}

# One or two sentences, at most 60 words, that are repeated during a long session.
# anchor: |
#   Reproduce the failure before you change anything.

# How to recognise a session that went well. The agent never sees this.
rubric:
${rubricOf(said)}

# What Claude Code's spinner says while the masque is worn.
# spinnerVerbs:
#   mode: append # replace | append | prepend
#   verbs: ["Pondering"]
`;
}

function lensOf({ lookFirst = LOOK_FIRST, refuse = REFUSE, report = REPORT, stop = STOP }: NewMasque): string {
  const first = partsOf(lookFirst).map((part, at) => `${at + 1}. ${part}`);
  const refused = partsOf(refuse).map((part) => `- ${part}`);
  return [
    `Look first, in this order:\n${first.join("\n")}`,
    `Refuse:\n${refused.join("\n")}`,
    `Report: ${oneLine(report)}`,
    `Stop: ${oneLine(stop)}`,
  ].join("\n\n");
}

function rubricOf({ criterion }: NewMasque): string {
  if (criterion === undefined) return "  - text: The report has at most 150 words.\n    check: { maxWords: 150 }";
  return `  - text: ${JSON.stringify(oneLine(criterion))}\n    # check: { maxWords: 150 } # or must, mustNot, tool`;
}

function partsOf(text: string): string[] {
  return text
    .split(";")
    .map(oneLine)
    .filter((part) => part !== "");
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

/**
 * Refuses a name that a private file has already, before its author is asked anything else.
 *
 * @throws {MasqueError} `masque.exists`
 */
export function requireFreeName(privateFolder: string, name: MasqueName): void {
  const path = join(privateFolder, fileNameOf(name));
  if (statOrUndefined(path)) throw taken(path, name);
}

/**
 * Writes a new private masque and answers its path.
 *
 * @throws {MasqueError} `masque.exists` where a file of that name exists; `file.unwritable`
 */
export function createMasque(privateFolder: string, name: MasqueName, text: string): string {
  const path = join(privateFolder, fileNameOf(name));
  if (createFile(path, text)) return path;
  throw taken(path, name);
}

function taken(path: string, name: MasqueName): MasqueError {
  return new MasqueError("masque.exists", `Cannot make "${name}": "${path}" exists`, {
    hint: "edit that file, or choose another name",
  });
}
