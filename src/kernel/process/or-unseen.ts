import { errnoOf } from "../errors.ts";

/**
 * Looks at a process in `/proc`. A process may end while it is looked at, and another user's is hidden: what cannot be seen
 * is `undefined`.
 */
export function orUnseen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
