import { writeFileSync } from "node:fs";

/** Preloaded before the program: writes down, as it ends, every module that it loaded. `MASQUE_LOADED` names the file. */
process.on("exit", () => {
  const file = process.env["MASQUE_LOADED"];
  if (file) writeFileSync(file, JSON.stringify(Object.keys(require.cache)));
});
