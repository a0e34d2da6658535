import type { Position } from "../../kernel/text/position.ts";
import type { Problem } from "../reading.ts";

/** A problem, without the name of its file and its frame. */
export type Finding = Position & Pick<Problem, "severity" | "message"> & { readonly hint?: string | undefined };
