import { readFileSync, statSync } from "node:fs";
import { errnoOf } from "../errors.ts";
import { LIMITS } from "../limits.ts";

const GROUPS = "/etc/group";

/** The user: the ids of the process, and the user's name where the system has one. */
export type GroupMember = {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly name: string | undefined;
};

/**
 * Whether a group has no member but the user. Systems that give each user such a group make folders writable for that group (umask
 * 002). The group has the user's id or name, and no other member.
 */
export function isPrivateGroup(gid: number, me: GroupMember, list = readGroups()): boolean {
  if (gid !== me.gid) return false;
  const line = list.split("\n").find((one) => one.split(":")[2] === String(gid));
  if (line === undefined) return gid === me.uid;
  const [group, , , members = ""] = line.split(":");
  const isAlone = members.split(",").every((member) => member === "" || member === me.name);
  return isAlone && (gid === me.uid || (me.name !== undefined && group === me.name));
}

function readGroups(): string {
  try {
    return statSync(GROUPS).size <= LIMITS.groupListBytesMax ? readFileSync(GROUPS, "utf8") : "";
  } catch (error) {
    if (errnoOf(error) !== undefined) return "";
    throw error;
  }
}
