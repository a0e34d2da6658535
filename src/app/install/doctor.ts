import { loginPlaceOf } from "../../audience/login/login-manager.ts";
import { audienceStatus } from "../../audience/process/status.ts";
import type { ConfigPlace } from "../../kernel/config/config.ts";
import { MasqueError } from "../../kernel/errors.ts";
import type { World } from "../../kernel/world.ts";
import type { ProbeSerializer } from "../../telemetry/probe.ts";
import { standardAddress } from "../audience/receiver-endpoint.ts";
import type { Edges } from "../edges.ts";
import { type Config, defaultConfig, readSettings } from "../settings.ts";
import { projectsFolder } from "../wear/show-verbs.ts";
import { type Check, type Finding, look } from "./doctor/check.ts";
import { configCheck } from "./doctor/check-config.ts";
import { environmentCheck } from "./doctor/check-environment.ts";
import { folderChecks } from "./doctor/check-folders.ts";
import { hostChecks, sendsHere } from "./doctor/check-host.ts";
import { libraryChecks } from "./doctor/check-libraries.ts";
import { loginCheck } from "./doctor/check-login.ts";
import { programCheck } from "./doctor/check-program.ts";
import { receiverCheck } from "./doctor/check-receiver.ts";
import { goneProjectsCheck, sessionCheck } from "./doctor/check-session.ts";
import { transportChecks } from "./doctor/check-transports.ts";

/**
 * `masque doctor`: looks at everything that must be right so that masques can be worn and sessions scored. Each check
 * is independent of the others. The only changes are one record for each transport, and the libraries, which are unpacked as
 * the first command that needs them would unpack them.
 */

/** What a doctor needs of the world. */
export type DoctorWorld = World &
  Pick<Edges, "judge" | "host"> & {
    readonly yamlReader: ConfigPlace["yaml"];
    readonly probeSerializer: () => Promise<ProbeSerializer>;
  };

/** One thing that was looked at, and what was found. */
export type Examined = Finding & { readonly name: string };

/** Called as each check begins and ends, for a person who waits. */
export type OnExamined = { looking(name: string): void; found(examined: Examined): void };

/** Looks at everything, in order. */
export async function doctor(world: DoctorWorld, tell: OnExamined): Promise<readonly Examined[]> {
  const examined: Examined[] = [];
  for (const check of await checksFor(world)) {
    tell.looking(check.name);
    const one = { name: check.name, ...(await look(check)) };
    tell.found(one);
    examined.push(one);
  }
  return examined;
}

async function checksFor(world: DoctorWorld): Promise<readonly Check[]> {
  const { env, paths, project, yamlReader } = world;
  const inspected = { ...world, inspection: await world.host.inspection() };
  const place: ConfigPlace = { env, project, paths, yaml: yamlReader };
  const config = await configOr(place);
  const status = await audienceStatus(paths);
  const { health } = status;
  const standard = standardAddress(config);
  return [
    programCheck(world),
    environmentCheck(world),
    ...folderChecks(paths),
    configCheck(place),
    ...hostChecks(inspected, health, standard),
    receiverCheck(status, () => sendsHere(inspected, standard)),
    ...(health ? transportChecks({ ...world, token: config["audience.token"] }, health) : []),
    loginCheck(loginPlaceOf(world)),
    ...libraryChecks(world),
    sessionCheck(paths.sessions, world.agentSession().id),
    goneProjectsCheck({ sessions: paths.sessions, projects: projectsFolder(world) }),
  ];
}

/** Settings that cannot be used have a check of their own; the other checks then take the defaults. */
async function configOr(place: ConfigPlace): Promise<Config> {
  try {
    return (await readSettings(place)).config;
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    return defaultConfig();
  }
}
