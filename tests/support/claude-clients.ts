import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { CLAUDE_BINARY } from "./claude.ts";
import type { Requirement } from "./requirement.ts";

/** A Claude Code that tests run: its version, its program, and what a machine without it lacks. */
export type ClaudeClient = {
  readonly version: string;
  readonly binary: string;
  readonly requirement: Requirement;
};

const OLD = "2.1.197";
const OLD_FOLDER = resolve(import.meta.dir, `../clients/claude-code-${OLD}`);
const OLD_BINARY = resolve(
  OLD_FOLDER,
  `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
);

/** The client that the lockfile pins, and the oldest one that masque is tested with. */
export const CLAUDE_CLIENTS: readonly ClaudeClient[] = [
  { version: "2.1.330", binary: CLAUDE_BINARY, requirement: { name: "Claude Code 2.1.330 (npm ci)", isMet: true } },
  {
    version: OLD,
    binary: OLD_BINARY,
    requirement: { name: `Claude Code ${OLD} (sh .ci/install-clients)`, isMet: existsSync(OLD_BINARY) },
  },
];
