import { defineMasqueCommand } from "../command.ts";
import { jsonText } from "../print/output.ts";

/** `masque schema` */
export const schemaCommand = defineMasqueCommand({
  args: {},
  examples: [["masque schema > masque.schema.json", "write the schema to a file, for your editor"]],
  async run(_given, deps) {
    deps.io.stdout.write(jsonText(await deps.masqueJsonSchema()));
    return undefined;
  },
});
