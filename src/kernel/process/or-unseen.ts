import { errnoOf } from "../errors.ts";

/**
 * Reads about a process in `/proc`; `undefined` for what cannot be read. A process may end meanwhile, and processes of other users
 * are hidden.
 */
export function orUnseen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
