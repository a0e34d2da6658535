import { join } from "node:path";
import { parseArgs } from "node:util";
import { CHECKOUT } from "../support/binary.ts";
import { seededRandom } from "../support/random.ts";
import { type Journal, openJournal } from "./mutating/journal.ts";
import { type Outcome, play, playUnharmed, type Stage } from "./mutating/play.ts";
import { copyCheckout, treeDigest } from "./mutating/sources.ts";
import { MUTATIONS } from "./mutations/all.ts";
import type { Mutation } from "./mutations/mutation.ts";

/**
 * Plants single faults in a copy of the product, one at a time, and sees whether the tests notice:
 *
 *     bun tests/long/mutate-product.ts                  every fault; goes on where an earlier run was ended
 *     bun tests/long/mutate-product.ts --list           the faults with their numbers
 *     bun tests/long/mutate-product.ts --only 3,17      these
 *     bun tests/long/mutate-product.ts --sample 5       so many, chosen by the commit
 *     bun tests/long/mutate-product.ts --jobs 2         two at once, each in a copy of its own
 *
 * What the named tests let pass is given to the whole suite, unless `--named-only` is given. The named tests are first run
 * without a fault, unless `--tested` says that the suite has just passed. Exits 1 when a fault survived, when its text is
 * no longer found once, or when its tests say nothing.
 */

const CACHE = join(CHECKOUT, ".cache/mutants");

type Numbered = { readonly number: number; readonly mutation: Mutation };
type Options = ReturnType<typeof optionsFrom>;

function optionsFrom(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      list: { type: "boolean", default: false },
      only: { type: "string" },
      sample: { type: "string" },
      jobs: { type: "string", default: "1" },
      "named-only": { type: "boolean", default: false },
      tested: { type: "boolean", default: false },
    },
  });
  return values;
}

/** So many faults, the same for the same commit. */
export function sampleOf<T>(from: readonly T[], count: number, commit: string): readonly T[] {
  const random = seededRandom(Number.parseInt(commit.slice(0, 8), 16));
  const left = [...from];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.whole(left.length), 1)).flat();
}

function chosen({ only, sample }: Options): readonly Numbered[] {
  const all = MUTATIONS.map((mutation, index) => ({ number: index + 1, mutation }));
  if (sample !== undefined) return sampleOf(all, Number(sample), commitOf() ?? treeDigest(CHECKOUT));
  if (only === undefined) return all;
  const numbers = only.split(",").map(Number);
  const unknown = numbers.find((number) => !all[number - 1]);
  if (unknown !== undefined) throw new TypeError(`--only takes numbers from 1 to ${all.length}`);
  return all.filter(({ number }) => numbers.includes(number));
}

function commitOf(): string | undefined {
  const { success, stdout } = Bun.spawnSync(["git", "rev-parse", "HEAD"], { cwd: CHECKOUT, stderr: "ignore" });
  return success ? stdout.toString().trim() : undefined;
}

/** Plays what is not known yet, each worker one fault after the other. */
async function playAll(faults: readonly Numbered[], options: Options): Promise<readonly Outcome[]> {
  const journal = openJournal(join(CACHE, "journal.jsonl"));
  const sources = treeDigest(CHECKOUT);
  const outcomes: Outcome[] = [];
  const waiting = [...faults.entries()];
  const worker = async (job: number) => {
    const stage = {
      tree: join(CACHE, `tree-${job}`),
      builds: join(CACHE, "builds"),
      usesWholeSuite: !options["named-only"],
    };
    copyCheckout(stage.tree);
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [at, fault] = next;
      outcomes[at] = await playOnce(fault, stage, { journal, sources, isTested: options.tested });
      report(fault, outcomes[at]);
    }
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, (_, job) => worker(job)));
  return outcomes;
}

async function playOnce(
  { mutation }: Numbered,
  stage: Stage,
  { journal, sources, isTested }: { journal: Journal; sources: string; isTested: boolean },
): Promise<Outcome> {
  const key = `${sources} ${JSON.stringify(mutation)}`;
  const by = journal.find(key);
  if (by !== undefined) return { kind: "caught", by };
  for (const test of isTested ? [] : mutation.tests) {
    const unharmed = `${sources} ${test}`;
    if (journal.find(unharmed) !== undefined) continue;
    const { why } = await playUnharmed(test, stage);
    if (why !== undefined) return { kind: "unsound", why };
    journal.add(unharmed, "passes without a fault");
  }
  const outcome = await play(mutation, stage);
  // A wrong outcome is tried again: mending a test changes the sources, and mending a list changes the fault.
  if (outcome.kind === "caught") journal.add(key, outcome.by);
  return outcome;
}

function report({ number, mutation }: Numbered, outcome: Outcome): void {
  const said = {
    caught: () => "caught",
    "caught-elsewhere": () => "CAUGHT ELSEWHERE",
    survived: () => "SURVIVED",
    stale: () => "STALE",
    unsound: () => "UNSOUND",
  }[outcome.kind]();
  const more =
    "by" in outcome
      ? outcome.by
      : "why" in outcome
        ? outcome.why
        : "found" in outcome
          ? `its text is there ${outcome.found} times`
          : mutation.tests.join(", ");
  process.stdout.write(`${String(number).padStart(3)} ${said}: ${mutation.fault} (${mutation.file})\n      ${more}\n`);
}

async function main(): Promise<number> {
  const options = optionsFrom(process.argv.slice(2));
  const faults = chosen(options);
  if (options.list) {
    for (const { number, mutation } of faults) {
      process.stdout.write(`${String(number).padStart(3)} ${mutation.fault} (${mutation.file})\n`);
    }
    return 0;
  }
  const outcomes = await playAll(faults, options);
  const caught = outcomes.filter(({ kind }) => kind === "caught" || kind === "caught-elsewhere").length;
  // As `bun test` ends, so that a count of tests includes these.
  process.stdout.write(`\nfaults planted: ${outcomes.length}\n ${caught} pass\n ${outcomes.length - caught} fail\n`);
  return caught === outcomes.length ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
