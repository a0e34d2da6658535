const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];
const STEP = 1024;

/** A number of bytes for people: `0 bytes`, `1.5 MiB`. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // Rounded first: otherwise the text could be "1024.0 KiB" instead of "1.0 MiB".
  while (Number(value.toFixed(1)) >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  return unit === 0 && bytes === 1 ? "1 byte" : `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
