import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { version as VERSION } from "../../package.json";
import { commandsIn } from "../support/actions-runner.ts";
import { CHECKOUT } from "../support/binary.ts";
import { CLAUDE_BINARY, type ClaudeHome, claudeHome } from "../support/claude.ts";
import { faultsInJunit } from "../support/junit-schema.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { finish, told } from "../support/process.ts";
import { conversationText, type ScriptedApi, scriptedApi, type Turn } from "../support/scripted-api.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { fenced, type JobRun, runJob, yamlIn } from "../support/workflow.ts";

/** The workflow of docs/ci.md, step by step as it is there, with the real client and a model that is a script. */

const CEILING_MS = 180_000;
const PAGE = join(CHECKOUT, "docs/ci.md");
const USAGE = { input: 20, output: 200, cacheRead: 12_000, cacheCreation: 900 };

const uses = (...toolUse: { name: string; input: Record<string, string> }[]): Turn => ({ usage: USAGE, toolUse });
const read = (file: string) => ({ name: "Read", input: { file_path: file } });
const log = { name: "Bash", input: { command: "git log -1 --stat", description: "Show the last commit" } };

/** A repository with one commit, on a machine with masque and the client. */
function checkedOut(api: ScriptedApi): ClaudeHome {
  const person = claudeHome({ apiUrl: api.url });
  symlinkSync(CLAUDE_BINARY, join(person.root, "bin/claude"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: person.project, env: person.env });
  writeFileSync(join(person.project, "notes.txt"), "What we decided.\n");
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "Decide");
  return person;
}

function runPage(person: ClaudeHome, page = yamlIn(PAGE)): Promise<JobRun> {
  const temp = join(person.root, "runner temp");
  mkdirSync(temp);
  return runJob(page, {
    workspace: person.project,
    temp,
    env: person.env,
    secrets: { ANTHROPIC_API_KEY: "dummy" },
    actions: { "actions/checkout@v4": null, "OWNER/masque@main": CHECKOUT },
  });
}

const failed = ({ steps }: JobRun) => steps.filter(({ exit }) => exit !== 0).map(({ name }) => name);
const said = ({ steps }: JobRun) => steps.map((step) => `${step.name}\n${told(step)}`).join("\n");

async function expectStopped(person: ClaudeHome): Promise<void> {
  const data = { MASQUE_DATA_DIR: join(person.root, "runner temp/masque") };
  expect((await person.masque(["audience", "status"], data)).exit).toBe(3);
}

test(
  "the documented workflow runs an agent in a masque, captures it and passes its gate",
  async () => {
    await using api = scriptedApi();
    using person = checkedOut(api);
    const notes = read(join(person.project, "notes.txt"));
    api.play(uses(log, notes), uses(notes), { usage: USAGE, text: "It decides.\n::error::not a command" });
    const job = await runPage(person);
    expect(failed(job), said(job)).toEqual([]);
    const request = JSON.stringify(api.mainRequests()[0]?.body["system"]);
    expect(request).toContain('<masque-identity name=\\"Codesmith\\"');
    expect(request).toContain("explain the last change");
    expect(conversationText(api.mainRequests()[0])).toContain("Read the last commit");

    const [gate, shown] = job.steps.slice(-2);
    expect(commandsIn(gate?.stdout ?? "")).toMatchObject([
      { name: "notice", properties: { title: "masque: 1 session at or above the bar" } },
    ]);
    expect(Bun.markdown.html(job.summary).match(/<td>✅<\/td>/g)).toHaveLength(1);
    expect(JSON.parse(shown?.stdout ?? "")).toMatchObject({
      masque: "Codesmith",
      dimensions: { quality: 10 },
      stats: { total_tools: 3 },
      verdict: {
        passed: true,
        bars: [
          { bar: "min_quality", wanted: 7 },
          { bar: "max_cost", wanted: 1 },
        ],
      },
    });
    const agent = job.steps.find(({ name }) => name === "Work in the masque");
    expect(agent?.stdout).toMatch(/^::stop-commands::([\w-]+)\n[\s\S]*::error::not a command[\s\S]*\n::\1::\n$/);
    await expectStopped(person);
  },
  CEILING_MS,
);

