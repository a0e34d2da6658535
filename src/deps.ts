import type { Edges } from "./app/edges.ts";
import type { Prompts } from "./cli/print/prompts.ts";
import { claude } from "./host/claude/adapter.ts";
import { trustedEnv } from "./host/claude/trusted-env.ts";
import type { DrawChart } from "./judge/charts.ts";
import type { Judge } from "./judge/port.ts";
import { systemClock } from "./kernel/clock.ts";
import { pathsFrom, projectRoot } from "./kernel/paths.ts";
import { BUILD } from "./kernel/process/build.ts";
import type { readYaml } from "./kernel/text/yaml.ts";
import type { Io, World } from "./kernel/world.ts";
import type { ProbeSerializer } from "./telemetry/probe.ts";
import type { runTui } from "./tui/run-tui.ts";

/**
 * The real world, built lazily: one thunk an edge, each opened by the first command that needs it. This file alone
 * imports edges by value, with import(), so that `masque id` never loads what `masque judge` needs. It also chooses the agent
 * program, whose adapter loads by itself what few commands need.
 */
export type Deps = World &
  Edges & {
    /** The same edges over another world, for the demo's temporary home. */
    elsewhere(world: World): Deps;
    /** Reads configuration files: yaml. */
    readonly yamlReader: () => Promise<typeof readYaml>;
    /** Shows the catalog on the terminal: OpenTUI. */
    readonly catalogScreen: () => Promise<typeof runTui>;
    /** Asks a person at a terminal: consola. */
    readonly prompts: () => Promise<Prompts>;
    /** Draws the charts of a page: echarts. */
    readonly chartDrawer: () => Promise<DrawChart>;
    /** Writes the record that `doctor` posts: otlp-transformer. */
    readonly probeSerializer: () => Promise<ProbeSerializer>;
    /** Closes what was opened. */
    close(): Promise<void>;
    /** Closes what outlives the process, which ends at once. */
    closeAtExit(): void;
  };

/** What the process's owner, `main.ts`, decides: how it speaks, and when it is asked to stop. */
export type ProcessOwner = { readonly io: Io; stopSignal(): AbortSignal };

/** The dependencies of the running program. */
export function realDeps(process: NodeJS.Process, { io, stopSignal }: ProcessOwner): Deps {
  const { env, ignored } = trustedEnv(process.env, process.pid);
  const cwd = process.cwd();
  const project = projectRoot(env, cwd);
  return depsFor({
    env,
    ignoredEnv: ignored,
    cwd,
    paths: pathsFrom(env),
    project,
    agentSession: once(() => claude.agentSession({ env, project })),
    clock: systemClock(),
    io,
    parentPid: process.ppid,
    program: BUILD.isCompiled ? [process.execPath] : [process.execPath, Bun.main],
    stopSignal,
    newId: () => crypto.randomUUID(),
  });
}

/** The real edges over a given world: what the program runs on, and what tests run on with a world of their own. */
export function depsFor(world: World): Deps {
  const { paths } = world;
  const opened: Pick<Judge, "close" | "closeAtExit">[] = [];
  return {
    ...world,
    masqueReader: once(async () => {
      const { masqueReaderWith } = await import("./masque/arktype/read-masque.ts");
      return masqueReaderWith((await import("./masque/re2/compile-pattern.ts")).compilePattern);
    }),
    patternCompiler: once(async () => (await import("./masque/re2/compile-pattern.ts")).compilePattern),
    lintTools: once(async () => {
      const { readYaml } = await import("./kernel/text/yaml.ts");
      const { compilePattern } = await import("./masque/re2/compile-pattern.ts");
      const { countTokens } = await import("./masque/gpt-tokenizer/count-tokens.ts");
      return { readYaml, compile: compilePattern, countTokens };
    }),
    masqueJsonSchema: once(async () => (await import("./masque/arktype/json-schema.ts")).masqueJsonSchema()),
    eventSerializer: once(async () => (await import("./telemetry/otlp-transformer/serialize-event.ts")).serializeEvent),
    host: claude,
    probeSerializer: once(async () => (await import("./telemetry/otlp-transformer/serialize-probe.ts")).serializeProbe),
    audience: once(async () => {
      const { listenHttp } = await import("./audience/http/listen.ts");
      const { listenGrpc } = await import("./audience/grpc/listen.ts");
      const { protobufCodec } = await import("./telemetry/protobuf/codec.ts");
      const { judgeBeforeDropBy } = await import("./audience/files/judge-before-drop.ts");
      const { tryFlock } = await import("./audience/flock/flock.ts");
      return { listenHttp, listenGrpc, protobuf: protobufCodec, bringIn: judgeBeforeDropBy(world), tryFlock };
    }),
    judge: once(async () => {
      const { openJudge } = await import("./judge/duckdb/open-judge.ts");
      const judge = await openJudge(paths, world.clock);
      opened.push(judge);
      return judge;
    }),
    prompts: once(async () => (await import("./cli/consola/prompts.ts")).consolaPrompts),
    chartDrawer: once(async () => (await import("./judge/echarts/draw-chart.ts")).drawChart),
    yamlReader: once(async () => (await import("./kernel/text/yaml.ts")).readYaml),
    yamlEditor: once(async () => (await import("./kernel/text/edit-yaml.ts")).setYamlTexts),
    catalogScreen: once(async () => {
      const { nativeLibrary } = await import("./kernel/files/native-library.ts");
      // OpenTUI opens its library when it is imported, and finds it by this variable alone.
      process.env["OTUI_ASSET_ROOT"] = (await nativeLibrary("opentui", paths)).root;
      return (await import("./tui/run-tui.ts")).runTui;
    }),
    elsewhere: depsFor,
    async close() {
      for (const edge of opened.splice(0)) edge.close();
    },
    closeAtExit() {
      for (const edge of opened.splice(0)) edge.closeAtExit();
    },
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
