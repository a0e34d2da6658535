import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import opentui from "./node_modules/@opentui/core/package.json" with { type: "json" };
import manifest from "./package.json" with { type: "json" };
import type { BuildFacts, EmbeddedLibrary } from "./src/kernel/process/build.ts";

/**
 * Compiles `dist/masque`: one executable that holds the program, the shared masques (parsed and validated here, by a
 * macro) and two native libraries as zstd data, which the program unpacks into the user's cache when it first needs
 * them. Compressing 70 MB takes seconds, so the compressed libraries are kept under `.cache/` by digest.
 *
 *   bun build.ts                       for this machine
 */

const ROOT = import.meta.dir;
const OUTFILE = join(ROOT, "dist", process.platform === "win32" ? "masque.exe" : "masque");
const ZSTD_LEVEL = 12;
const PLATFORM = `${process.platform}-${process.arch}`;
const LIBRARY_FILES = {
  linux: { duckdb: "libduckdb.so", opentui: "libopentui.so" },
  darwin: { duckdb: "libduckdb.dylib", opentui: "libopentui.dylib" },
  win32: { duckdb: "duckdb.dll", opentui: "opentui.dll" },
} as const;

type Compressed = { readonly library: EmbeddedLibrary; readonly path: string };

async function build(): Promise<void> {
  const files = LIBRARY_FILES[process.platform as keyof typeof LIBRARY_FILES];
  const duckdbLibrary = await compress(resolve(ROOT, `node_modules/@duckdb/node-bindings-${PLATFORM}`, files.duckdb));
  const opentuiLibrary = await compress(resolve(ROOT, `node_modules/@opentui/core-${PLATFORM}`, files.opentui));
  const facts: BuildFacts = {
    version: manifest.version,
    isCompiled: true,
    libraries: { duckdb: duckdbLibrary.library, opentui: opentuiLibrary.library },
  };
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  const result = await Bun.build({
    entrypoints: [join(ROOT, "src/main.ts"), duckdbLibrary.path, opentuiLibrary.path],
    compile: { outfile: OUTFILE, autoloadDotenv: false, autoloadBunfig: false },
    minify: true,
    bytecode: true,
    // Each command's modules are read when it runs: in one piece they cost every command 12 ms.
    splitting: true,
    format: "esm",
    target: "bun",
    sourcemap: "none",
    loader: { ".zst": "file" },
    naming: { asset: "[name].[ext]" },
    define: { MASQUE_BUILD: JSON.stringify(facts) },
    external: openTuiPlatforms(),
  });
  for (const log of result.logs) process.stderr.write(`${log}\n`);
  if (!result.success) throw new Error("The build failed: see the messages above");
}

/** OpenTUI imports its library from one package a platform; ours is unpacked into the cache instead, so none is bundled. */
function openTuiPlatforms(): string[] {
  return Object.keys(opentui.optionalDependencies);
}

/** Compresses a library once; the digest of its unpacked bytes names it. */
async function compress(path: string): Promise<Compressed> {
  const bytes = await Bun.file(path).bytes();
  const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const fileName = basename(path);
  const folder = join(ROOT, ".cache", "native", sha256);
  const asset = `${fileName}.zst`;
  const compressed = join(folder, asset);
  if (!existsSync(compressed)) {
    mkdirSync(folder, { recursive: true });
    const temporary = `${compressed}.${process.pid}`;
    await Bun.write(temporary, Bun.zstdCompressSync(bytes, { level: ZSTD_LEVEL }));
    renameSync(temporary, compressed);
  }
  return { library: { asset, sha256, fileName }, path: compressed };
}

await build();
