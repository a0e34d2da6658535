declare const digestBrand: unique symbol;

/** `sha256:` and 64 hex digits of a file's bytes. A masque is pinned by its digest. */
export type Digest = `sha256:${string}` & { readonly [digestBrand]: true };

/** The digest of some bytes. */
export function digestOf(bytes: string | Uint8Array): Digest {
  return `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}` as Digest;
}

/** Reads a digest from foreign text; `undefined` for any other text. */
export function parseDigest(text: string): Digest | undefined {
  return /^sha256:[0-9a-f]{64}$/.test(text) ? (text as Digest) : undefined;
}

/** The hex digits alone, as file names use them. */
export function digestHex(digest: Digest): string {
  return digest.slice("sha256:".length);
}
