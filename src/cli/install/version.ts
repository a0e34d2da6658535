import { BUILD } from "../../kernel/process/build.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { jsonText } from "../print/output.ts";

/** `masque version` */
export const versionCommand = defineMasqueCommand({
  args: jsonFlag,
  examples: [
    ["masque version", "the version, and the platform that this binary is for"],
    ["masque version --json", "the same as JSON, with the digests of the embedded libraries"],
  ],
  async run({ args }, { io }) {
    const { version, libraries } = BUILD;
    const { platform, arch } = process;
    const json = {
      version,
      platform,
      arch,
      bun: Bun.version,
      libraries: libraries && {
        duckdb: `sha256:${libraries.duckdb.sha256}`,
        opentui: `sha256:${libraries.opentui.sha256}`,
      },
    };
    io.stdout.write(args.json ? jsonText(json) : `masque ${version} (${platform} ${arch})\n`);
    return undefined;
  },
});
