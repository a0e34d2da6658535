import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../../src/kernel/text/json.ts";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { minimalRootRequirements, unpackMinimalRoot } from "../support/minimal-root.ts";
import { finish, succeeded } from "../support/process.ts";
import { testWith } from "../support/requirement.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** The binary alone, in a minimal system without a network and with a read-only /tmp: everything works. */

const CEILING_MS = 900_000;
const INSIDE_MS_MAX = 120_000;
const RECORDING = join(import.meta.dir, "../fixtures/telemetry/quick-http-protobuf/000-logs.pb");
const RECORDED_SESSION = sessionOf(readFileSync(RECORDING).toString("latin1"));

testWith(...minimalRootRequirements())(
  "dist/masque alone in a minimal root dons, captures, scores and opens its first screen",
  async () => {
    requireFreshBinary();
    using folder = temporaryFolder();
    const root = join(folder.path, "root");
    await unpackMinimalRoot(root);

    const script = join(import.meta.dir, "../support/inside-minimal-root.ts");
    const inside = succeeded(
      await finish(
        [
          ...["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"],
          ...[process.execPath, script, root, MASQUE_BINARY, RECORDING, RECORDED_SESSION],
        ],
        { cwd: folder.path, env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: folder.path }, msMax: INSIDE_MS_MAX },
      ),
    );

    expect(parseJson(inside.stdout)).toEqual({
      tmpIsReadOnly: true,
      hasNetwork: false,
      donned: expect.stringContaining('<masque-identity name="Codesmith"'),
      captureStatus: 200,
      score: expect.objectContaining({
        session: RECORDED_SESSION,
        dimensions: expect.objectContaining({ quality: 8.75, autonomy: expect.closeTo(4.4444, 4) }),
      }),
      doffed: expect.stringContaining("Codesmith"),
      screen: expect.stringContaining("Codesmith"),
    });
  },
  CEILING_MS,
);

function sessionOf(body: string): string {
  const [, id] = /session\.id[^0-9a-f]{1,8}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/.exec(body) ?? [];
  if (id === undefined) throw new Error("The recording names no session");
  return id;
}
