import type { ClaudeHome } from "./claude.ts";
import { succeeded } from "./process.ts";

/** A way to get masque's slash commands into Claude Code; `slash` is what a person types before a command's name. */
export type SlashWay = { readonly name: string; readonly slash: string; wire(person: ClaudeHome): Promise<void> };

/** The two ways: the plugin, and `masque setup claude`. */
export const SLASH_WAYS: readonly SlashWay[] = [
  { name: "as the plugin", slash: "/masques:", wire: (person) => person.installPlugin() },
  {
    name: "after setup",
    slash: "/",
    wire: async (person) => void succeeded(await person.masque(["setup", "claude", "--yes"])),
  },
];
