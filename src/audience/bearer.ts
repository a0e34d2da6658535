import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether a request may be read. Where several people use a machine, each of them can send to its loopback address. With a
 * token set, only requests of senders that know it are read.
 */
export type Authorise = (authorization: string | null | undefined) => boolean;

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Checks `Authorization: Bearer <token>`; without a token, every sender may send. Digests are compared in constant
 * time, so that the response shows neither the token's length nor how much of it was right.
 *
 * @source RFC 6750, section 2.1; the scheme's name ignores case (RFC 9110, section 11.1).
 */
export function authoriseBy(token: string): Authorise {
  if (token === "") return () => true;
  const expected = digest(token);
  return (authorization) => timingSafeEqual(digest(BEARER.exec(authorization ?? "")?.[1] ?? ""), expected);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
