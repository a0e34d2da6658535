#!/bin/sh
# What the slash commands call:  run.sh COMMAND [ARGUMENT...] [-]  with the person's words on standard input.
#
# The host merges standard error into what the model reads, and drops a command that fails without a word to anyone.
# So a success writes nothing to standard error, a failure's message goes to standard output, and the status is 0.
#
# A last argument of "-" hands the words to masque's standard input as they stand. Otherwise they become arguments: split
# at spaces, and never expanded, globbed or evaluated.
#
# A first line "project: FOLDER" names the host's project. The folder that this runs in does not: it follows every `cd` of
# the agent's own shell.

set -f
unset IFS

find_masque() {
  command -v masque && return
  for candidate in "${MASQUE_BIN:-}" "${HOME:-}/.local/bin/masque"; do
    [ -f "$candidate" ] && [ -x "$candidate" ] && printf '%s\n' "$candidate" && return
  done
  return 1
}

if ! masque=$(find_masque); then
  cat <<'TEXT'
The program "masque" was not found, so nothing was done. Install it as masque's README says: put the binary on the PATH
that Claude Code was started with, or at ~/.local/bin/masque, or name it in MASQUE_BIN. Then give the command again.
TEXT
  exit 0
fi

newline='
'
# The dot keeps newlines at the end, which a substitution drops.
input=$(cat && printf .)
input=${input%.}
case $input in
"project: "*)
  project=${input%%"$newline"*}
  project=${project#project: }
  input=${input#*"$newline"}
  if [ -d "$project" ]; then
    CLAUDE_PROJECT_DIR=$project
    export CLAUDE_PROJECT_DIR
  fi
  ;;
esac

last=
for last in "$@"; do :; done
if [ "$last" != - ]; then
  # shellcheck disable=SC2086 # splitting into words is the purpose; "set -f" keeps them from being globbed
  set -- "$@" $input
  input=
fi

# Standard output goes straight through; standard error is kept until it is known whether it matters.
{ trouble=$(printf %s "$input" 2>/dev/null | "$masque" "$@" 2>&1 >&3 3>&-) || printf '%s' "${trouble:+$trouble$newline}" >&3; } 3>&1
exit 0
