import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { activeName, segmentName } from "../../../src/telemetry/file-names.ts";

/** Large histories in the shape of a real one: requests that a real client sent, under other session ids and times. */

const FIXTURE = join(import.meta.dir, "../../fixtures/telemetry/demo-http-json/000-logs.json");
const BYTES_PER_MB = 1_000_000;
const SEGMENT_BYTES = 128 * 1024 * 1024;
const LINES_A_SESSION = 40;
const NANOS_A_LINE = 20n * 1_000_000_000n;
const TIME = /"(timeUnixNano|observedTimeUnixNano)":"?(\d+)"?/g;
const SESSION = /"session\.id","value":\{"stringValue":"([^"]+)"/;

/** Writes lines of sessions that follow each other. */
export class RecordedHistory {
  readonly #request: string;
  readonly #session: string;
  #lines = 0;

  constructor() {
    this.#request = JSON.stringify(JSON.parse(readFileSync(FIXTURE, "utf8")));
    this.#session = SESSION.exec(this.#request)?.[1] ?? "";
  }

  /** Segments and the file that is written to, oldest first, up to so many MB. */
  write(otel: string, mb: number, segmentBytes: number = SEGMENT_BYTES): void {
    mkdirSync(otel, { recursive: true });
    const segments = Math.floor((mb * BYTES_PER_MB) / segmentBytes);
    for (let n = 0; n < segments; n++) this.#writeFile(join(otel, segmentName("logs", 1_000 + n)), segmentBytes);
    this.#writeFile(join(otel, activeName("logs")), mb * BYTES_PER_MB - (segments === 0 ? 0 : segments * segmentBytes));
  }

  /** So many lines of one session. */
  linesOf(session: string, count: number): string {
    return Array.from({ length: count }, () => `${this.#line(session)}\n`).join("");
  }

  /** When the next line happens. */
  get nextUnixNano(): bigint {
    return 1_790_000_000_000_000_000n + BigInt(this.#lines) * NANOS_A_LINE;
  }

  #writeFile(path: string, bytes: number): void {
    const file = openSync(path, "w");
    for (let written = 0; written < bytes; ) {
      written += writeSync(file, this.linesOf(crypto.randomUUID(), LINES_A_SESSION));
    }
    closeSync(file);
  }

  #line(session: string): string {
    const base = this.nextUnixNano;
    this.#lines += 1;
    let first: bigint | undefined;
    return this.#request.replaceAll(this.#session, session).replace(TIME, (_, name: string, digits: string) => {
      first ??= BigInt(digits);
      return `"${name}":"${base + BigInt(digits) - first}"`;
    });
  }
}
