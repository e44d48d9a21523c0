"""The text of the launcher: a shell script that runs a hook with its installation's interpreter, or else with any."""

import json
import os
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from rlm_core.errors import worded
from rlm_core.language.french.hooks import FRENCH
from rlm_core.language.notices import typeset

NAME = "launch"
FOUND = "stand-in"
"""The file beside the launcher that holds the Python which ran the spare copy last, or `none`: then only the start of a
session asks them all again.
"""
STAND_IN = "RLM_STANDIN"
"""Set for a hook that the spare copy runs: `python:PATH` when that interpreter has gone, `package:PATH` when it no
longer has the package.
"""

PYTHONS = (
    *("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"),
    *("/opt/homebrew/bin/python3", "/usr/local/bin/python3", "/usr/bin/python3"),
)
"""Where a stand-in is looked for, after the interpreters of this user's other installations."""

NOTHING = worded(
    "rlm: this session is NOT being archived: neither the Python that rlm was installed with nor another one (3.10 or "
    "newer) can run its hooks. Install Python and rlm anew, then run `rlm install`; `rlm doctor` tells more."
)

# `exec` in the ordinary case: no process waits, and the client stays the hook's parent. A package of which a part is
# missing brings the launcher back with an unknown key, which means the spare copy.
TEMPLATE = """\
#!/bin/sh
# Runs a hook of rlm (RLM for Claude Code):  launch EVENT SCOPE KEY
# `rlm install` writes this file, `rlm uninstall` removes it. It exits 0: status 2 would block Claude Code.
[ -z "${RLM_DEPTH+x}" ] || exit 0
python= package=
case $3 in
@CASES@
esac
if [ -x "$python" ] && [ -f "$package/rlm_core/hook.py" ]; then
  exec "$python" -I -S -X utf8 -c 'import sys
sys.path.insert(0,sys.argv[1])
try:
 from rlm_core.hook import main
except ImportError:
 import os
 os.execv("/bin/sh",["sh",sys.argv[2],*sys.argv[3:5],"spare",sys.executable])
main(sys.argv[3:])' "$package" "$0" "$1" "$2"
fi
gone=python:$python
[ ! -x "$python" ] || gone=package:$python
[ "$3" != spare ] || gone=package:$4
spare=${0%/*}/lib/@SPARE@ note=${0%/*}/@FOUND@ known=
[ ! -f "$note" ] || read -r known <"$note"
if [ -f "$spare/rlm_core/hook.py" ] && { [ "$known" != none ] || [ "$1" = session-start ]; }; then
  last=$known
  [ "$known" != none ] || known=
  for name in "$known" "$python" @PYTHONS@; do
    found=$(command -v "$name") || continue
    RLM_STANDIN=$gone "$found" -I -S -X utf8 -c 'import sys
if sys.version_info < (3, 10): sys.exit(9)
sys.path.insert(0,sys.argv[1])
try:
 from rlm_core.hook import main
except ImportError:
 sys.exit(9)
if sys.executable and sys.argv[3]!=sys.executable:
 import os
 try:
  with open(os.open(sys.argv[2],os.O_WRONLY|os.O_CREAT|os.O_TRUNC,0o600),"w") as f: f.write(sys.executable+"\\n")
 except (OSError,ValueError):
  pass
main(sys.argv[4:])' "$spare" "$note" "$last" "$1" "$2" 2>/dev/null && exit 0
  done
  [ "$last" = none ] || (umask 077; printf 'none\\n' >"$note") 2>/dev/null
fi
[ "$1" = session-start ] || exit 0
case ${LC_ALL:-${LC_MESSAGES:-$LANG}} in
fr*) printf '%s\\n' '@RIEN@' ;;
*) printf '%s\\n' '@NOTHING@' ;;
esac
exit 0
"""


def can_run(own: Path) -> bool:
    """Whether a script in this directory, which need not be there yet, can be a hook's command."""
    if os.name == "nt":
        return False
    there = next(path for path in (own, *own.parents) if path.is_dir())
    return not os.statvfs(there).f_flag & getattr(os, "ST_NOEXEC", 0)


def script(installs: Mapping[str, tuple[str, str]], spare: str) -> bytes:
    """The launcher's text.

    installs: key -> (interpreter, directory of the package), the newest installation first. spare: the name of the copy
    below `lib/`, "" without one.
    """
    cases = "\n".join(
        f"{key}) python={shlex.quote(python)} package={shlex.quote(package)} ;;"
        for key, (python, package) in installs.items()
    )
    parts = {
        "@CASES@": cases or "*) ;;",
        "@PYTHONS@": " ".join(shlex.quote(name) for name in _candidates(python for python, _ in installs.values())),
        "@SPARE@": spare or "none",
        "@FOUND@": FOUND,
        "@NOTHING@": _told(NOTHING),
        "@RIEN@": _told(typeset(FRENCH[NOTHING])),
    }
    text = TEMPLATE
    for name, value in parts.items():
        text = text.replace(name, value)
    return os.fsencode(text)


def _told(text: str) -> str:
    """What Claude Code shows the user, as it stands between a shell's single quotes."""
    return json.dumps({"systemMessage": text}).replace("'", "\\u0027")


def _candidates(others: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*others, *PYTHONS]))
