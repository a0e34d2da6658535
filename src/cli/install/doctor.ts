import { doctor } from "../../app/install/doctor.ts";
import { EXIT } from "../../kernel/errors.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { jsonText } from "../print/output.ts";
import { passingLine } from "../print/progress.ts";
import { doctorJson, doctorSummary, examinedText } from "./render-doctor.ts";

/** `masque doctor` */
export const doctorCommand = defineMasqueCommand({
  args: { ...jsonFlag },
  examples: [
    ["masque doctor", "check everything, and show a fix for each problem"],
    ["masque doctor --json", "as JSON; exits 1 when a check has failed"],
  ],
  async run({ args }, deps) {
    const { stdout, stderr } = deps.io;
    const progress = passingLine(stderr);
    const examined = await doctor(deps, {
      looking: (name) => progress.show(`… ${name}`),
      found: (one) => {
        progress.clear();
        if (!args.json) stdout.write(examinedText(one, { color: stdout.color, home: deps.paths.home }));
      },
    });
    stdout.write(args.json ? jsonText(doctorJson(examined)) : doctorSummary(examined, stdout));
    return examined.some(({ verdict }) => verdict === "failed") ? EXIT.failed : EXIT.ok;
  },
});
