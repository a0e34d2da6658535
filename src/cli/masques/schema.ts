import { writeSchemaFile } from "../../app/masques/schema-file.ts";
import { printable } from "../../kernel/text/printable.ts";
import { defineMasqueCommand } from "../command.ts";
import { jsonText } from "../print/output.ts";

/** `masque schema` */
export const schemaCommand = defineMasqueCommand({
  args: {
    write: {
      type: "boolean",
      default: false,
      description: "Write the schema to the file that new masques name for editors, and print the path",
    },
  },
  examples: [
    ["masque schema > masque.schema.json", "write the schema to a file of your choice"],
    ["masque schema --write", "bring the schema that your masques name up to date, after an upgrade"],
  ],
  async run({ args }, deps) {
    if (args.write) {
      deps.io.stdout.write(`${printable((await writeSchemaFile(deps)).path)}\n`);
      return undefined;
    }
    deps.io.stdout.write(jsonText(await deps.masqueJsonSchema()));
    return undefined;
  },
});
