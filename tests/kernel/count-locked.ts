import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { withLock } from "../../src/kernel/files/lock.ts";

/**
 * Adds one to the number in a file, argv[4] times, each under the lock: what is lost was not locked. With "remove" each
 * holder removes the lock's file.
 */
const [, , lock = "", file = "", times = "0", remove] = process.argv;
for (let done = 0; done < Number(times); done++) {
  await withLock(lock, 30_000, () => {
    writeFileSync(file, String(Number(readFileSync(file, "utf8")) + 1));
    if (remove !== undefined) rmSync(lock);
  });
}
