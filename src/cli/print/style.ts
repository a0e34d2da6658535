/** Text effects for a terminal. */
export type Style = Readonly<Record<"bold" | "dim" | "cyan" | "green" | "yellow" | "red", (text: string) => string>>;

const ESC = "\u001b[";

/** Effects that do nothing where colour is not wanted. Only ever give them text that is printable already. */
export function styleFor(output: { readonly color: boolean }): Style {
  const sgr = (on: number, off: number) => (text: string) => (output.color ? `${ESC}${on}m${text}${ESC}${off}m` : text);
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    cyan: sgr(36, 39),
    green: sgr(32, 39),
    yellow: sgr(33, 39),
    red: sgr(31, 39),
  };
}
