import type { Mutation } from "./mutation.ts";

/** Masque files, the catalog, what is pinned, and the block that the agent reads. */
export const MASQUE: readonly Mutation[] = [
  {
    fault: "a masque can close its own block and speak as the program",
    file: "src/masque/identity-block.ts",
    find: `.replace(/<(?=\\s*\\/?\\s*masque-)/gi, "&lt;")`,
    replace: "",
    tests: ["masque/identity-block.test.ts"],
  },
  {
    fault: "a block that Claude Code would cut is donned",
    file: "src/masque/identity-block.ts",
    find: `if (block.length <= LIMITS.blockCharsMax) return;`,
    replace: `if (block.length <= LIMITS.blockCharsMax * 2) return;`,
    tests: ["masque/identity-block.test.ts"],
  },
  {
    fault: "the first masque of a conversation is taken for the last",
    file: "src/masque/identity-block.ts",
    find: `last = name !== undefined && digest !== undefined ? { name, digest } : "off";`,
    replace: `last ??= name !== undefined && digest !== undefined ? { name, digest } : "off";`,
    tests: ["masque/identity-block.test.ts"],
  },
  {
    fault: "a shared masque hides the user's own of that name",
    file: "src/masque/catalog.ts",
    find: `if (bytes && bytes.length > 0) return await resolvePrivate(`,
    replace: `if (bytes && !sharedBySlug(slugOf(name))) return await resolvePrivate(`,
    tests: ["masque/catalog.test.ts"],
  },
  {
    fault: "a file holds a masque of another name",
    file: "src/masque/catalog.ts",
    find: `if (basename(path) !== fileNameOf(masque.name)) throw misnamed(`,
    replace: `if (basename(path) === "") throw misnamed(`,
    tests: ["masque/catalog.test.ts"],
  },
  {
    fault: "a pinned masque that was changed is worn",
    file: "src/masque/store.ts",
    find: `if (!hasDigest(bytes, digest)) throw damaged(`,
    replace: `if (bytes.length === 0) throw damaged(`,
    tests: ["masque/store.test.ts"],
  },
  {
    fault: "a damaged pin is left as it is",
    file: "src/masque/store.ts",
    find: `if (!hasDigest(readStored(path, LIMITS.masqueFileBytesMax), digest)) {`,
    replace: `if (!readStored(path, LIMITS.masqueFileBytesMax)) {`,
    tests: ["masque/store.test.ts"],
  },
  {
    fault: "a name of any length is a name",
    file: "src/masque/masque.ts",
    find: `text.length <= NAME_CHARS_MAX && NAME_PATTERN`,
    replace: `NAME_PATTERN`,
    tests: ["masque/parse-name.test.ts"],
  },
  {
    fault: "a masque under the wrong file name is a warning where it is an error",
    file: "src/masque/validate.ts",
    find: `severity: inPrivateFolder ? "error" : "warning",`,
    replace: `severity: "warning",`,
    tests: ["masque/validate.test.ts"],
  },
  {
    fault: "a listing shows hidden files as masques",
    file: "src/masque/private-folder.ts",
    find: ` && !file.startsWith(".")`,
    replace: "",
    tests: ["masque/list-masques.test.ts", "masque/commands.test.ts"],
  },
];
