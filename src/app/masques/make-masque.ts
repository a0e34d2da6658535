import { MasqueError } from "../../kernel/errors.ts";
import type { World } from "../../kernel/world.ts";
import { fileNameOf } from "../../masque/masque.ts";
import { createMasque, masqueTemplate, type NewMasque } from "../../masque/new-masque.ts";
import { problemText } from "../../masque/problem-text.ts";
import type { Edges } from "../edges.ts";
import { writeSchemaFile } from "./schema-file.ts";

type MakingWorld = World & Pick<Edges, "masqueReader" | "masqueJsonSchema">;

/**
 * The text of a new masque, which is valid whatever its author said.
 *
 * @throws {MasqueError} `masque.invalid` where what the author said may not be in a masque, such as an invisible character.
 */
export async function newMasqueText(world: MakingWorld, said: NewMasque, schemaUrl?: string): Promise<string> {
  const text = masqueTemplate(said, schemaUrl);
  const reading = (await world.masqueReader())(new TextEncoder().encode(text), fileNameOf(said.name));
  if (reading.kind === "valid") return text;
  throw new MasqueError("masque.invalid", `Cannot make "${said.name}": what you gave may not be in a masque`, {
    detail: reading.problems.map(problemText).join("\n"),
  });
}

/**
 * Writes a new private masque whose first line names the schema for editors, and answers its path. The schema's file is written first.
 *
 * @throws {MasqueError} as {@link newMasqueText}, and `masque.exists`, `file.unwritable`
 */
export async function makeMasque(world: MakingWorld, said: NewMasque): Promise<string> {
  const { url } = await writeSchemaFile(world);
  return createMasque(world.paths.masques, said.name, await newMasqueText(world, said, url));
}
