import type { YamlPath } from "../../kernel/text/yaml.ts";
import type { Masque } from "../masque.ts";
import type { PatternCompiler } from "../rubric/pattern.ts";

/** One text of a masque: a field, a criterion, an attribute. */
export type Field = {
  readonly path: YamlPath;
  readonly text: string;
  /** Whether the agent reads it. Known attributes, the rubric and the verbs are for people. */
  readonly isForAgent: boolean;
};

/** Every run of eight words of some masques, and in which of them each run is. */
export type SharedText = {
  readonly slugsByRun: ReadonlyMap<string, readonly string[]>;
  readonly names: ReadonlyMap<string, string>;
  /** Masques that were left out, because the others have as many words as are compared. */
  readonly leftOut: number;
};

/** What a rule looks at. */
export type Subject = {
  readonly masque: Masque;
  /** The file's text. */
  readonly source: string;
  readonly fields: readonly Field[];
  /** Tokens of the identity block, as the tokenizer counts that lint names. */
  readonly blockTokens: number;
  readonly compile: PatternCompiler;
  /** Runs of words in the other masques. */
  readonly shared: SharedText;
};

/** Where a fault is: in a text of the masque, or in the file itself. */
export type Spot =
  | { readonly path: YamlPath; readonly part?: "key"; readonly at?: number; readonly text?: string }
  | { readonly sourceAt: number };

/** One fault that a rule found. `message` is one sentence without a full stop. */
export type Fault = { readonly spot: Spot; readonly message: string };

/** One rule. */
export type Rule = {
  /** Stable: silences in files name it. */
  readonly id: string;
  readonly severity: "error" | "warning";
  /** What breaks the rule, in a few words. */
  readonly title: string;
  /** Why the rule is there, in one sentence. */
  readonly reason: string;
  /** What to do about a fault. */
  readonly fix: string;
  /** Whether a file may silence the rule. What is dangerous may not be silenced. */
  readonly canSilence: boolean;
  /** Keys of a masque, as YAML, that break the rule in an otherwise faultless masque. */
  readonly fails: string;
  /** Keys of a masque, as YAML, that come near and do not break the rule. */
  readonly passes: string;
  find(subject: Subject): readonly Fault[];
};

/** The texts that the agent reads. */
export function agentFields({ fields }: Subject): readonly Field[] {
  return fields.filter(({ isForAgent }) => isForAgent);
}
