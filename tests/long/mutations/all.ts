import { AUDIENCE } from "./audience.ts";
import { CLI } from "./cli.ts";
import { HOST } from "./host.ts";
import { JUDGE } from "./judge.ts";
import { KERNEL } from "./kernel.ts";
import { MASQUE } from "./masque.ts";
import type { Mutation } from "./mutation.ts";
import { SESSION } from "./session.ts";
import { TELEMETRY } from "./telemetry.ts";
import { TUI } from "./tui.ts";

/** Every fault, in the order of its number. A new one goes to the end of its area. */
export const MUTATIONS: readonly Mutation[] = [
  ...CLI,
  ...KERNEL,
  ...MASQUE,
  ...AUDIENCE,
  ...JUDGE,
  ...TUI,
  ...TELEMETRY,
  ...HOST,
  ...SESSION,
];
