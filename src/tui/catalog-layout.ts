/** A terminal's size in cells. */
export type ScreenSize = { readonly columns: number; readonly rows: number };

/** How the screen is divided, in cells without the frames. */
export type Layout = {
  /** Rows of text in the list and in the detail. */
  readonly rows: number;
  /** 0 while the detail fills the screen. */
  readonly listColumns: number;
  /** 0 where the terminal is too narrow for both. */
  readonly detailColumns: number;
  readonly footerRows: number;
};

const FRAME = 2;
/** A frame and one space on each side. */
const DETAIL_CHROME = FRAME + 2;
/** On a narrower terminal, list and detail side by side would both be too narrow to read. */
const BESIDE_COLUMNS_MIN = 64;
const LIST_COLUMNS = { min: 28, max: 44, share: 0.36 };
/** Prose is hard to read in longer lines. */
const PROSE_COLUMNS_MAX = 100;
/** How many lines the list of all keys takes, in one row or in several. */
const HELP_ROWS = { beside: 2, narrow: 4 };
/** Rows for a frame and one line: nothing more can be left out. */
const BODY_ROWS_MIN = FRAME + 1;

/** Divides a screen. `isWhole` gives all of the screen to the detail; `isHelpShown` reserves rows for the keys. */
export function layOut(size: ScreenSize, shown: { isWhole: boolean; isHelpShown: boolean }): Layout {
  const helpRows = size.columns < BESIDE_COLUMNS_MIN ? HELP_ROWS.narrow : HELP_ROWS.beside;
  const footerRows = shown.isHelpShown && size.rows >= BODY_ROWS_MIN + helpRows ? helpRows : 1;
  const rows = Math.max(1, size.rows - footerRows - FRAME);
  if (shown.isWhole) return { rows, footerRows, listColumns: 0, detailColumns: prose(size.columns) };
  if (size.columns < BESIDE_COLUMNS_MIN) {
    return { rows, footerRows, listColumns: Math.max(1, size.columns - FRAME), detailColumns: 0 };
  }
  const share = Math.floor(size.columns * LIST_COLUMNS.share);
  const listColumns = Math.min(Math.max(share, LIST_COLUMNS.min), LIST_COLUMNS.max);
  return { rows, footerRows, listColumns, detailColumns: prose(size.columns - listColumns - FRAME) };
}

function prose(columns: number): number {
  return Math.min(Math.max(1, columns - DETAIL_CHROME), PROSE_COLUMNS_MAX);
}
