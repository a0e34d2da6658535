import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../../src/kernel/text/json.ts";
import { masqueText, writeInto } from "../support/masque-files.ts";
import { testDeps } from "../support/test-deps.ts";

/** `masque fork` and `masque diff`. */

const FROM = /^ *(?:attributes: \{ )?forkedFrom: "Tester 1\.0\.0 sha256:[0-9a-f]{64}"(?: \})?\n/m;

test("fork copies every byte but the name, the version and what was forked", async () => {
  await using world = testDeps();
  const text = masqueText({ more: "# a comment\nattributes:\n    domain:   'odd   spaces'\n" });
  writeInto(world.deps.paths.masques, "tester.masque.yaml", text);
  const path = join(world.deps.paths.masques, "second-try.masque.yaml");
  expect(await world.run("fork", "tester", "Second Try")).toMatchObject({ exit: 0, stdout: `${path}\n` });
  const forked = readFileSync(path, "utf8");
  expect(forked).toMatch(FROM);
  expect(forked.replace(FROM, "").replace('"Second Try"', "Tester").replace('"0.1.0"', '"1.0.0"')).toBe(text);
  expect((await world.run("validate")).stdout).toBe("2 masques checked: fine\n");
});

test("fork keeps the name and the version of a shared masque, and says that it hides the masque", async () => {
  await using world = testDeps();
  const { exit, stderr } = await world.run("fork", "codesmith");
  expect({ exit, hides: stderr.includes("hides the shared masque") }).toEqual({ exit: 0, hides: true });
  const listed = parseJson((await world.run("list", "--json")).stdout);
  const entry = { name: "Codesmith", source: "private", hides_shared: true };
  expect(listed).toContainEqual(expect.objectContaining(entry));
});

test("fork of a fork names what it was copied from", async () => {
  await using world = testDeps();
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText());
  await world.run("fork", "tester", "Second");
  const forked = parseJson((await world.run("fork", "second", "Third", "--json")).stdout);
  expect(forked).toMatchObject({ name: "Third", version: "0.1.0", forked_from: { name: "Second", source: "private" } });
  const { stdout } = await world.run("inspect", "third", "--raw");
  expect(stdout.match(/forkedFrom/g)).toHaveLength(1);
  expect(stdout).toContain('forkedFrom: "Second 0.1.0 sha256:');
});

test("the agent does not read what a masque was forked from", async () => {
  await using world = testDeps();
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText());
  await world.run("fork", "tester", "Second");
  expect((await world.run("don", "second")).stdout).not.toContain("forkedFrom");
});

test.each([
  ["over a file", ["codesmith", "Taken"], 2, "exists"],
  ["over itself", ["taken"], 2, "exists"],
  ["of a masque that is not there", ["nowhere", "New"], 3, "no masque has that name"],
  ["of a path", ["../../etc/passwd", "New"], 2, "never by a path"],
  ["to a path", ["codesmith", "../New"], 2, "never by a path"],
  ["to a name that a shell would run", ["codesmith", "$(touch x)"], 2, "a name begins with a letter"],
])("fork %s is refused, and writes nothing", async (_what, args, exit, message) => {
  await using world = testDeps();
  const path = writeInto(world.deps.paths.masques, "taken.masque.yaml", masqueText({ name: "Taken" }));
  const before = readFileSync(path, "utf8");
  const ended = await world.run("fork", ...args);
  expect({ exit: ended.exit, stdout: ended.stdout }).toEqual({ exit, stdout: "" });
  expect(ended.stderr).toContain(message);
  expect(readFileSync(path, "utf8")).toBe(before);
  expect(existsSync(join(world.deps.paths.masques, "new.masque.yaml"))).toBe(false);
});

test("fork refuses a file in which a text cannot be set alone", async () => {
  await using world = testDeps();
  const text = 'name: &n Tester\nversion: "1.0.0"\nlens: *n\n';
  writeInto(world.deps.paths.masques, "tester.masque.yaml", text);
  expect(await world.run("fork", "tester", "New")).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining("written in an unusual way"),
  });
  expect(existsSync(join(world.deps.paths.masques, "new.masque.yaml"))).toBe(false);
});

const LONG = Array.from({ length: 12 }, (_, at) => `  Line ${at}.`).join("\n");

test("diff shows what differs field by field, with the lines around it", async () => {
  await using world = testDeps();
  const text = `name: A\nversion: "1.0.0"\nattributes: { domain: x, tags: [one, two] }\nlens: |\n${LONG}\n`;
  writeInto(world.project, "a.yaml", text);
  const other = text.replace("Line 6.", "Line six.\n  And more.").replace(", two]", ", 3]");
  writeInto(world.project, "b.yaml", `${other}rubric:\n  - text: It held.\n    check: { maxWords: 9 }\n`);
  const { exit, stdout } = await world.run("diff", "a.yaml", "b.yaml");
  expect(exit).toBe(0);
  expect(stdout.replaceAll(world.project, "…")).toMatchInlineSnapshot(`
    "--- A 1.0.0 (file, …/a.yaml)
    +++ A 1.0.0 (file, …/b.yaml)

    attributes.tags
      one
    - two
    + 3

    lens
    …
      Line 4.
      Line 5.
    - Line 6.
    + Line six.
    + And more.
      Line 7.
      Line 8.
    …

    rubric
    + - It held.
    +   checked: at most 9 words
    "
  `);
  expect((await world.run("diff", "--exit-code", "a.yaml", "b.yaml")).exit).toBe(1);
});