test(
  "the documented workflow fails at its gate for a session below the bar, and says what fell short",
  async () => {
    await using api = scriptedApi();
    using person = checkedOut(api);
    const missing = read(join(person.project, "missing.txt"));
    api.play(uses(log), uses(missing), uses(missing), { usage: USAGE, text: "I could not." });
    const job = await runPage(person);
    expect(failed(job), said(job)).toEqual(["Judge the session"]);
    const gate = job.steps.find(({ name }) => name === "Judge the session");
    expect(gate?.exit).toBe(4);
    expect(commandsIn(gate?.stdout ?? "")).toMatchObject([
      { name: "error", message: "quality 3.3333 is 3.6667 below the bar of 7" },
    ]);
    expect(Bun.markdown.html(job.summary)).toContain("<td>❌</td>");
    expect(JSON.parse(job.steps.at(-1)?.stdout ?? "")).toMatchObject({ verdict: { passed: false } });
    await expectStopped(person);
  },
  CEILING_MS,
);

test(
  "a bar on the rubric's checks is held against the transcript that the client wrote",
  async () => {
    await using api = scriptedApi();
    using person = checkedOut(api);
    const checks = [
      "{ must: '^Verdict:' }",
      "{ maxWords: 4 }",
      "{ tool: { used: Bash } }",
      "{ tool: { unused: Read } }",
    ];
    const rubric = checks.map((check, at) => `  - { text: Check ${at}, check: ${check} }\n`).join("");
    writePrivateMasque(person.home, { name: "Codesmith", more: `rubric:\n${rubric}` });
    api.play(uses(log), uses(read(join(person.project, "notes.txt"))), { usage: USAGE, text: "Verdict: It decides." });
    const page = JSON.parse(JSON.stringify(yamlIn(PAGE)).replace('"min-quality":7', '"min-checks":"all"'));
    const job = await runPage(person, page);
    expect(failed(job), said(job)).toEqual(["Judge the session"]);
    const [gate, shown] = job.steps.slice(-2);
    const [error] = commandsIn(gate?.stdout ?? "");
    expect(error?.message).toBe(
      '3 checks of the rubric passed, 1 below the bar of 4\n"Check 3" failed: the tool Read was used',
    );
    const { criteria } = JSON.parse(shown?.stdout ?? "");
    const reasons = criteria.map(({ reason }: { reason: string }) => reason);
    expect(reasons.slice(0, 3)).toEqual(['"Verdict:" at 0', "3 words", "the tool Bash was used"]);
    await expectStopped(person);
  },
  CEILING_MS,
);

test(
  "a masque that is not there fails the job before the agent runs, and leaves no receiver behind",
  async () => {
    await using api = scriptedApi();
    using person = checkedOut(api);
    const page = JSON.parse(JSON.stringify(yamlIn(PAGE)).replace('"codesmith"', '"no-such-masque"'));
    const temp = join(person.root, "runner temp");
    mkdirSync(temp);
    const job = await runJob(page, {
      workspace: person.project,
      temp,
      env: person.env,
      secrets: {},
      actions: { "actions/checkout@v4": null, "OWNER/masque@main": CHECKOUT },
    });
    expect(failed(job)).toEqual(["Work in the masque", "Judge the session"]);
    expect(api.requests).toEqual([]);
    const [gate, shown] = job.steps.slice(-2);
    expect(gate?.exit).toBe(3);
    expect(commandsIn(gate?.stdout ?? "")).toMatchObject([
      { name: "error", properties: { title: "masque: nothing was judged" } },
    ]);
    expect(Bun.markdown.html(job.summary)).toContain("<h3>masque: nothing was judged</h3>");
    expect(shown?.stdout).toBe("null\n");
    await expectStopped(person);
  },
  CEILING_MS,
);

