import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { catalogPlace } from "../../src/app/masques/catalog-place.ts";
import { parseJson } from "../../src/kernel/text/json.ts";
import { catalogSource } from "../../src/tui/catalog-source.ts";
import { masqueText, writeInto } from "../support/masque-files.ts";
import { testDeps } from "../support/test-deps.ts";

const BAD = 'name: Bad\nversion: "1.0.0"\nlense: |\n  x\n';

test("list prints a table, and exits 0 beside a bad file that it names on stderr", async () => {
  await using world = testDeps();
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText({ more: "attributes: { category: art }\n" }));
  writeInto(world.deps.paths.masques, "bad.masque.yaml", BAD);
  const { exit, stdout, stderr } = await world.run("list");
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^NAME +VERSION +SOURCE +CATEGORY +DOMAIN +TAGLINE$/m);
  expect(stdout).toMatch(/^Codesmith +\d+\.\d+\.\d+ +shared +specialist +feature-work +\S/m);
  expect(stdout).toMatch(/^Tester +1\.0\.0 +private +art +-$/m);
  expect(stdout).not.toContain("Bad");
  expect(stderr).toContain("bad.masque.yaml");
});

test("list --category shows one category, list --json every key", async () => {
  await using world = testDeps();
  expect((await world.run("list", "--category", "art")).stdout).not.toContain("Codesmith");
  expect((await world.run("list", "--category", "wizard")).exit).toBe(2);
  const listed = parseJson((await world.run("list", "--json")).stdout);
  expect(listed).toContainEqual({
    name: "Codesmith",
    version: expect.any(String),
    domain: "feature-work",
    tagline: expect.any(String),
    category: "specialist",
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    source: "shared",
    path: null,
    hides_shared: false,
    hides: null,
    worn: false,
  });
});

test("list marks what this session wears, and what hides a shared masque", async () => {
  await using world = testDeps();
  writeInto(world.deps.paths.masques, "codesmith.masque.yaml", masqueText({ name: "CODESMITH" }));
  await world.run("don", "helmsman");
  const { stdout } = await world.run("list");
  expect(stdout).toMatch(/^Helmsman \(worn\) +0\.3\.0 +shared +executive/m);
  expect(stdout).toMatch(/^CODESMITH +1\.0\.0 +private, hides shared 0\.3\.0 /m);
  expect(stdout.match(/\(worn\)|hides/g)).toHaveLength(2);
  const listed = parseJson((await world.run("list", "--json")).stdout);
  expect(listed).toContainEqual(expect.objectContaining({ name: "Helmsman", worn: true, hides: null }));
  const hides = { name: "Codesmith", version: "0.3.0", digest: expect.stringMatching(/^sha256:/) };
  expect(listed).toContainEqual(expect.objectContaining({ name: "CODESMITH", worn: false, hides_shared: true, hides }));
});

test("list shows every masque without marks where the session's file cannot be read", async () => {
  await using world = testDeps();
  await world.run("don", "helmsman");
  const [file = ""] = readdirSync(world.deps.paths.sessions).filter((name) => name.endsWith(".json"));
  const path = join(world.deps.paths.sessions, file);
  rmSync(path);
  mkdirSync(path);
  const { exit, stdout, stderr } = await world.run("list");
  expect({ exit, marks: stdout.includes("(worn)") }).toEqual({ exit: 0, marks: false });
  expect(stdout).toContain("Helmsman");
  expect(stderr).toMatch(/^masque: what is worn is not marked: /);
});

test.each([40, 60, 80, 100, 160])(
  "list keeps within a terminal of %d columns, or drops the domain to try",
  async (columns) => {
    await using world = testDeps({ columns });
    const { stdout } = await world.run("list");
    const widest = Math.max(...stdout.split("\n").map((line) => Bun.stringWidth(line)));
    expect(widest).toBeLessThanOrEqual(Math.max(columns, 56));
    expect(stdout.includes("DOMAIN")).toBe(columns >= 100);
  },
);

