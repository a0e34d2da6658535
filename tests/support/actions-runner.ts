/**
 * GitHub's runner as far as a step sees it: what it makes of a line of output, and of the files it hands a step.
 *
 * @source github.com/actions/runner: ActionCommand.cs (TryParseV2, TryParse), FileCommandManager.cs (env, output, path files).
 */

/** A workflow command, unescaped. */
export type RunnerCommand = {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
};

/** Every line of output that the runner takes for a command, of the present kind or the older one. */
export function commandsIn(output: string): RunnerCommand[] {
  return output.split(/\r?\n/).flatMap((line) => commandOf(line) ?? olderCommandOf(line) ?? []);
}

/** `##[name …]message`, anywhere in a line. Which names are known is the runner's affair: none is meant to be found. */
function olderCommandOf(line: string): RunnerCommand | undefined {
  const [, name, message] = /##\[([^\] ]*)[^\]]*\](.*)/.exec(line) ?? [];
  return name === undefined ? undefined : { name, properties: {}, message: message ?? "" };
}

function commandOf(line: string): RunnerCommand | undefined {
  const text = line.trimStart();
  if (!text.startsWith("::")) return undefined;
  const end = text.indexOf("::", 2);
  if (end === -1) return undefined;
  const head = text.slice(2, end);
  const space = head.indexOf(" ");
  const name = space === -1 ? head : head.slice(0, space);
  const properties: Record<string, string> = {};
  for (const pair of space === -1
    ? []
    : head
        .slice(space + 1)
        .trim()
        .split(",")) {
    const equals = pair.indexOf("=");
    if (equals > 0) properties[pair.slice(0, equals)] = unescaped(pair.slice(equals + 1), PROPERTY);
  }
  return { name, properties, message: unescaped(text.slice(end + 2), DATA) };
}

const DATA = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%25", "%"],
] as const;
const PROPERTY = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%3A", ":"],
  ["%2C", ","],
  ["%25", "%"],
] as const;

function unescaped(text: string, mappings: readonly (readonly [string, string])[]): string {
  return mappings.reduce((found, [token, replacement]) => found.replaceAll(token, replacement), text);
}

/**
 * What a step wrote to `$GITHUB_ENV` or `$GITHUB_OUTPUT`: `name=value`, or `name<<delimiter` with lines up to it.
 *
 * @throws for what the runner fails a step for.
 */
export function pairsIn(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split("\n");
  while (lines.length > 0) {
    const line = lines.shift() ?? "";
    if (line === "") continue;
    const [, name, delimiter] = /^([^=]+?)<<(.+)$/.exec(line) ?? [];
    const equals = line.indexOf("=");
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter);
      if (end === -1) throw new Error(`Invalid value: no "${delimiter}" behind ${line}`);
      pairs[name] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join("\n");
    } else if (equals > 0) pairs[line.slice(0, equals)] = line.slice(equals + 1);
    else throw new Error(`Invalid format "${line}"`);
  }
  return pairs;
}
