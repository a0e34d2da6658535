import { type CliRenderer, createCliRenderer, type KeyEvent } from "@opentui/core";
import type { ListingPlace } from "../masque/sync-manifest.ts";
import { type CatalogSource, catalogSource } from "./catalog-source.ts";
import { type CatalogState, type Key, openCatalog, press, resize, selectedItem, showDetail } from "./catalog-state.ts";
import { catalogView } from "./catalog-view.ts";

/** How the screen looks, and what can end it from outside. */
export type ScreenSetting = {
  /** Whether colour is wanted. */
  readonly color: boolean;
  /** Aborted when the process is asked to end. */
  readonly stop: AbortSignal;
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

/**
 * Shows the catalog on the process's own terminal until the person leaves it, and then restores the terminal.
 *
 * @throws {MasqueError} what `listMasques` throws.
 */
export async function runTui(place: ListingPlace, setting: ScreenSetting): Promise<void> {
  const source = await catalogSource(place);
  const renderer = await createCliRenderer({
    exitOnCtrlC: false,
    exitSignals: [],
    useMouse: false,
    useKittyKeyboard: null,
    openConsoleOnError: false,
    consoleMode: "disabled",
  });
  await showCatalog(renderer, source, setting);
}

/**
 * Runs the catalog on a renderer, which it destroys.
 *
 * @throws what drawing or reading throws, after the terminal is restored.
 */
export function showCatalog(renderer: CliRenderer, source: CatalogSource, setting: ScreenSetting): Promise<void> {
  const view = catalogView(renderer, setting);
  const reading = new Set<string>();
  let state = openCatalog(source.items, sizeOf(renderer));
  return new Promise<void>((resolve, reject) => {
    /** OpenTUI only logs what its listeners throw. A screen with an error must end instead. */
    const change = (next: (state: CatalogState) => CatalogState) => {
      try {
        state = next(state);
        if (state.isDone) return resolve();
        view.update(state);
        readSelected();
      } catch (error) {
        reject(error);
      }
    };
    const readSelected = () => {
      const item = selectedItem(state);
      if (!item || reading.has(item.slug)) return;
      reading.add(item.slug);
      source.readDetail(item).then((detail) => change((now) => showDetail(now, item.slug, detail)), reject);
    };
    listen(renderer, change);
    setting.stop.addEventListener("abort", () => resolve());
    change((now) => now);
  }).finally(() => renderer.destroy());
}

function listen(renderer: CliRenderer, change: (next: (state: CatalogState) => CatalogState) => void): void {
  renderer.keyInput.on("keypress", (event) => {
    const key = keyOf(event);
    if (key) change((now) => press(now, key));
  });
  renderer.keyInput.on("paste", ({ bytes }) => {
    const text = new TextDecoder().decode(bytes);
    change((now) => (now.mode === "filter" ? press(now, { text }) : now));
  });
  renderer.on("resize", () => change((now) => resize(now, sizeOf(renderer))));
}

function sizeOf({ width, height }: CliRenderer) {
  return { columns: width, rows: height };
}

/** What a key means on the screen, or `undefined` for a key without a meaning. */
export function keyOf({ name, sequence, ctrl, meta }: Pick<KeyEvent, "name" | "sequence" | "ctrl" | "meta">) {
  if (ctrl) return name === "c" ? "interrupt" : undefined;
  const named = Object.hasOwn(NAMED_KEYS, name) ? NAMED_KEYS[name] : undefined;
  if (named) return named;
  return !meta && sequence !== "" && !/\p{Cc}/u.test(sequence) ? { text: sequence } : undefined;
}
