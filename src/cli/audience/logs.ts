import { followLog } from "../../audience/process/follow-log.ts";
import { lastOfLog, logPath } from "../../audience/process/read-log.ts";
import { wholeNumber } from "../../kernel/config/kinds.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { printableJson } from "../../kernel/text/printable.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { flagValue } from "../flag-value.ts";
import { jsonText, printWarnings } from "../print/output.ts";

const LINES = wholeNumber({ min: 1, max: 100_000 });

/** `masque audience logs` */
export const audienceLogsCommand = defineMasqueCommand({
  args: {
    lines: { type: "string", default: "50", valueHint: "N", description: "How many lines to show, from the end" },
    follow: { type: "boolean", alias: "f", description: "Keep showing new lines until Ctrl-C", default: false },
    ...jsonFlag,
  },
  examples: [
    ["masque audience logs --lines 10", "the last ten lines"],
    ["masque audience logs --follow", "the last lines, then each new line"],
  ],
  async run({ args }, deps) {
    const { io, paths } = deps;
    const count = flagValue("audience logs", "lines", args.lines, LINES);
    const stop = args.follow ? deps.stopSignal() : undefined;
    const end = lastOfLog(paths, count);
    if (!end && !stop) throw noLog(logPath(paths));
    const lines = end?.lines ?? [];
    if (!stop) {
      io.stdout.write(args.json ? jsonText(lines) : lines.map(lineText).join(""));
      return undefined;
    }
    if (!end) printWarnings(io, ["there is no log yet; waiting for a receiver to start"]);
    const textOf = args.json ? jsonLine : lineText;
    io.stdout.write(lines.map(textOf).join(""));
    await followLog(paths, { from: end?.endsAt ?? 0, stop, line: (line) => io.stdout.write(textOf(line)) });
    return undefined;
  },
});

const lineText = (line: string) => `${line}\n`;
/** One JSON value a line: with --follow a program reads each line as it comes. */
const jsonLine = (line: string) => `${printableJson(JSON.stringify(line))}\n`;

function noLog(path: string): MasqueError {
  return new MasqueError("audience.no-log", `Cannot show "${path}": there is no log yet`, {
    try: "masque audience start",
    hint: "a receiver in the foreground (masque audience run) writes to its terminal, not to a log",
  });
}
