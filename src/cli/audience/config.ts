import { audienceConfig, undoAudienceConfig } from "../../app/audience/audience-config.ts";
import { standardAddress } from "../../app/audience/receiver-endpoint.ts";
import { ignoredTelemetry } from "../../app/install/doctor/check-host.ts";
import { TELEMETRY_PROTOCOLS, type TelemetryProtocol } from "../../host/host.ts";
import { wholeNumber } from "../../kernel/config/kinds.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { flagValue } from "../flag-value.ts";
import { usage } from "../parse.ts";
import { jsonText, printWarnings } from "../print/output.ts";
import { settingsOf } from "../settings.ts";
import { configText, undoneText } from "./render-receiver.ts";

const PORT = wholeNumber({ min: 1, max: 65_535 });

/** `masque audience config` */
export const audienceConfigCommand = defineMasqueCommand({
  args: {
    write: { type: "boolean", description: "Write them into your own Claude Code settings", default: false },
    undo: { type: "boolean", description: "Remove exactly what --write added", default: false },
    force: { type: "boolean", description: "Replace settings that send telemetry elsewhere", default: false },
    "tool-details": {
      type: "boolean",
      description: "Also send tools' inputs and the real names of commands",
      default: false,
    },
    protocol: {
      type: "enum",
      options: [...TELEMETRY_PROTOCOLS],
      default: "http/protobuf",
      description: "How telemetry is sent",
    },
    "http-port": { type: "string", valueHint: "PORT", description: "Port of a receiver other than the one that runs" },
    "grpc-port": { type: "string", valueHint: "PORT", description: "The same, with --protocol grpc" },
    ...jsonFlag,
  },
  examples: [
    ['eval "$(masque audience config)"', "for agents that you start from this shell"],
    ["masque audience config --write", "for every agent that you start from now on"],
    ["masque audience config --undo", "remove these settings again"],
    ["masque audience config --protocol grpc", "send over OTLP/gRPC instead of OTLP/HTTP"],
  ],
  async run({ args }, deps) {
    if (args.write && args.undo) throw usage("audience config", "Cannot use --write together with --undo");
    if (args.undo) {
      const undone = await undoAudienceConfig(deps);
      printWarnings(deps.io, undone.notes);
      const { settingsFile, isTakenOut } = undone;
      deps.io.stdout.write(
        args.json ? jsonText({ settings_file: settingsFile, taken_out: isTakenOut }) : undoneText(undone),
      );
      return undefined;
    }
    const settings = await settingsOf(deps);
    const config = await audienceConfig(deps, {
      protocol: args.protocol,
      port: portFrom(args),
      standard: standardAddress(settings),
      token: settings["audience.token"],
      withToolDetails: args["tool-details"],
      write: args.write,
      force: args.force,
    });
    const { endpoint, env, settingsFile, written } = config;
    const json = { endpoint, env, settings_file: settingsFile, written: written !== "not-asked" };
    printWarnings(deps.io, ignoredTelemetry({ ...deps, inspection: await deps.host.inspection() }));
    deps.io.stdout.write(args.json ? jsonText(json) : configText(config));
    return undefined;
  },
});

/** The port that was typed for the protocol. One for the other protocol would change nothing, so it is refused. */
function portFrom(args: {
  protocol: TelemetryProtocol;
  "http-port"?: string | undefined;
  "grpc-port"?: string | undefined;
}): number | null {
  const [own, other] =
    args.protocol === "grpc" ? (["grpc-port", "http-port"] as const) : (["http-port", "grpc-port"] as const);
  if (args[other] !== undefined) {
    throw usage("audience config", `Cannot use --${other} with --protocol ${args.protocol}: use --${own} instead`);
  }
  const typed = args[own];
  return typed === undefined ? null : flagValue("audience config", own, typed, PORT);
}