test("list colours only where colour is wanted", async () => {
  await using plain = testDeps();
  await using coloured = testDeps({ color: true });
  expect((await plain.run("list")).stdout).not.toContain("\u001b[");
  const { stdout } = await coloured.run("list");
  expect(stdout).toContain("\u001b[1m");
  expect(Bun.stripANSI(stdout)).toBe((await plain.run("list")).stdout);
});

test("inspect shows a masque in full, as JSON, and byte for byte", async () => {
  await using world = testDeps();
  const text = masqueText({ lens: "Look twice.\n\nThen act.", more: "rubric: It held.\n" });
  writeInto(world.deps.paths.masques, "tester.masque.yaml", text);
  const { stdout } = await world.run("inspect", "TESTER");
  expect(stdout).toContain("Tester 1.0.0");
  expect(stdout).toContain("Lens\n  Look twice.\n\n  Then act.\n");
  expect(stdout).toContain("Rubric\n  It held.\n");
  expect((await world.run("inspect", "tester", "--raw")).stdout).toBe(text);
  expect(parseJson((await world.run("inspect", "tester", "--json")).stdout)).toMatchObject({
    name: "Tester",
    source: "private",
    path: join(world.deps.paths.masques, "tester.masque.yaml"),
    attributes: {},
    context: null,
    lens: "Look twice.\n\nThen act.",
    rubric: "It held.",
    spinnerVerbs: null,
  });
});

test("inspect and the screen show criteria with their checks in words, and inspect --json has them as a list", async () => {
  await using world = testDeps();
  const rubric = "rubric:\n  - { text: It is short, check: { maxWords: 300 } }\n  - text: It is true\n";
  const more = `anchor: Look twice.\n${rubric}`;
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText({ more }));
  const shown = "- It is short\n  checked: at most 300 words\n- It is true";
  const { stdout } = await world.run("inspect", "tester");
  expect(stdout).toContain(`Anchor\n  Look twice.\n\nRubric\n${shown.replace(/^/gm, "  ")}\n`);
  const criteria = [{ text: "It is short", check: { maxWords: 300 } }, { text: "It is true" }];
  expect(parseJson((await world.run("inspect", "tester", "--json")).stdout)).toMatchObject({
    anchor: "Look twice.",
    rubric: criteria,
    criteria: [criteria[0], { text: "It is true", check: null }],
  });
  const source = await catalogSource(catalogPlace(world.deps));
  const item = source.items.find(({ name }) => name === "Tester");
  const detail = item && (await source.readDetail(item));
  expect(detail?.kind === "read" && detail.sections).toEqual([
    { title: "Lens", text: "Look twice." },
    { title: "Anchor", text: "Look twice." },
    { title: "Rubric", text: shown },
  ]);
});

test.each([
  [["inspect", "nobody"], 3, "no masque has that name"],
  [["inspect", "../../etc/passwd"], 2, "never by a path"],
  [["inspect"], 3, "this session wears no masque"],
  [["inspect", "codesmith", "--raw", "--json"], 2, "exclude each other"],
  [["validate", "nowhere"], 3, "there is nothing"],
  [["new", "a/b"], 2, "never by a path"],
  [["sync-manifest", "public"], 2, "name private or shared"],
])("%j exits %d", async (argv, exit, message) => {
  await using world = testDeps();
  const ended = await world.run(...argv);
  expect(ended.exit).toBe(exit);
  expect(ended.stdout).toBe("");
  expect(ended.stderr).toContain(message);
});

test("validate shows the line, marks the place, and exits 2", async () => {
  await using world = testDeps();
  writeInto(world.project, "bad.masque.yaml", BAD);
  const { exit, stdout } = await world.run("validate", "bad.masque.yaml");
  expect(exit).toBe(2);
  expect(stdout).toMatchInlineSnapshot(`
    "bad.masque.yaml:1:1: error: "lens" is missing
    > 1 | name: Bad
        | ^
      2 | version: "1.0.0"
      hint: the lens says how to think and work; masque inspect codesmith --raw shows a whole file

    bad.masque.yaml:3:1: warning: Unknown key "lense": it is ignored
      2 | version: "1.0.0"
    > 3 | lense: |
        | ^
      4 |   x
      hint: did you mean "lens"?

    1 masque checked: 1 error, 1 warning
    "
  `);
});

