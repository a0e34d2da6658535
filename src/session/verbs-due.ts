import { isTerminalSession } from "../kernel/ids.ts";
import type { Digest } from "../kernel/text/digest.ts";
import { isOpen, type SessionState, type ShownIn } from "./state.ts";

/**
 * Which projects' settings have to follow a session's state. The state names them before the settings are edited. So after
 * a crash the next command knows which settings may show the verbs of a masque that is off.
 */

/** The project and masque whose verbs this session asks for, or `null` for none. A terminal has no spinner. */
export function verbsAsked({ session, worn }: SessionState): (ShownIn & { readonly digest: Digest }) | null {
  return worn?.hasVerbs && isOpen(worn) && !isTerminalSession(session)
    ? { project: worn.project, digest: worn.digest }
    : null;
}

/** The state, with each project marked as due whose settings do not show yet what the session asks for. */
export function withVerbsDue(state: SessionState): SessionState {
  const asked = verbsAsked(state);
  const marked = state.verbs.map((shown) => (isAsked(shown, asked) ? shown : { project: shown.project, digest: null }));
  const isKnown = asked === null || marked.some(({ project }) => project === asked.project);
  const verbs = isKnown ? marked : [...marked, { project: asked.project, digest: null }];
  return Bun.deepEquals(verbs, state.verbs) ? state : { ...state, verbs };
}

/** The projects whose settings are due. */
export function projectsDue({ verbs }: SessionState): readonly string[] {
  return verbs.filter(({ digest }) => digest === null).map(({ project }) => project);
}

/** The state once a project's settings show what the session asks for. */
export function withVerbsShown(state: SessionState, project: string): SessionState {
  const asked = verbsAsked(state);
  const others = state.verbs.filter((shown) => shown.project !== project);
  return { ...state, verbs: asked?.project === project ? [...others, asked] : others };
}

function isAsked(shown: ShownIn, asked: ShownIn | null): boolean {
  return shown.project === asked?.project && shown.digest === asked.digest;
}
