import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandsIn } from "../support/actions-runner.ts";
import { CHECKOUT } from "../support/binary.ts";
import { CLAUDE_BINARY, type ClaudeHome, claudeHome } from "../support/claude.ts";
import { faultsInJunit } from "../support/junit-schema.ts";
import { finish, told } from "../support/process.ts";
import { conversationText, type ScriptedApi, scriptedApi, type Turn } from "../support/scripted-api.ts";
import { fenced, type JobRun, runJob, yamlIn } from "../support/workflow.ts";

/** The workflow of docs/ci.md, step by step as it stands there, with the real client and a model that is a script. */

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

function runPage(person: ClaudeHome): Promise<JobRun> {
  const temp = join(person.root, "runner-temp");
  mkdirSync(temp);
  return runJob(yamlIn(PAGE), {
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
  const data = { MASQUE_DATA_DIR: join(person.root, "runner-temp/masque") };
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
  "a masque that is not there fails the job before the agent runs, and leaves no receiver behind",
  async () => {
    await using api = scriptedApi();
    using person = checkedOut(api);
    const page = JSON.parse(JSON.stringify(yamlIn(PAGE)).replace('"codesmith"', '"no-such-masque"'));
    const temp = join(person.root, "runner-temp");
    mkdirSync(temp);
    const job = await runJob(page, {
      workspace: person.project,
      temp,
      env: person.env,
      secrets: {},
      actions: { "actions/checkout@v4": null, "OWNER/masque@main": CHECKOUT },
    });
    expect(failed(job)).toContain("Work in the masque");
    expect(api.requests).toEqual([]);
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
