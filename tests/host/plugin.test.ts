import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { COMMANDS, type CommandEntry } from "../../src/cli/commands.ts";
import { isObject, type Json, parseJson } from "../../src/kernel/json.ts";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const json = (path: string): Json | undefined => parseJson(read(path));

describe("the plugin", () => {
  test("is one manifest in two places: the checkout's, and the small folder that the marketplace installs", () => {
    // Installed from the checkout itself the host would copy it whole and run its package.json's installation.
    expect(read(".claude-plugin/masques/.claude-plugin/plugin.json")).toBe(read(".claude-plugin/plugin.json"));
    expect(readdirSync(join(ROOT, ".claude-plugin/masques/commands"))).toEqual(readdirSync(join(ROOT, "commands")));
  });

  test("has the package's version", () => {
    expect(json(".claude-plugin/plugin.json")).toMatchObject({ name: "masques", version: manifest.version });
  });

  test("calls only hooks that the binary has", () => {
    const plugin = json(".claude-plugin/plugin.json");
    const hooks = isObject(plugin) && isObject(plugin["hooks"]) ? plugin["hooks"] : {};
    const called = Object.values(hooks).map((groups) => JSON.stringify(groups));
    expect(Object.keys(hooks)).toEqual(["SessionStart", "UserPromptSubmit", "SessionEnd"]);
    for (const [index, name] of Object.keys(COMMANDS.hook.group).entries()) {
      expect(called[index]).toContain(JSON.stringify({ command: "masque", args: ["hook", name] }).slice(1, -1));
    }
  });
});

describe("each slash command", () => {
  const names = readdirSync(join(ROOT, "commands")).filter((name) => name.endsWith(".md"));

  test("is one of eight", () => {
    expect(names.map((name) => name.slice(0, -3)).sort()).toEqual(
      ["audience", "doff", "don", "id", "inspect", "list", "performance", "sync-manifest"].sort(),
    );
  });

  test.each(names)("%s hints at nothing that its command would refuse", async (name) => {
    const words = /^argument-hint: "(.*)"$/m.exec(read(`commands/${name}`))?.[1] ?? "";
    const entry: CommandEntry = COMMANDS[name.slice(0, -".md".length) as keyof typeof COMMANDS];
    const command = "load" in entry ? await entry.load() : null;
    for (const [, flag] of words.matchAll(/--([a-z-]+)/g)) {
      expect(Object.keys(command?.args ?? {})).toContain(flag?.replace(/^no-/, "") ?? "");
    }
    const positionals = Object.values(command?.args ?? {}).filter(({ type }) => type === "positional");
    const takesWords = command === null || positionals.length > 0 || command.rest !== undefined;
    if (!takesWords) expect(words.replace(/\[--[^\]]*\]/g, "").trim()).toBe("");
  });

  test.each(names)("%s hands the person's words to the binary as data, and the model cannot call it", (name) => {
    const text = read(`commands/${name}`);
    const command = name.slice(0, -3);
    const [, call, delimiter, end] =
      /```!\nsh "\$\{CLAUDE_PLUGIN_ROOT\}\/commands\/run\.sh" (.+) <<'(\w+)'\nproject: \$\{CLAUDE_PROJECT_DIR\}\n\$ARGUMENTS\n(\w+)\n```/.exec(
        text,
      ) ?? [];
    expect(call).toBe(command === "don" ? "don -" : command);
    expect(end).toBe(delimiter);
    expect(text).toContain("\ndisable-model-invocation: true\n");
    expect(text).toMatch(/^allowed-tools: Bash\(sh "\$\{CLAUDE_PLUGIN_ROOT\}\/commands\/run\.sh":\*\)$/m);
    expect(text.match(/\$ARGUMENTS/g)).toHaveLength(1);
  });
});
