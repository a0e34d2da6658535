import { type CliRenderer, createCliRenderer, type KeyEvent } from "@opentui/core";
import type { CatalogItem, Detail } from "./catalog-item.ts";
import { type CatalogState, type Key, openCatalog, press, resize, selectedItem, showDetail } from "./catalog-state.ts";
import { catalogView } from "./catalog-view.ts";

/** What the screen shows and how it reads more. */
export type CatalogSource = {
  readonly items: readonly CatalogItem[];
  /** Reads one masque; a masque that cannot be read is a detail that says so, not a failure. */
  readDetail(item: CatalogItem): Promise<Detail>;
  /** Whether colour is wanted. */
  readonly color: boolean;
};

const NAMED_KEYS: Readonly<Record<string, Key>> = {
  up: "up",
  down: "down",
  pageup: "page-up",
  pagedown: "page-down",
  home: "first",
  end: "last",
  return: "enter",
  enter: "enter",
  linefeed: "enter",
  escape: "escape",
  backspace: "erase",
  delete: "erase",
};

/** Shows the catalog on the process's own terminal until the person leaves it, and puts the terminal back. */
export async function runTui(source: CatalogSource): Promise<void> {
  const renderer = await createCliRenderer({
    exitOnCtrlC: false,
    useMouse: false,
    useKittyKeyboard: null,
    openConsoleOnError: false,
    consoleMode: "disabled",
  });
  await showCatalog(renderer, source);
}

/**
 * Runs the catalog on a renderer, which it destroys.
 *
 * @throws whatever drawing or reading throws, once the terminal is put back.
 */
export function showCatalog(renderer: CliRenderer, source: CatalogSource): Promise<void> {
  return new Promise((resolve, reject) => {
    const view = catalogView(renderer, source);
    let state = openCatalog(source.items, sizeOf(renderer));
    const leave = (end: () => void) => {
      end();
      renderer.destroy();
    };
    /** OpenTUI logs what its listeners throw and goes on; a broken screen must end instead. */
    const change = (next: (state: CatalogState) => CatalogState) => {
      try {
        state = next(state);
        if (state.isDone) return leave(resolve);
        view.update(state);
        read();
      } catch (error) {
        leave(() => reject(error));
      }
    };
    const reading = new Set<string>();
    const read = () => {
      const item = selectedItem(state);
      if (!item || reading.has(item.slug)) return;
      reading.add(item.slug);
      source.readDetail(item).then(
        (detail) => change((now) => showDetail(now, item.slug, detail)),
        (error) => leave(() => reject(error)),
      );
    };
    renderer.keyInput.on("keypress", (event) => {
      const key = keyOf(event);
      if (key) change((now) => press(now, key));
    });
    renderer.keyInput.on("paste", ({ bytes }) => {
      const text = new TextDecoder().decode(bytes);
      change((now) => (now.mode === "filter" ? press(now, { text }) : now));
    });
    renderer.on("resize", () => change((now) => resize(now, sizeOf(renderer))));
    // A signal destroys the renderer; whoever started us then ends.
    renderer.on("destroy", () => resolve());
    change((now) => now);
  });
}

function sizeOf({ width, height }: CliRenderer) {
  return { columns: width, rows: height };
}

/** What a key means to the screen, or `undefined` for one that means nothing. */
export function keyOf({ name, sequence, ctrl, meta }: Pick<KeyEvent, "name" | "sequence" | "ctrl" | "meta">) {
  if (ctrl) return name === "c" ? "interrupt" : undefined;
  const named = Object.hasOwn(NAMED_KEYS, name) ? NAMED_KEYS[name] : undefined;
  if (named) return named;
  return !meta && sequence !== "" && !/\p{Cc}/u.test(sequence) ? { text: sequence } : undefined;
}