test("diff of the same masque says so, and of the same fields too", async () => {
  await using world = testDeps();
  writeInto(world.project, "a.yaml", masqueText());
  writeInto(world.project, "b.yaml", `# a comment\n${masqueText()}`);
  expect((await world.run("diff", "a.yaml", "a.yaml")).stdout).toContain("The two are the same, byte for byte.");
  const { exit, stdout } = await world.run("diff", "--exit-code", "a.yaml", "b.yaml");
  expect({ exit, text: stdout.split("\n").at(-2) }).toEqual({
    exit: 0,
    text: "The two say the same. Only comments or layout differ.",
  });
  expect(parseJson((await world.run("diff", "--json", "a.yaml", "b.yaml")).stdout)).toMatchObject({
    equal: true,
    same_bytes: false,
    fields: [],
  });
});

test("diff of one name compares what is worn with its file, and a copy with the shared masque", async () => {
  await using world = testDeps();
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText());
  const notWorn = await world.run("diff", "tester");
  expect(notWorn).toMatchObject({ exit: 3, stdout: "", stderr: expect.stringContaining("it is not worn here") });
  await world.run("don", "tester");
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText({ lens: "Look once." }));
  const { stdout } = await world.run("diff", "tester");
  expect(stdout).toStartWith("--- Tester 1.0.0 (worn)\n+++ Tester 1.0.0 (private, ");
  expect(stdout).toEndWith("\nlens\n- Look twice.\n+ Look once.\n");
  await world.run("fork", "codesmith");
  expect((await world.run("diff", "codesmith")).stdout).toMatch(
    /^--- Codesmith \S+ \(shared\)\n\+{3} Codesmith \S+ \(private, /,
  );
});

test("diff --json has both sides, and each field as it was and is", async () => {
  await using world = testDeps();
  const path = writeInto(world.project, "b.yaml", masqueText({ name: "Other", more: "context: Here.\n" }));
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText());
  expect(parseJson((await world.run("diff", "--json", "tester", "./b.yaml")).stdout)).toEqual({
    equal: false,
    same_bytes: false,
    before: expect.objectContaining({ name: "Tester", source: "private", digest: expect.stringMatching(/^sha256:/) }),
    after: expect.objectContaining({ name: "Other", version: "1.0.0", source: "file", path }),
    fields: [
      { field: "name", before: "Tester", after: "Other" },
      { field: "context", before: null, after: "Here." },
    ],
  });
});

test.each([
  [["nowhere", "codesmith"], 3, "no masque has that name"],
  [["codesmith", "no.yaml"], 3, "there is no such file"],
  [["codesmith", "bad.yaml"], 2, '"lens" is missing'],
  [["codesmith", "./folder"], 1, "not a regular file"],
])("diff %j exits %d", async (args, exit, message) => {
  await using world = testDeps();
  mkdirSync(join(world.project, "folder"));
  writeFileSync(join(world.project, "bad.yaml"), 'name: Bad\nversion: "1.0.0"\n');
  const ended = await world.run("diff", ...args);
  expect({ exit: ended.exit, stdout: ended.stdout }).toEqual({ exit, stdout: "" });
  expect(ended.stderr).toContain(message);
});

test("diff colours only where colour is wanted, and lets no text drive the terminal", async () => {
  await using plain = testDeps();
  await using coloured = testDeps({ color: true });
  const [one, other] = [
    await plain.run("diff", "codesmith", "assayer"),
    await coloured.run("diff", "codesmith", "assayer"),
  ];
  expect(one.stdout).not.toContain("\u001b[");
  expect(other.stdout).toContain("\u001b[31m- Codesmith\u001b[39m");
  expect(Bun.stripANSI(other.stdout)).toBe(one.stdout);
});

test("diff of texts that differ in too many lines shows one after the other", async () => {
  await using world = testDeps();
  const lines = (sign: string) => Array.from({ length: 5000 }, (_, at) => `${sign}${at}`).join("\n");
  writeInto(world.project, "a.yaml", masqueText({ lens: lines("a") }));
  writeInto(world.project, "b.yaml", masqueText({ lens: lines("b") }));
  const { stdout } = await world.run("diff", "a.yaml", "b.yaml");
  expect(stdout.split("\n").slice(3, 5)).toEqual(["lens", "- a0"]);
  expect(stdout).toContain("\n- a4999\n+ b0\n");
});
