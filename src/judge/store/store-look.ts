import type { Sources } from "../port.ts";
import type { Manifest } from "./manifest.ts";
import { presentFiles } from "./present-files.ts";
import { type Recognition, recognise } from "./recognise.ts";

/** A store and the telemetry files, as they were found in one look at both. */
export type StoreLook = { readonly manifest: Manifest; readonly recognition: Recognition };

/**
 * Lists the telemetry files and recognises them, which reads from each file that changed: once in a judgement.
 *
 * @throws System errors of reading, except `ENOENT`.
 */
export function lookAtStore(manifest: Manifest, sources: Sources): StoreLook {
  return { manifest, recognition: recognise(presentFiles(sources), manifest) };
}

/** Whether a manifest is still the one of an earlier look. */
export function isOfLook(look: StoreLook | undefined, manifest: Manifest): look is StoreLook {
  return look !== undefined && JSON.stringify(look.manifest) === JSON.stringify(manifest);
}
