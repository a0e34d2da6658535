import { join } from "node:path";

/** A program of one line, compiled as `build.ts` compiles masque: what Bun's runtime alone takes to start and to end. */
export async function oneLineProgram(folder: string): Promise<string> {
  const source = join(folder, "one-line.ts");
  const outfile = join(folder, "one-line");
  await Bun.write(source, 'import { writeSync } from "node:fs";\nwriteSync(1, "one line\\n");\n');
  const built = await Bun.build({
    entrypoints: [source],
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
    minify: true,
    bytecode: true,
    splitting: true,
    format: "esm",
    target: "bun",
  });
  if (!built.success) throw new Error(built.logs.join("\n"));
  return outfile;
}
