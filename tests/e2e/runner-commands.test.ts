import { expect, test } from "bun:test";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandsIn } from "../support/actions-runner.ts";
import { MASQUE_BINARY } from "../support/binary.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/**
 * What a masque's author, or the author of a file's name, says to GitHub's runner through what masque prints. The runner reads
 * both streams and must find no command but those that masque means.
 */

const NASTY_LENS = "x ##[add-mask]the\n::error::title\n  ::add-path::/tmp\n##[error]no";
const IN_ACTIONS = { GITHUB_ACTIONS: "true" };

function withNastyMasque(): Terminal {
  const me = terminal();
  writePrivateMasque(me.home, {
    name: "Nasty",
    lens: NASTY_LENS,
    more: 'context: "::warning::x ##[group]y"\nrubric: |\n  ::stop-commands::abc\nattributes:\n  tagline: "##[error]a tagline"\n',
  });
  return me;
}

test.each([
  ["inspect", ["inspect", "nasty"]],
  ["inspect --json", ["inspect", "nasty", "--json"]],
  ["inspect --raw", ["inspect", "nasty", "--raw"]],
  ["list", ["list"]],
  ["list --json", ["list", "--json"]],
  ["don, then id", ["don", "nasty", "::error::intent"]],
  ["an unknown command", ["##[error]x"]],
  ["an unknown command that begins a line", ["x\n::error::y"]],
  ["a name that is none", ["don", "##[error]x"]],
  ["a path where nothing is", ["validate", "##[error]nothing.masque.yaml"]],
])("%s lets GitHub's runner find no command", async (_what, args) => {
  using me = withNastyMasque();
  const ran = await me.masque(args, IN_ACTIONS);
  expect(commandsIn(ran.stdout + ran.stderr)).toEqual([]);
  const id = await me.masque(["id"], IN_ACTIONS);
  expect(commandsIn(id.stdout + id.stderr)).toEqual([]);
});

test("a broken masque's lines reach no runner as commands, from don and from validate", async () => {
  using me = terminal();
  mkdirSync(join(me.home, ".masques"), { recursive: true });
  const broken = 'name: Broken\nversion: "1.0.0"\nlens: [x ##[error]planted\n##[error]planted\n::error::planted\n';
  writeFileSync(join(me.home, ".masques/broken.masque.yaml"), broken);
  for (const args of [["don", "broken"], ["validate"], ["validate", "--json"], ["list"]]) {
    const ran = await me.masque(args, IN_ACTIONS);
    expect(ran.stdout + ran.stderr).toContain("broken");
    expect(commandsIn(ran.stdout + ran.stderr)).toEqual([]);
  }
});

test("validate --format github writes the annotations that it means, one a problem", async () => {
  using me = terminal();
  writeFileSync(join(me.project, "##[error]x.masque.yaml"), 'name: X\nversion: "1"\n"##[error]k": 1\n');
  const ran = await me.masque(["validate", "--format", "github", "."], IN_ACTIONS);
  expect(ran.exit).toBe(2);
  const commands = commandsIn(ran.stdout);
  expect(commands.length).toBeGreaterThan(1);
  for (const { name, properties } of commands) {
    expect(["error", "warning"]).toContain(name);
    expect(properties["file"]).toBe("##[error]x.masque.yaml");
  }
});

test("JSON keeps its value in a runner", async () => {
  using me = withNastyMasque();
  const inside = await me.masque(["inspect", "nasty", "--json"], IN_ACTIONS);
  const outside = await me.masque(["inspect", "nasty", "--json"]);
  expect(JSON.parse(inside.stdout)).toEqual(JSON.parse(outside.stdout));
  expect(JSON.parse(inside.stdout)).toMatchObject({ attributes: { tagline: "##[error]a tagline" } });
});

test("outside of a runner text is as it is, and in a runner a file gets a masque's own bytes", async () => {
  using me = withNastyMasque();
  const outside = await me.masque(["inspect", "nasty"]);
  expect(outside.stdout).toContain("##[error]no");
  const path = join(me.root, "copy");
  const command = [MASQUE_BINARY, "inspect", "nasty", "--raw"];
  const env = { ...me.env, ...IN_ACTIONS };
  await Bun.spawn(command, { cwd: me.project, env, stdout: openSync(path, "w") }).exited;
  expect(await Bun.file(path).text()).toBe(await Bun.file(join(me.home, ".masques/nasty.masque.yaml")).text());
});
