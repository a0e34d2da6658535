import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readImporters, testsOf } from "../../support/importers.ts";
import { type Mutation, plant } from "../mutations/mutation.ts";
import { buildInto } from "./build-cache.ts";
import { type Ended, runToEnd } from "./run-to-end.ts";

/** What became of one fault. */
export type Outcome =
  | { readonly kind: "caught"; readonly by: string }
  /** The named tests passed, and the whole suite did not: their list wants mending. */
  | { readonly kind: "caught-elsewhere"; readonly by: string }
  | { readonly kind: "survived" }
  | { readonly kind: "stale"; readonly found: number }
  | { readonly kind: "unsound"; readonly why: string };

/** Where faults are played. */
export type Stage = {
  /** A copy of the checkout. */
  readonly tree: string;
  readonly builds: string;
  /** Whether what the named tests let pass is given to the whole suite. */
  readonly usesWholeSuite: boolean;
};

const NAMED_MS_MAX = 600_000;
const SUITE_MS_MAX = 3_600_000;
const TEST_FLAGS = ["--timeout", "120000"];
/** What a run of tests is: a test failed, or none did and some ran; anything else says nothing about the fault. */
const FAILED = /^\(fail\) /m;
const PASSED = /^ *[1-9]\d* pass$/m;
/** Whatever runs the compiled program reaches it through this file. */
const BINARY_USER = "tests/support/binary.ts";

/** Plants a fault, runs the tests that must catch it, and takes the fault out again. */
export async function play(mutation: Mutation, stage: Stage): Promise<Outcome> {
  const path = join(stage.tree, mutation.file);
  const whole = readFileSync(path, "utf8");
  const planted = plant(whole, mutation);
  if (planted.kind === "stale") return planted;
  writeFileSync(path, planted.text);
  try {
    return await outcomeOf(mutation, stage);
  } finally {
    writeFileSync(path, whole);
  }
}

async function outcomeOf({ tests }: Mutation, stage: Stage): Promise<Outcome> {
  const named = tests.map((test) => `tests/${test}`);
  const failed = await failureOf(named, stage);
  if (failed.kind !== "passed") return failed;
  if (!stage.usesWholeSuite) return { kind: "survived" };
  const suite = await failureOf([], stage);
  if (suite.kind === "passed") return { kind: "survived" };
  return suite.kind === "caught" ? { kind: "caught-elsewhere", by: suite.by } : suite;
}

/** Runs the tests that must catch a fault where there is none. */
export async function playUnharmed(test: string, stage: Stage): Promise<{ readonly why: string | undefined }> {
  const found = await failureOf([`tests/${test}`], stage);
  if (found.kind === "passed") return { why: undefined };
  return { why: found.kind === "caught" ? `without the fault ${found.by} fails as well` : found.why };
}

type Found = { readonly kind: "passed" } | Extract<Outcome, { kind: "caught" | "unsound" }>;

/** @param files None for the whole suite. */
async function failureOf(files: readonly string[], { tree, builds }: Stage): Promise<Found> {
  const usingBinary = testsOf([BINARY_USER], readImporters(tree));
  if (files.length === 0 || files.some((file) => usingBinary.includes(file))) {
    const { failure } = await buildInto(tree, builds);
    if (failure !== undefined) return { kind: "unsound", why: `the product does not build: ${failure.slice(0, 500)}` };
  }
  const msMax = files.length === 0 ? SUITE_MS_MAX : NAMED_MS_MAX;
  // The first failure says it; the whole suite also says where else.
  const args = [
    "test",
    ...TEST_FLAGS,
    ...(files.length === 0 ? [] : ["--bail=1"]),
    ...files.map((file) => `./${file}`),
  ];
  return foundIn(await runToEnd(args, tree, msMax));
}

function foundIn({ exit, output }: Ended): Found {
  if (exit === null) return { kind: "caught", by: "a test that never ended" };
  if (FAILED.test(output)) return { kind: "caught", by: firstFailure(output) };
  if (exit === 0 && PASSED.test(output)) return { kind: "passed" };
  return { kind: "unsound", why: `the tests did not run: ${output.slice(-500)}` };
}

function firstFailure(output: string): string {
  const [, name = "a test"] = /^\(fail\) (.+?)(?: \[[\d.]+m?s\])?$/m.exec(output) ?? [];
  return name;
}
