import type { Rule } from "../../src/masque/lint/rule.ts";
import { RULES } from "../../src/masque/lint/rules.ts";

/** `docs/lint.md`, written from the rules: `npm run docs:lint`. */

const EXAMPLE_CHARS_MAX = 1_000;

const INTRODUCTION = `# Lint

<!-- Written by \`npm run docs:lint\` from the rules in src/masque/lint/. Edits are lost. -->

\`masque validate\` says whether a file is a masque. \`masque lint\` also says whether the masque is any good: whether an agent can follow it, whether
a session can fail its rubric, and whether it is safe to wear.

\`\`\`sh
masque lint                       # your private masques
masque lint masques/ a.masque.yaml
masque lint --format github masques   # in a workflow, findings show beside their lines
masque lint --explain text/vague
\`\`\`

Errors exit 2, warnings alone exit 0, as with \`masque validate\`; \`masque validate --strict\` reports the same. A masque is compared with the
shared ones, with the other files given, and with the files in the same folders.

Rules that look for what is missing (\`lens/no-boundaries\`, \`lens/no-report\`, \`lens/no-stop\`) read English, and find nothing in a text of another language. A program
sees words and not their sense: that lint finds nothing does not make a good masque.

**Tokens** are counted with the tokenizer o200k_base. Claude's own tokenizer counts differently; by how much, masque does not say.

## Silencing a rule

A file that breaks a rule on purpose names the rule and says why:

\`\`\`yaml
lint:
  silence:
    - rule: text/vague
      reason: the lens quotes the orders that it strikes out
\`\`\`

A rule that does not exist, or a reason that is empty, is an error. Some rules cannot be silenced: the table says which.
`;

/** The whole page. */
export function lintPage(): string {
  const rows = RULES.map(
    ({ id, severity, title, canSilence }) =>
      `| [\`${id}\`](#${anchorOf(id)}) | ${severity} | ${title} | ${canSilence ? "yes" : "no"} |`,
  );
  const table = ["| rule | severity | what breaks it | can be silenced |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
  return `${INTRODUCTION}\n## Rules\n\n${table}\n\n${RULES.map(sectionOf).join("\n")}`;
}

function sectionOf({ id, reason, fix, fails, passes }: Rule): string {
  const examples =
    fails.length > EXAMPLE_CHARS_MAX || passes.length > EXAMPLE_CHARS_MAX
      ? ""
      : `\nFails:\n\n\`\`\`yaml\n${fails}\`\`\`\n\nPasses:\n\n\`\`\`yaml\n${passes}\`\`\`\n`;
  return `### ${id}\n\n${reason}. To fix: ${fix}.\n${examples}`;
}

/** As GitHub makes anchors of headings. */
function anchorOf(id: string): string {
  return id.replaceAll("/", "");
}

if (import.meta.main) process.stdout.write(lintPage());
