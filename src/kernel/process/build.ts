/** Facts that `build.ts` writes into the compiled binary; run from source there are none, and the package's own serve. */
declare const MASQUE_BUILD: BuildFacts | undefined;

/** A native library embedded in the binary: its digest unpacked, and the name it is embedded under. */
export type EmbeddedLibrary = { readonly asset: string; readonly sha256: string; readonly fileName: string };

/** What the build knows. */
export type BuildFacts = {
  readonly version: string;
  readonly isCompiled: boolean;
  readonly libraries: { readonly duckdb: EmbeddedLibrary; readonly opentui: EmbeddedLibrary } | null;
};

const FROM_SOURCE: BuildFacts = { version: "0.0.0-source", isCompiled: false, libraries: null };

/** The facts of this build. */
export const BUILD: BuildFacts = typeof MASQUE_BUILD === "undefined" ? FROM_SOURCE : MASQUE_BUILD;
