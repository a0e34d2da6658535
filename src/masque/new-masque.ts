import { join } from "node:path";
import { MasqueError } from "../kernel/errors.ts";
import { createFile } from "../kernel/files/create-file.ts";
import { type Category, fileNameOf, type MasqueName } from "./masque.ts";

/**
 * A valid masque with comments, to start from.
 *
 * @source docs/schema.md says the same at length.
 */
export function masqueTemplate(name: MasqueName, category: Category): string {
  return `# A masque: a temporary identity for an agent. The agent reads the lens first, so
# write what changes how the agent works.
# Check it with: masque validate

name: ${JSON.stringify(name)}
version: "0.1.0" # SemVer, in quotes; raise it when the lens changes

attributes:
  category: ${category} # executive | cognitive | specialist | art | meta
  domain: general # the field that it is for
  tagline: One line that says what ${name} is for
  # style: how it works
  # philosophy: what it believes
  # complement: another masque's name
  # shadow: the mistake that this way of working leads to

# Who the agent is helping, and where.
context: |
  You are helping someone who knows their own field well and has little time.

# How the agent is to think. Say what to look at first, what to refuse, how to report.
lens: |
  You are ${name}.

  - Before you act, name what would prove you wrong, and look for it.
  - Prefer the smallest change that solves the problem.
  - Report what you found, what you did, and what you left undone, in that order.

# How to recognise a session that went well. The agent never sees this.
rubric: |
  The result is correct, and no question had to be asked twice.

# What Claude Code's spinner says while the masque is worn.
# spinnerVerbs:
#   mode: append # replace | append | prepend
#   verbs: ["Pondering"]
`;
}

/**
 * Writes a new private masque and answers its path.
 *
 * @throws {MasqueError} `masque.exists` where a file of that name exists; `file.unwritable`
 */
export function createMasque(privateFolder: string, name: MasqueName, category: Category): string {
  const path = join(privateFolder, fileNameOf(name));
  if (createFile(path, masqueTemplate(name, category))) return path;
  throw new MasqueError("masque.exists", `Cannot make "${name}": "${path}" exists`, {
    hint: "edit that file, or choose another name",
  });
}
