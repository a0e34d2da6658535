import {
  BoxRenderable,
  type CliRenderer,
  createTextAttributes,
  RGBA,
  StyledText,
  type TextChunk,
  TextRenderable,
} from "@opentui/core";
import { detailTitle, footerLines, listLines, listTitle, seenDetailLines } from "./catalog-lines.ts";
import { type CatalogState, layoutOf } from "./catalog-state.ts";
import type { Line, Run, Tone } from "./line.ts";

/** Shows a state on the screen: two frames side by side with a line below. `catalog-lines.ts` makes the text. */

/** The terminal's own palette, so that the screen follows the person's theme, light or dark. */
const CYAN = 6;
const RED = 1;

const LOOKS: Readonly<Record<Tone, { readonly attributes: number; readonly color?: number }>> = {
  plain: { attributes: 0 },
  strong: { attributes: createTextAttributes({ bold: true }) },
  faint: { attributes: createTextAttributes({ dim: true }) },
  accent: { attributes: createTextAttributes({ italic: true }), color: CYAN },
  chosen: { attributes: createTextAttributes({ inverse: true }) },
  alarm: { attributes: createTextAttributes({ bold: true }), color: RED },
};

/** The catalog's renderables, and a function that makes them show a state. */
export type CatalogView = { update(state: CatalogState): void };

/** Builds the catalog on a renderer's root. Without `color` only bold and inverse text are used. */
export function catalogView(renderer: CliRenderer, look: { readonly color: boolean }): CatalogView {
  const body = new BoxRenderable(renderer, { flexDirection: "row", flexGrow: 1, flexShrink: 1 });
  const list = frame(renderer);
  const detail = frame(renderer, { flexGrow: 1, paddingX: 1 });
  const footer = new TextRenderable(renderer, { wrapMode: "none", fg: RGBA.defaultForeground(), flexShrink: 0 });
  body.add(list.box);
  body.add(detail.box);
  renderer.root.flexDirection = "column";
  renderer.root.add(body);
  renderer.root.add(footer);
  const styled = (lines: readonly Line[]) => styledText(lines, look.color);
  return {
    update(state) {
      const { listColumns, detailColumns, footerRows } = layoutOf(state);
      list.box.visible = listColumns > 0;
      list.box.width = listColumns + 2;
      list.box.title = ` ${listTitle(state)} `;
      list.text.content = styled(listLines(state));
      detail.box.visible = detailColumns > 0;
      const place = detailTitle(state);
      detail.box.title = place === "" ? "" : ` ${place} `;
      detail.text.content = styled(seenDetailLines(state));
      footer.height = footerRows;
      footer.content = styled(footerLines(state));
    },
  };
}

function frame(renderer: CliRenderer, more: { flexGrow?: number; paddingX?: number } = {}) {
  const box = new BoxRenderable(renderer, {
    border: true,
    borderStyle: "rounded",
    borderColor: RGBA.defaultForeground(),
    overflow: "hidden",
    flexShrink: 0,
    ...more,
  });
  const text = new TextRenderable(renderer, { wrapMode: "none", fg: RGBA.defaultForeground() });
  box.add(text);
  return { box, text };
}

function styledText(lines: readonly Line[], color: boolean): StyledText {
  const chunks = lines.flatMap((line, index) => [
    ...(index === 0 ? [] : [chunk({ text: "\n", tone: "plain" }, color)]),
    ...line.map((run) => chunk(run, color)),
  ]);
  return new StyledText(chunks);
}

function chunk({ text, tone }: Run, color: boolean): TextChunk {
  const look = LOOKS[tone];
  const fg = color && look.color !== undefined ? RGBA.fromIndex(look.color) : RGBA.defaultForeground();
  return { __isChunk: true, text, fg, attributes: look.attributes };
}
