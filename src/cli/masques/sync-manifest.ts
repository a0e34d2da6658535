import { catalogPlace } from "../../app/masques/catalog-place.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { syncPrivateManifest } from "../../masque/sync-manifest.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { usage } from "../parse.ts";
import { printLeftOut } from "../print/catalog.ts";
import { syncJson, syncText } from "./render-catalog.ts";

/** `masque sync-manifest [private|shared]` */
export const syncManifestCommand = defineMasqueCommand({
  args: {
    which: { type: "positional", required: false, description: "private or shared; without it, both" },
    ...jsonFlag,
  },
  examples: [
    ["masque sync-manifest", "read your private masques again, and write their manifest"],
    ["masque sync-manifest shared", "show how many masques are built into the binary"],
  ],
  async run({ args }, deps) {
    const { which } = args;
    if (which !== undefined && which !== "private" && which !== "shared") {
      throw usage("sync-manifest", `Cannot write the manifest "${printableLine(which)}": name private or shared`);
    }
    const synced = which === "shared" ? null : await syncPrivateManifest(catalogPlace(deps), "always");
    printLeftOut(deps.io, synced?.unusable ?? []);
    const outcome = { synced, withShared: which !== "private", folder: deps.paths.masques };
    deps.io.stdout.write(args.json ? syncJson(outcome) : syncText(outcome));
    return undefined;
  },
});