test("validate --format github escapes what would break an annotation", async () => {
  await using world = testDeps();
  writeInto(world.project, "a,b:c%.masque.yaml", masqueText({ more: '"50%\\n": 1\n' }));
  const { exit, stdout } = await world.run("validate", "--format", "github", "a,b:c%.masque.yaml");
  expect(exit).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(2);
  expect(stdout).toContain(
    '::warning file=a%2Cb%3Ac%25.masque.yaml,line=4,col=1::Unknown key "50%25 ": it is ignored\n',
  );
});

test("validate --json counts and lists", async () => {
  await using world = testDeps();
  writeInto(world.project, "bad.masque.yaml", BAD);
  const { exit, stdout } = await world.run("validate", "--json", ".");
  expect(exit).toBe(2);
  expect(parseJson(stdout)).toEqual({
    valid: false,
    files: 1,
    errors: 1,
    warnings: 1,
    problems: [
      expect.objectContaining({
        file: "bad.masque.yaml",
        line: 1,
        column: 1,
        severity: "error",
        hint: expect.stringContaining("how to think"),
      }),
      expect.objectContaining({ line: 3, column: 1, severity: "warning", hint: 'did you mean "lens"?' }),
    ],
  });
});

test("new writes a private masque that can be inspected at once, and never over another", async () => {
  await using world = testDeps();
  const made = await world.run("new", "Two Words", "--category", "meta");
  const path = join(world.deps.paths.masques, "two-words.masque.yaml");
  expect(made).toMatchObject({ exit: 0, stdout: `${path}\n` });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await world.run("inspect", "two words")).stdout).toContain("category  meta");
  expect((await world.run("validate")).stdout).toBe("1 masque checked: fine\n");
  expect((await world.run("new", "TWO-words")).exit).toBe(2);
});

test("new says when it takes the place of a shared masque", async () => {
  await using world = testDeps();
  expect((await world.run("new", "codesmith")).stderr).toContain("hides the shared masque of the same name");
});

test("inspect without a name shows what is worn as it was pinned, whatever became of its file", async () => {
  await using world = testDeps();
  const path = writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText());
  expect((await world.run("don", "tester")).exit).toBe(0);
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText({ lens: "Another lens." }));
  expect((await world.run("inspect")).stdout).toContain("Look twice.");
  expect((await world.run("inspect", "tester")).stdout).toContain("Another lens.");
  rmSync(path);
  expect((await world.run("inspect", "--raw")).stdout).toBe(masqueText());
});

test("new --stdout writes no file", async () => {
  await using world = testDeps();
  expect((await world.run("new", "Fresh", "--stdout")).stdout).toContain('name: "Fresh"');
  expect(existsSync(world.deps.paths.masques)).toBe(false);
});

test("schema prints JSON Schema", async () => {
  await using world = testDeps();
  expect(parseJson((await world.run("schema")).stdout)).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    required: ["lens", "name", "version"],
  });
});

test("sync-manifest writes the private manifest again and says that the shared one is built in", async () => {
  await using world = testDeps();
  expect((await world.run("sync-manifest")).stdout).toContain("0 masques");
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText());
  const { stdout } = await world.run("sync-manifest");
  expect(stdout).toContain("private: 1 masque");
  expect(stdout).toContain("shared: 36 masques, built into the binary");
  expect(readFileSync(join(world.deps.paths.masques, "manifest.yaml"), "utf8")).toContain('"name":"Tester"');
  expect((await world.run("sync-manifest", "shared")).stdout).not.toContain("private");
  expect(parseJson((await world.run("sync-manifest", "private", "--json")).stdout)).toMatchObject({
    private: { written: true, masques: [{ name: "Tester" }] },
    shared: null,
  });
});
