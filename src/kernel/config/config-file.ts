import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, MasqueError } from "../errors.ts";
import { readBounded, readUnlinked } from "../files/files.ts";
import { LIMITS } from "../limits.ts";
import { isObject, type Json } from "../text/json.ts";
import type { Position } from "../text/position.ts";
import { printableLine } from "../text/printable.ts";
import type { YamlPath, YamlReading } from "../text/yaml.ts";

/** A file of settings as its leaves: what it gives, before anything looks whether those are settings. */

/** Reads YAML: opened only when there is a file. */
export type OpenYaml = () => Promise<(text: string) => YamlReading>;

/** A leaf of the file: its dotted key, its value, and where it is. */
export type Leaf = { readonly key: string; readonly value: Json; readonly at: Position };

/**
 * What the user's own file gives; nothing where there is no file.
 *
 * @throws {MasqueError} `config.invalid` when it cannot be read, or is not YAML.
 */
export async function leavesOfUser(path: string, yaml: OpenYaml): Promise<readonly Leaf[]> {
  return await leavesIn(textOf(path, readBounded), path, yaml);
}

/**
 * The same for a project's file. A link in a project may lead to any file of the user's, and a message about that file would show
 * what is in it: so no link is followed.
 *
 * @throws {MasqueError} `config.invalid`
 */
export async function leavesOfProject(path: string, yaml: OpenYaml): Promise<readonly Leaf[]> {
  const text = textOf(path, readUnlinked);
  if (text !== undefined && lstatSync(dirname(path), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw invalid(`Cannot read "${path}": "${dirname(path)}" is a link, and masque follows none in a project`);
  }
  return await leavesIn(text, path, yaml);
}

async function leavesIn(text: string | undefined, path: string, yaml: OpenYaml): Promise<readonly Leaf[]> {
  if (text === undefined) return [];
  const reading = (await yaml())(text);
  if (reading.kind === "broken") {
    const [fault] = reading.faults;
    const found = printableLine(fault?.message ?? "it is not YAML").slice(0, LIMITS.configFaultCharsMax);
    throw invalid(`Cannot read "${path}" line ${fault?.line ?? 1}: ${found}`);
  }
  if (reading.value === null) return [];
  if (!isObject(reading.value))
    throw invalid(`Cannot read "${path}": it holds no settings, which are keys with values`);
  return leavesOf(reading.value, [], (at) => reading.locate(at, "key"));
}

function leavesOf(value: Json, path: YamlPath, locate: (path: YamlPath) => Position): readonly Leaf[] {
  const key = path.join(".");
  if (!isObject(value) || path.length >= LIMITS.configDepthMax) return [{ key, value, at: locate(path) }];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner ?? null, [...path, name], locate));
}

function textOf(path: string, read: typeof readBounded): string | undefined {
  const bytes = bytesOf(path, read);
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalid(`Cannot read "${path}": it is not UTF-8 text`, error);
  }
}

function bytesOf(path: string, read: typeof readBounded): Buffer | undefined {
  try {
    return read(path, LIMITS.configFileBytesMax, (size) =>
      invalid(`Cannot read "${path}": it has ${size} bytes, more than ${LIMITS.configFileBytesMax}`),
    );
  } catch (error) {
    if (error instanceof MasqueError) throw error.code === "config.invalid" ? error : invalid(error.message, error);
    throw invalid(`Cannot read "${path}": ${errnoOf(error) ?? String(error)}`, error);
  }
}

/** A setting, or a file of them, that cannot be used. */
export function invalid(message: string, cause?: unknown): MasqueError {
  return new MasqueError("config.invalid", message, { hint: "docs/configuration.md shows every setting", cause });
}
