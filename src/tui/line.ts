/** The meaning of a piece of text. The view decides how it looks, with or without colour. */
export type Tone = "plain" | "strong" | "faint" | "accent" | "chosen" | "alarm";

/** A piece of a line. */
export type Run = { readonly text: string; readonly tone: Tone };

/** One line of the screen. */
export type Line = readonly Run[];

/** A line of one tone. */
export function line(text: string, tone: Tone = "plain"): Line {
  return [{ text, tone }];
}
