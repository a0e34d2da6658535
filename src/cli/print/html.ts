import { printable } from "../../kernel/text/printable.ts";

/** HTML in which every foreign text was escaped when it was put in. */
export type Html = { readonly markup: string };

/**
 * Markup as written, with values put in: html`<td>${name}</td>`. Text and numbers are escaped, for attributes in quotes as
 * well, and made printable; what is HTML already goes in as it is, lists one after the other.
 */
export function html(
  literal: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  return { markup: literal.map((text, at) => text + markupOf(values[at] ?? "")).join("") };
}

/** Takes markup that a program of ours wrote as it is. Never foreign text. */
export function trustedHtml(markup: string): Html {
  return { markup };
}

function markupOf(value: string | number | Html | readonly Html[]): string {
  if (typeof value === "string") return Bun.escapeHTML(printable(value));
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("\n");
}