test(
  "the documented shell script does the same on any CI, with a JUnit report",
  async () => {
    await using api = scriptedApi();
    using person = checkedOut(api);
    const notes = read(join(person.project, "notes.txt"));
    api.play(uses(log, notes), { usage: USAGE, text: "It decides." });
    const script = fenced(readFileSync(PAGE, "utf8"), "sh");
    const ran = await finish(["sh", "-c", script], { cwd: person.project, env: person.env });
    expect(ran.exit, told(ran)).toBe(0);
    const report = readFileSync(join(person.project, "masque-junit.xml"), "utf8");
    expect(await faultsInJunit(report)).toEqual([]);
    expect(report).toContain('tests="2" failures="0"');
  },
  CEILING_MS,
);

const NOT_FETCHED = [".git", ".cache", "dist", "node_modules", "tests"];

/**
 * The action as a runner fetches it, in a folder with spaces. What it would install is linked package by package, with the
 * stamp that says so: whatever is done to that folder, the checkout's own is out of reach.
 */
function fetchedAction(root: string): string {
  const folder = join(root, "my actions/masque (main)");
  const packages = join(folder, "node_modules");
  mkdirSync(packages, { recursive: true });
  for (const entry of readdirSync(CHECKOUT).filter((name) => !NOT_FETCHED.includes(name))) {
    cpSync(join(CHECKOUT, entry), join(folder, entry), { recursive: true });
  }
  const installed = readdirSync(join(CHECKOUT, "node_modules")).filter((name) => name !== ".masque-installed");
  for (const name of installed) symlinkSync(join(CHECKOUT, "node_modules", name), join(packages, name));
  cpSync(join(folder, "package-lock.json"), join(packages, ".masque-installed"));
  return folder;
}

test(
  "without masque on the PATH the action builds its own, wherever it lies, and cleans up when no session began",
  async () => {
    using folder = temporaryFolder();
    const action = fetchedAction(folder.path);
    const temp = join(folder.path, "runner temp");
    const workspace = join(folder.path, "work space");
    for (const path of [temp, workspace]) mkdirSync(path);
    const steps = [
      { uses: "masque", with: { masque: "no-such-masque", prompt: "x" } },
      { name: "version", if: "always()", run: "masque --version; command -v masque" },
    ];
    const env = { HOME: folder.path, PATH: `${dirname(Bun.which("npm") ?? "")}:/usr/bin:/bin`, LANG: "C.UTF-8" };
    const job = await runJob(
      { jobs: { only: { steps } } },
      { workspace, temp, env, secrets: {}, actions: { masque: action } },
    );
    const [built] = job.steps;
    expect(built, said(job)).toMatchObject({ exit: 0, stderr: expect.not.stringContaining("installing") });
    expect(job.steps.at(-1)?.stdout).toBe(`${VERSION}\n${join(action, "dist/masque")}\n`);
    expect(failed(job)).toEqual(["Work in the masque", "Judge the session"]);
  },
  CEILING_MS,
);

test(
  "an action that could not be built says so once, and leaves nothing to undo",
  async () => {
    using folder = temporaryFolder();
    const action = fetchedAction(folder.path);
    writeFileSync(join(action, "build.ts"), "process.exit(1);\n");
    const steps = [{ uses: "masque", with: { masque: "codesmith", prompt: "x" } }];
    const env = { HOME: folder.path, PATH: `${dirname(Bun.which("npm") ?? "")}:/usr/bin:/bin`, LANG: "C.UTF-8" };
    const given = { workspace: folder.path, temp: folder.path, env, secrets: {}, actions: { masque: action } };
    const job = await runJob({ jobs: { only: { steps } } }, given);
    expect(failed(job)).toEqual(["Have masque", "Judge the session"]);
    expect(commandsIn(job.steps.at(-1)?.stdout ?? "")).toMatchObject([
      {
        name: "error",
        properties: { title: "masque: nothing was judged" },
        message: expect.stringContaining("No agent session began"),
      },
    ]);
  },
  CEILING_MS,
);
