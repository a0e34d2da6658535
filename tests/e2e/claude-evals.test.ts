import { expect, test } from "bun:test";
import { scriptedAnswer } from "../evals/scripted-model.ts";
import { claudeHome } from "../support/claude.ts";
import { told } from "../support/process.ts";
import { lastUserText, scriptedApi, systemText } from "../support/scripted-api.ts";

const CEILING_MS = 180_000;
const BLOCK = /<masque-identity[\s\S]*<\/masque-identity>/;

type Scored = {
  readonly cases: readonly {
    readonly name: string;
    readonly graders: readonly { readonly name: string; readonly type: string }[];
    readonly aggregates: { readonly score: number };
  }[];
};

/** The real client reads what is exported, and scores it with its own graders. */
test(
  "claude plugin eval runs the exported cases: each passes in the masque, and fails without it and with the placebo",
  async () => {
    await using api = scriptedApi([], (request) => ({
      text: scriptedAnswer(BLOCK.exec(systemText(request))?.[0] ?? "", lastUserText(request)),
    }));
    using person = claudeHome({ apiUrl: api.url });
    const exported = await person.masque(["export", "helmsman", "--evals", "claude", "--out", "trial"]);
    expect(exported.exit, told(exported)).toBe(0);
    const ran = await person.claude(
      "plugin",
      "eval",
      "trial",
      "--runs",
      "1",
      "--json",
      "--trust-plugin",
      "--no-publish",
    );
    // Cases below the client's threshold make it exit 1.
    expect(ran.exit, told(ran)).toBe(1);
    const { cases }: Scored = JSON.parse(ran.stdout);
    expect(cases).toHaveLength(12);
    for (const { name, graders, aggregates } of cases) {
      expect({ name, score: aggregates.score }).toEqual({ name, score: name.startsWith("masque-") ? 1 : 0 });
      expect(graders.map(({ type }) => type)).toEqual(["regex"]);
    }
    const again = await person.masque(["export", "helmsman", "--evals", "claude", "--out", "trial"]);
    expect(again.exit).toBe(2);
    expect(again.stderr).toContain("something has that name");
  },
  CEILING_MS,
);
