/** Facts that `build.ts` writes into the compiled binary; run from source, the program has none and uses {@link FROM_SOURCE}. */
declare const MASQUE_BUILD: BuildFacts | undefined;

/** A native library embedded in the binary: its digest unpacked, and the name it is embedded under. */
export type EmbeddedLibrary = { readonly asset: string; readonly sha256: string; readonly fileName: string };

/** Facts of a build. */
export type BuildFacts = {
  readonly version: string;
  readonly isCompiled: boolean;
  readonly libraries: { readonly duckdb: EmbeddedLibrary; readonly opentui: EmbeddedLibrary } | null;
};

const FROM_SOURCE: BuildFacts = { version: "0.0.0-source", isCompiled: false, libraries: null };

/** The facts of this build. */
export const BUILD: BuildFacts = typeof MASQUE_BUILD === "undefined" ? FROM_SOURCE : MASQUE_BUILD;
