/** What `dist/masque` is built from, relative to the checkout: a binary that is older than any of it is yesterday's. */
export const BUILT_FROM = [
  "src",
  "sql",
  "masques",
  "commands",
  "build.ts",
  "package.json",
  "package-lock.json",
] as const;
