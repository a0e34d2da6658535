import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether a request may be read. On a machine that several people use, loopback is no boundary between them: with a
 * token set, only senders that know it are.
 */
export type Authorise = (authorization: string | null | undefined) => boolean;

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Checks `Authorization: Bearer <token>`; without a token, everybody may. Digests are compared, in constant time, so
 * that neither the token's length nor how much of it was right can be told from the answer.
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
