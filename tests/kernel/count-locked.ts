import { readFileSync, writeFileSync } from "node:fs";
import { withLock } from "../../src/kernel/lock.ts";

/** Adds one to the number in a file, argv[4] times, each under the lock: what is lost was not locked. */
const [, , lock = "", file = "", times = "0"] = process.argv;
for (let done = 0; done < Number(times); done++) {
  await withLock(lock, 30_000, () => writeFileSync(file, String(Number(readFileSync(file, "utf8")) + 1)));
}
