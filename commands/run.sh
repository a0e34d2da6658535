#!/bin/sh
# What the slash commands call:  run.sh COMMAND
#
# The command's arguments and project are not here: no text that a person or a repository chose may become shell. The hook
# `masque hook expand` kept them, and `masque slash COMMAND` takes them.
#
# Claude Code merges standard error into what the model reads, and drops a command that fails without a word to anyone.
# So a success writes nothing to standard error, a failure's message goes to standard output, and the status is 0.

# A project's settings can set the environment of this script. These variables would run code inside masque before its
# first line. LD_PRELOAD and its kind are not here: what they name already runs inside this shell.
unset BUN_OPTIONS BUN_BE_BUN BUN_INSPECT BUN_INSPECT_PRELOAD BUN_INSPECT_CONNECT_TO BUN_INSPECT_NOTIFY

# `masque setup claude` writes the path of the program here.
recorded=
if [ -f "$recorded" ] && [ -x "$recorded" ]; then
  masque=$recorded
elif ! masque=$(command -v masque); then
  cat <<'TEXT'
The program "masque" was not found, so nothing was done. Install it as masque's README says: put the binary on the PATH
that Claude Code was started with, such as at ~/.local/bin/masque. Then give the command again.
TEXT
  exit 0
fi

# Standard output goes straight through; standard error is kept until it is known whether it matters.
{ trouble=$("$masque" slash "$@" </dev/null 2>&1 >&3 3>&-) || printf '%s' "${trouble:+$trouble
}" >&3; } 3>&1
exit 0
