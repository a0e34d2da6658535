#!/bin/sh
# The slash commands call this script:  run.sh COMMAND
#
# The script gets neither the arguments nor the project: text that a person or a repository chose must never become shell.
# The hook `masque hook expand` keeps them in a file, and `masque slash COMMAND` takes them from there.
#
# Claude Code merges standard error into what the model reads, and drops a command that fails without telling anyone.
# So a success writes nothing to standard error, a failure's message goes to standard output, and the status is 0.

# A project's settings can set the environment of this script. These variables would run code inside masque before its
# first line. LD_PRELOAD and similar variables are not listed: what they name already runs inside this shell.
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

# Standard output goes straight through. Standard error is printed only when masque fails.
{ trouble=$("$masque" slash "$@" </dev/null 2>&1 >&3 3>&-) || printf '%s' "${trouble:+$trouble
}" >&3; } 3>&1
exit 0
