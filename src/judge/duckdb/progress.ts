import { statOrUndefined } from "../../kernel/files/files.ts";
import type { ScoreOptions, Sources } from "../port.ts";
import type { Manifest } from "../store/manifest.ts";
import { recognise } from "../store/recognise.ts";
import { presentFiles } from "./new-lines.ts";

/** Bytes of all files, when everything in them is to be read. */
export function bytesOf(sources: Sources): number {
  return presentFiles(sources).reduce((sum, { path }) => sum + (statOrUndefined(path)?.size ?? 0), 0);
}

/** Bytes that the files have beyond what the store holds of them. */
export function unseenBytes(manifest: Manifest, sources: Sources): number {
  const { present } = recognise(presentFiles(sources), manifest);
  return present.reduce((sum, { bytes, source }) => sum + Math.max(0, bytes - source.bytesRead), 0);
}

/** Counts bytes as they are read, out of all that are to be: never more, though a file may grow meanwhile. */
export function progressOf(bytesTotal: number, onProgress: ScoreOptions["onProgress"]): (bytes: number) => void {
  let bytesRead = 0;
  return (bytes) => {
    bytesRead = Math.min(bytesRead + bytes, bytesTotal);
    onProgress?.({ doing: "reading", bytesRead, bytesTotal });
  };
}
