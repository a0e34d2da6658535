import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MasqueError } from "../../kernel/errors.ts";
import { readBounded, replaceFile } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { World } from "../../kernel/world.ts";
import type { Edges } from "../edges.ts";

/** The JSON Schema on disk, which the first line of a new masque names, so that an editor completes and checks the file. */

type SchemaWorld = Pick<World, "paths"> & Pick<Edges, "masqueJsonSchema">;

/** Where the schema is kept. */
export function schemaPath({ paths }: Pick<World, "paths">): string {
  return join(paths.data, "masque.schema.json");
}

/**
 * Writes this version's schema where it is not there yet, and answers its path and its address for editors.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export async function writeSchemaFile(world: SchemaWorld): Promise<{ readonly path: string; readonly url: string }> {
  const path = schemaPath(world);
  const text = `${JSON.stringify(await world.masqueJsonSchema(), null, 2)}\n`;
  const former = readBounded(path, LIMITS.schemaFileBytesMax, (bytes) => tooLarge(path, bytes));
  if (former?.toString("utf8") !== text) replaceFile(path, text);
  return { path, url: pathToFileURL(path).href };
}

/** Brings a schema that an earlier version wrote up to date. Where that is impossible, editors go on with the earlier one. */
export async function refreshSchemaFile(world: SchemaWorld): Promise<void> {
  if (!existsSync(schemaPath(world))) return;
  try {
    await writeSchemaFile(world);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
  }
}

function tooLarge(path: string, bytes: number): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": it is ${bytes} bytes, and a schema is a few KiB`, {
    hint: "move it away; masque writes a new one",
  });
}
