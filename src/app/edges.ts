import type { AudienceEdge } from "../audience/listening.ts";
import type { Host } from "../host/host.ts";
import type { Judge } from "../judge/port.ts";
import type { setYamlTexts } from "../kernel/text/edit-yaml.ts";
import type { JsonObject } from "../kernel/text/json.ts";
import type { World } from "../kernel/world.ts";
import type { LintTools } from "../masque/lint/lint-file.ts";
import type { MasqueReader } from "../masque/reading.ts";
import type { PatternCompiler } from "../masque/rubric/pattern.ts";
import type { EventSerializer } from "../telemetry/masque-event.ts";

/** The heavy parts, each opened by the first use case that needs it: calling the thunk is what loads it. */
export type Edges = {
  /** Reads and checks masque files: arktype, yaml and re2js. */
  readonly masqueReader: () => Promise<MasqueReader>;
  /** Compiles the patterns of a rubric: re2js. */
  readonly patternCompiler: () => Promise<PatternCompiler>;
  /** What lint needs, and the tokens of a trial: yaml, re2js and a tokenizer of 2.4 MB. */
  readonly lintTools: () => Promise<LintTools>;
  /** The JSON Schema of masque files, for editors: arktype. */
  readonly masqueJsonSchema: () => Promise<JsonObject>;
  /** Sets texts in a YAML file and keeps its other bytes: yaml. */
  readonly yamlEditor: () => Promise<typeof setYamlTexts>;
  /** Writes don and doff records: otlp-transformer. */
  readonly eventSerializer: () => Promise<EventSerializer>;
  /** The agent program. Its own thunks open what edits its files: jsonc-parser. */
  readonly host: Host;
  /** Receives telemetry: HTTP servers and protobuf. */
  readonly audience: () => Promise<AudienceEdge>;
  /** Scores telemetry: DuckDB. */
  readonly judge: () => Promise<Judge>;
};

/** The world with what wearing a masque needs of the edges. */
export type WearingWorld = World & Pick<Edges, "masqueReader" | "eventSerializer" | "host">;
