import { withLock } from "../../src/kernel/files/lock.ts";

/** Takes the lock at argv[2], says so, and holds it until its standard input ends. Tests run it as another process. */
const [, , path = ""] = process.argv;
await withLock(path, 10_000, async () => {
  process.stdout.write("held\n");
  await Bun.stdin.text();
});
