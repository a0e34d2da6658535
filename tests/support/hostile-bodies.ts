import { constants, deflateRawSync } from "node:zlib";
import { Writer } from "protobufjs/minimal";

/** Bodies that are made to exhaust whoever reads them. */

const MiB = 1024 * 1024;
/** Of one gzip member, without a name or a time. */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** One gzip member of so many MiB of zeros, at about a thousandth of that, in pieces. */
export function* gzipBomb(sizeMiB: number): Generator<Uint8Array> {
  // Flushed wholly, so that the piece can follow itself: nothing in it refers to what came before.
  const piece = deflateRawSync(Buffer.alloc(16 * MiB), { finishFlush: constants.Z_FULL_FLUSH });
  yield GZIP_HEAD;
  for (let made = 0; made < sizeMiB; made += 16) yield piece;
}

/** An attribute whose value lies within so many arrays, as JSON. */
export function deepJson(depth: number): Buffer {
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}{}${"]}}".repeat(depth)}`;
  return Buffer.from(
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"k","value":${value}}]}]}]}]}`,
  );
}

/** The same in protobuf, on a resource. */
export function deepProtobuf(depth: number): Buffer {
  const heads: Buffer[] = [];
  let length = 0;
  const around = (number: number) => {
    const head = Buffer.from(
      Writer.create()
        .uint32((number << 3) | 2)
        .uint32(length)
        .finish(),
    );
    heads.push(head);
    length += head.length;
  };
  for (let level = 0; level < depth; level += 1) for (const number of [1, 5]) around(number);
  for (const number of [2, 1, 1, 1]) around(number);
  return Buffer.concat(heads.reverse());
}
