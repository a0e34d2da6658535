import { effectiveSettings, settingKeys } from "../../app/install/effective-settings.ts";
import { ignoredVariables } from "../../app/install/ignored-variables.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { nearest } from "../../kernel/text/nearest.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { printWarnings } from "../print/output.ts";
import { configPlaceOf } from "../settings.ts";
import { settingJson, settingsJson, settingsText, settingText } from "./render-config.ts";

/** `masque config [setting]` */
export const configCommand = defineMasqueCommand({
  args: {
    setting: { type: "positional", required: false, description: "One setting's name, such as audience.httpPort" },
    ...jsonFlag,
  },
  rest: "",
  examples: [
    ["masque config", "every setting of masque, its value, and where the value comes from"],
    ["masque config audience.httpPort", "one setting: also what it takes, and how to set it"],
    ["masque config --json", "the same as JSON"],
    [
      "masque audience config --help",
      "a different command: Claude Code's own settings, which make it send its telemetry",
    ],
  ],
  async run({ args, rest }, deps) {
    const { stdout } = deps.io;
    const wanted = args.setting === undefined ? undefined : known(args.setting);
    if (wanted !== undefined && rest.length > 0) throw notSet(wanted, rest, deps.paths.configFile);
    const found = await effectiveSettings(configPlaceOf(deps));
    printWarnings(deps.io, [...ignoredVariables(deps), ...found.warnings]);
    const one = found.settings.find(({ key }) => key === wanted);
    if (one) stdout.write(args.json ? settingJson(one) : settingText(one, stdout));
    else stdout.write(args.json ? settingsJson(found) : settingsText(found, stdout));
    return undefined;
  },
});

/** A person who types a value wants to set it: only files, variables and flags do. */
function notSet(key: string, values: readonly string[], file: string): MasqueError {
  const value = printableLine(values.join(" "));
  const [area = "", name = ""] = key.split(".");
  return new MasqueError("cli.usage", `Cannot set ${key} to "${value}": masque config only shows settings`, {
    try: `masque config ${key}`,
    hint: `write the line \`${area}: { ${name}: ${value} }\` into "${file}", or only \`${name}: ${value}\` below \`${area}:\` where the file has that`,
  });
}

function known(name: string): string {
  const keys = settingKeys();
  const key = keys.find((one) => one.toLowerCase() === name.toLowerCase());
  if (key !== undefined) return key;
  const near = nearest(name, keys);
  const area = keys.filter((one) => one.startsWith(`${name.split(".")[0]?.toLowerCase()}.`));
  const meant = area.length > 0 ? area.join(", ") : near;
  throw new MasqueError("cli.usage", `Cannot show "${printableLine(name)}": it is not a setting`, {
    try: "masque config",
    hint: meant && `did you mean ${meant}?`,
  });
}
