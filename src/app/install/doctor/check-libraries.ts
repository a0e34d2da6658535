import { dirname } from "node:path";
import { type LibraryName, nativeLibrary } from "../../../kernel/files/native-library.ts";
import type { Paths } from "../../../kernel/paths.ts";
import { BUILD } from "../../../kernel/process/build.ts";
import type { Edges } from "../../edges.ts";
import { type Check, type Finding, failed, ok } from "./check.ts";

/** Whether the native libraries are there, are the ones that were built, and work. */
export function libraryChecks(world: Pick<Edges, "judge"> & { readonly paths: Paths }): readonly Check[] {
  return [
    { name: "DuckDB library", look: () => libraryFinding("duckdb", world.paths) },
    { name: "OpenTUI library", look: () => libraryFinding("opentui", world.paths) },
    { name: "DuckDB", look: () => judgeFinding(world) },
  ];
}

/** Every other command looks at the size and time of what was unpacked. Here every byte is compared. */
async function libraryFinding(name: LibraryName, paths: Paths): Promise<Finding> {
  const { root, path } = await nativeLibrary(name, paths);
  const expected = BUILD.libraries?.[name].sha256;
  if (expected === undefined) return ok(`as installed, in "${root}"`);
  const hash = new Bun.CryptoHasher("sha256");
  for await (const chunk of Bun.file(path).stream()) hash.update(chunk);
  if (hash.digest("hex") === expected) return ok(`unchanged since the build, in "${dirname(root)}"`);
  return failed(
    `"${path}" is not what was built`,
    `rm -r "${paths.libraries}": masque unpacks it again when it needs it`,
  );
}

async function judgeFinding({ judge }: Pick<Edges, "judge">): Promise<Finding> {
  const nothing = { logs: [], marks: [] };
  const { eventsRead } = await (await judge()).score({ kind: "all" }, nothing);
  return eventsRead === 0
    ? ok("it answers")
    : failed(`it counts ${eventsRead} events in no files`, "report this as a bug");
}
