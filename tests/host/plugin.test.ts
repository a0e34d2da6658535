import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import type { CommandEntry } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { SLASH_COMMAND_MATCHER, SLASH_COMMANDS, slashCommandNamed } from "../../src/kernel/slash-commands.ts";
import { isObject, type Json, parseJson } from "../../src/kernel/text/json.ts";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const json = (path: string): Json | undefined => parseJson(read(path));

describe("the plugin", () => {
  test("is one manifest in two places: the checkout's, and the small folder that the marketplace installs", () => {
    // When the plugin is installed from the checkout itself, Claude Code copies all of the checkout and runs the installation of its package.json.
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
    expect(Object.keys(hooks)).toEqual(["SessionStart", "UserPromptSubmit", "SessionEnd", "UserPromptExpansion"]);
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

  test("is one that the expansion hook hands over, from the plugin and from setup, and no other is", () => {
    const commands = names.map((name) => name.slice(0, -".md".length));
    expect(commands.sort()).toEqual([...SLASH_COMMANDS].sort());
    const plugin = json(".claude-plugin/plugin.json");
    const groups = isObject(plugin) && isObject(plugin["hooks"]) ? plugin["hooks"]["UserPromptExpansion"] : [];
    expect(groups).toEqual([expect.objectContaining({ matcher: SLASH_COMMAND_MATCHER })]);
    const matcher = new RegExp(SLASH_COMMAND_MATCHER);
    for (const command of commands) {
      for (const name of [command, `masques:${command}`]) {
        expect([name, matcher.test(name), slashCommandNamed(name)]).toEqual([name, true, command as never]);
      }
    }
    for (const name of ["", "donut", "x:don", "masques:masques:don", "masques:", "don\n", "DON", "constructor"]) {
      expect([name, matcher.test(name), slashCommandNamed(name)]).toEqual([name, false, undefined]);
    }
  });

  test.each(names)("%s puts no text of anybody's into its shell block, and the model cannot call it", (name) => {
    const text = read(`commands/${name}`);
    expect(/```!\n([\s\S]*?)\n```/.exec(text)?.[1]).toBe(
      `sh "\${CLAUDE_PLUGIN_ROOT}/commands/run.sh" ${name.slice(0, -".md".length)}`,
    );
    expect(text.match(/```!|!`/g)).toEqual(["```!"]);
    expect(text).toContain("\ndisable-model-invocation: true\n");
    expect(text).toMatch(/^allowed-tools: Bash\(sh "\$\{CLAUDE_PLUGIN_ROOT\}\/commands\/run\.sh":\*\)$/m);
    // Of what the client substitutes as raw text, only the script's own folder is there.
    expect([...new Set(text.match(/\$\{?\w+\}?/g))]).toEqual([`\${CLAUDE_PLUGIN_ROOT}`]);
  });
});
