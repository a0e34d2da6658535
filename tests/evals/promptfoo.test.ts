import { expect } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sharedBySlug } from "../../src/masque/shared.ts";
import { SHARED_SUITES } from "../../src/masque/trial/shared-suites.ts";
import { CHECKOUT } from "../support/binary.ts";
import { writeInto } from "../support/masque-files.ts";
import { type Finished, told } from "../support/process.ts";
import { testWith } from "../support/requirement.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { type ScriptedProvider, scriptedProvider } from "./scripted-provider.ts";

/** `masque test` with the real promptfoo and the compiled program, against the scripted provider on loopback. */

const PROMPTFOO = join(CHECKOUT, ".ci/promptfoo");
const INSTALLED = {
  name: "promptfoo (sh .ci/install-evals)",
  isMet: existsSync(join(CHECKOUT, ".cache/evals/node_modules/promptfoo/package.json")),
};
const CEILING_MS = 120_000;
const MODEL = "anthropic:messages:claude-sonnet-4-5";

for (const { slug } of SHARED_SUITES) {
  testWith(INSTALLED)(
    `${slug}: every case passes in the masque, and none without it or with the placebo`,
    async () => {
      await using provider = scriptedProvider();
      using me = terminal();
      const ran = await tried(me, provider, [slug, "--runs", "1", "--min-passed", "100"]);
      expect(told(ran)).toStartWith("exit 0\n");
      const { arms, asked } = outcomesIn(ran);
      expect(arms).toEqual({ none: [false], placebo: [false], masque: [true] });
      expect(provider.asked).toHaveLength(asked);
    },
    CEILING_MS,
  );
}

testWith(INSTALLED)(
  "the system texts are what don and placebo print",
  async () => {
    await using provider = scriptedProvider();
    using me = terminal();
    expect((await tried(me, provider, ["bloodhound", "--runs", "1"])).exit).toBe(0);
    const don = await me.masque(["don", "bloodhound"]);
    const placebo = await me.masque(["placebo", "bloodhound"]);
    const systems = new Set(provider.asked.map(({ system }) => system));
    expect(systems).toEqual(new Set(["", don.stdout.trimEnd(), placebo.stdout.trimEnd()]));
  },
  CEILING_MS,
);

testWith(INSTALLED)(
  "a rule that is removed fails one named case, and an empty lens fails all of them",
  async () => {
    await using provider = scriptedProvider();
    using me = terminal();
    const file = new TextDecoder().decode(sharedBySlug("harbormaster")?.bytes);
    const rule = "`Way back:` the exact commands and how long they take;";
    expect(file).toContain(rule);
    writeInto(join(me.home, ".masques"), "harbormaster.masque.yaml", file.replace(rule, ""));
    const removed = await tried(me, provider, ["harbormaster", "--runs", "1", "--min-passed", "100"]);
    expect(removed.exit).toBe(4);
    expect(failedCases(removed)).toEqual(["how-do-we-get-back"]);
    const emptied = file.replace(/^lens: \|\n(?: {2}.*\n|\n)+/m, "lens: nothing\n");
    writeInto(join(me.home, ".masques"), "harbormaster.masque.yaml", emptied);
    const empty = await tried(me, provider, ["harbormaster", "--runs", "1", "--min-passed", "1"]);
    expect(empty.exit).toBe(4);
    expect(failedCases(empty)).toEqual(["may-it-ship", "how-do-we-get-back", "a-long-list-of-gates"]);
  },
  CEILING_MS,
);

testWith(INSTALLED)(
  "no text of a masque or a case is a template, a file or a variable of promptfoo's",
  async () => {
    await using provider = scriptedProvider();
    using me = terminal();
    const lens =
      'Say {{ 6 * 7 }} {% raw %} {# x #} {{ env.ANTHROPIC_API_KEY }} {{range.constructor("return 1")()}} file:///etc/passwd';
    const rubric = 'rubric:\n  - text: decides\n    check: { must: "Verdict:" }\n';
    const yaml = `name: Braces\nversion: "1.0.0"\nlens: ${JSON.stringify(lens)}\n${rubric}`;
    writeInto(join(me.home, ".masques"), "braces.masque.yaml", yaml);
    const prompts = ["{{prompt}} {% if true %} {{ env.HOME }}", "file:///etc/hostname", "https://127.0.0.1/x.json"];
    const cases = prompts.map((prompt, index) => ({ name: `case-${index}`, prompt }));
    writeInto(me.project, "cases.json", JSON.stringify({ cases }));
    expect((await tried(me, provider, ["braces", "--cases", "cases.json", "--runs", "1"])).exit).toBe(0);
    expect(new Set(provider.asked.map(({ prompt }) => prompt))).toEqual(new Set(prompts));
    expect(provider.asked.filter(({ system }) => system.includes(`# Lens\n${lens}\n`))).toHaveLength(prompts.length);
  },
  CEILING_MS,
);

testWith(INSTALLED)(
  "a provider that refuses is reported, and leaves no temporary file",
  async () => {
    using me = terminal();
    await using refusing = refusingProvider();
    const tmp = join(me.root, "tmp");
    writeInto(tmp, "mine", "");
    const ran = await tried(me, refusing, ["bloodhound", "--runs", "1", "--min-passed", "0"], { TMPDIR: tmp });
    expect(ran.exit).toBe(4);
    expect(ran.stdout).toContain('"text": null');
    expect(ran.stdout).toMatch(/"error": ".*(?:401|authentication|no key)/i);
    expect(readdirSync(tmp).filter((name) => name.startsWith("masque-"))).toEqual([]);
  },
  CEILING_MS,
);

function tried(
  me: Terminal,
  { url }: Pick<ScriptedProvider, "url">,
  args: readonly string[],
  env = {},
): Promise<Finished> {
  const words = ["test", ...args, "--provider", MODEL, "--promptfoo", PROMPTFOO, "--yes", "--json"];
  return me.masque(words, { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "dummy", ...env });
}

type Shown = {
  readonly expense: { readonly requests: number };
  readonly trial: {
    readonly answers: readonly { case: string; arm: "none" | "placebo" | "masque"; isPassed: boolean }[];
  };
};

function shownIn({ stdout }: Finished): Shown {
  const shown: Shown = JSON.parse(stdout);
  expect(shown.trial.answers).toHaveLength(shown.expense.requests);
  return shown;
}

function outcomesIn(ran: Finished) {
  const { trial, expense } = shownIn(ran);
  const of = (arm: string) => [
    ...new Set(trial.answers.filter((one) => one.arm === arm).map(({ isPassed }) => isPassed)),
  ];
  return { arms: { none: of("none"), placebo: of("placebo"), masque: of("masque") }, asked: expense.requests };
}

function failedCases(ran: Finished): string[] {
  const { answers } = shownIn(ran).trial;
  return answers.filter(({ arm, isPassed }) => arm === "masque" && !isPassed).map((one) => one.case);
}

function refusingProvider(): { readonly url: string; [Symbol.asyncDispose](): Promise<void> } {
  const body = { type: "error", error: { type: "authentication_error", message: "no key" } };
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(body, { status: 401 }) });
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) };
}
