import { resolve } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { readBounded } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Json } from "../../kernel/text/json.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { readYaml } from "../../kernel/text/yaml.ts";
import type { World } from "../../kernel/world.ts";
import { findMasque } from "../../masque/catalog.ts";
import { parseName, type ResolvedMasque, slugOf } from "../../masque/masque.ts";
import { type Arm, systemTexts } from "../../masque/trial/arms.ts";
import { sharedSuite } from "../../masque/trial/shared-suites.ts";
import { casesFrom, type TrialCase } from "../../masque/trial/suite.ts";
import type { Edges } from "../edges.ts";
import { catalogPlace } from "./catalog-place.ts";

/** A masque, its cases, and the system text of each arm. */
export type PlannedTrial = {
  readonly resolved: ResolvedMasque;
  readonly cases: readonly TrialCase[];
  readonly systems: Readonly<Record<Arm, string | null>>;
};

/** What planning needs of the world. */
export type PlanningWorld = Pick<World, "paths" | "clock" | "cwd"> &
  Pick<Edges, "masqueReader"> & { readonly yamlReader: () => Promise<typeof readYaml> };

/**
 * Finds the masque and its cases: those of a file, else those that come with a shared masque of this name. A private masque of the
 * same name is tried with these too, so that an edited copy can be compared with the original.
 *
 * @throws {MasqueError} what `findMasque` throws; `trial.cases-missing`, `trial.cases-invalid`, `trial.nothing-to-decide`.
 */
export async function planTrial(
  world: PlanningWorld,
  { name, casesPath }: { readonly name: string; readonly casesPath: string | undefined },
): Promise<PlannedTrial> {
  const resolved = await findMasque(parseName(name), catalogPlace(world));
  const { masque } = resolved;
  const shared = sharedSuite(slugOf(masque.name));
  if (casesPath === undefined && shared === undefined) {
    throw new MasqueError("trial.cases-missing", `Cannot test "${masque.name}": masque has no cases for it`, {
      hint: "write cases, and name the file with --cases: docs/evaluations.md shows one",
    });
  }
  const [value, file] =
    casesPath === undefined ? [shared ?? null, "the shared suite"] : [await readCases(world, casesPath), casesPath];
  return { resolved, cases: casesFrom(value, masque, printableLine(file)), systems: systemTexts(resolved) };
}

async function readCases({ cwd, yamlReader }: PlanningWorld, path: string): Promise<Json> {
  const invalid = (why: string) =>
    new MasqueError("trial.cases-invalid", `Cannot read the cases of "${printableLine(path)}": ${why}`);
  const bytes = readBounded(resolve(cwd, path), LIMITS.casesFileBytesMax, (size) =>
    invalid(`the file has ${size} bytes, and at most ${LIMITS.casesFileBytesMax} are allowed`),
  );
  if (bytes === undefined) {
    throw new MasqueError(
      "trial.cases-missing",
      `Cannot read the cases of "${printableLine(path)}": there is no such file`,
    );
  }
  const yaml = (await yamlReader())(bytes.toString("utf8"));
  if (yaml.kind === "read") return yaml.value;
  const [fault] = yaml.faults;
  throw invalid(fault ? `line ${fault.line}: ${printableLine(fault.message)}` : "it is not YAML");
}
