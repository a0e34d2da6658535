import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./binary.ts";
import { finish, succeeded } from "./process.ts";
import { program, type Requirement } from "./requirement.ts";

/**
 * The smallest system that masque promises to run on: Debian's minimal set of packages and the C++ library, and nothing
 * of ours. Made once by debootstrap from the mirror that the machine itself installs from, kept as an archive under
 * `.cache/`.
 */

const SUITE_WANTED = "bookworm";
const PACKAGES = "libstdc++6";
const CACHE = join(CHECKOUT, ".cache/minimal-root");
const DEBOOTSTRAP_MS_MAX = 600_000;
const UNPACK_MS_MAX = 120_000;

const ENVIRONMENT = {
  PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  HOME: "/nonexistent",
  http_proxy: process.env["http_proxy"],
  https_proxy: process.env["https_proxy"],
};

/** What making and entering a root needs of the machine. */
export function minimalRootRequirements(): Requirement[] {
  return [
    { name: "root", isMet: process.getuid?.() === 0 },
    program("debootstrap", "apt-get install debootstrap"),
    program("unshare", "apt-get install util-linux"),
    program("ip", "apt-get install iproute2"),
    { name: "an apt source of Debian", isMet: aptSource() !== undefined },
    { name: "the right to unshare", isMet: canUnshare() },
  ];
}

/** Unpacks a fresh root into `folder`, which must not exist yet. */
export async function unpackMinimalRoot(folder: string): Promise<void> {
  const archive = await minimalRootArchive();
  mkdirSync(folder, { recursive: true });
  await run(["tar", "-xpf", archive, "-C", folder], UNPACK_MS_MAX);
}

async function minimalRootArchive(): Promise<string> {
  const source = aptSource();
  if (!source) throw new Error("No apt source of Debian's main archive is configured on this machine");
  const archive = join(CACHE, `${source.suite}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(CACHE, { recursive: true });
  const folder = join(CACHE, `making-${process.pid}`);
  try {
    const options = ["--variant=minbase", `--include=${PACKAGES}`];
    await run(["debootstrap", ...options, source.suite, folder, source.mirror], DEBOOTSTRAP_MS_MAX);
    // Device nodes cannot be made everywhere and are mounted anyway; downloaded packages are dead weight.
    const without = ["--exclude=./dev/*", "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*"];
    await run(["tar", "-cpf", `${archive}.${process.pid}`, ...without, "-C", folder, "."], UNPACK_MS_MAX);
    renameSync(`${archive}.${process.pid}`, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return archive;
}

async function run(command: readonly string[], msMax: number): Promise<void> {
  succeeded(await finish(command, { cwd: CHECKOUT, env: ENVIRONMENT, msMax }));
}

type AptSource = { readonly mirror: string; readonly suite: string };

/** The mirror this machine installs from, with the wanted suite where it has it, else the machine's own. */
function aptSource(): AptSource | undefined {
  const sources = aptFiles()
    .flatMap((path) => (path.endsWith(".sources") ? stanzas(path) : oneLiners(path)))
    .filter(({ components }) => components.includes("main"))
    .flatMap(({ mirror, suites }) => suites.map((suite) => ({ mirror, suite })))
    .filter(({ suite }) => !/[-/]/.test(suite) && existsSync(`/usr/share/debootstrap/scripts/${suite}`));
  return sources.find(({ suite }) => suite === SUITE_WANTED) ?? sources[0];
}

type Entry = { readonly mirror: string; readonly suites: readonly string[]; readonly components: readonly string[] };

function aptFiles(): string[] {
  const folder = "/etc/apt/sources.list.d";
  const listed = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  return ["/etc/apt/sources.list", ...listed].filter((path) => /\.(?:list|sources)$/.test(path) && existsSync(path));
}

/** @source sources.list(5), deb822 style: stanzas of `Key: value`. */
function stanzas(path: string): Entry[] {
  return readFileSync(path, "utf8")
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const value = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, "im").exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
      const [mirror] = value("URIs");
      const isBinary = value("Types").includes("deb");
      return mirror && isBinary ? [{ mirror, suites: value("Suites"), components: value("Components") }] : [];
    });
}

/** @source sources.list(5), one-line style: `deb [options] uri suite component…`. */
function oneLiners(path: string): Entry[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, mirror, suite, components] = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(line.trim()) ?? [];
      return mirror && suite && components ? [{ mirror, suites: [suite], components: components.split(/\s+/) }] : [];
    });
}

function canUnshare(): boolean {
  if (Bun.which("unshare") === null) return false;
  return Bun.spawnSync(["unshare", "--mount", "--net", "true"]).exitCode === 0;
}
