import { LIMITS } from "../../kernel/limits.ts";
import { type Drop, filesToDrop, isMostOf, type KeptFile, type RetentionRule } from "./retention.ts";

/**
 * A clock that was set wrong makes more than half of all closed files old at once. Such files must still be old an hour
 * later, by a clock that is never set. The limit on size depends on no clock and does not wait.
 */
export class SecondLook {
  readonly #monotonicMs: () => number;
  #firstMs: number | undefined;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** What may be dropped now. `beginsToWait` is true once, when the rest begins to wait. */
  allow(
    files: readonly KeptFile[],
    rule: RetentionRule,
    nowMs: number,
  ): { readonly drops: readonly Drop[]; readonly beginsToWait: boolean } {
    const drops = filesToDrop(files, rule, nowMs);
    const old = drops.filter(({ reason }) => reason === "age");
    if (!isMostOf(old, files)) {
      this.#firstMs = undefined;
      return { drops, beginsToWait: false };
    }
    const beginsToWait = this.#firstMs === undefined;
    this.#firstMs ??= this.#monotonicMs();
    if (this.#monotonicMs() - this.#firstMs >= LIMITS.retentionSecondLookMs) return { drops, beginsToWait: false };
    return { drops: filesToDrop(files, { ...rule, retentionDays: 0 }, nowMs), beginsToWait };
  }
}
