#!/bin/sh
# Runs one of the plugin's hooks:  run.sh EVENT
# Finds a Python 3.10 or newer once and remembers it, so that later calls start a single interpreter.
# Says nothing and exits 0 whatever happens, but for one message at a session's start when there is no Python.

event=$1
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 0
kept=${CLAUDE_PLUGIN_DATA:+$CLAUDE_PLUGIN_DATA/python}
python=
if [ -n "$kept" ] && [ -r "$kept" ]; then
  IFS= read -r python <"$kept"
fi

if [ -z "$python" ] || [ ! -x "$python" ]; then
  python=
  for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do
    found=$(command -v "$name") || continue
    # Prints the interpreter's own path; the Windows Store's stub and an old Python print nothing.
    python=$("$found" -I -S -c 'import sys
if sys.version_info >= (3, 10): print(sys.executable)' 2>/dev/null) || python=
    [ -n "$python" ] && break
  done
  if [ -n "$python" ] && [ -n "$kept" ]; then
    mkdir -p "$CLAUDE_PLUGIN_DATA" 2>/dev/null && printf '%s\n' "$python" 2>/dev/null >"$kept.$$" && mv -f "$kept.$$" "$kept" 2>/dev/null
  fi
fi

if [ -z "$python" ]; then
  if [ "$event" = session-start ]; then
    printf '%s\n' '{"systemMessage": "rlm: no Python 3.10 or newer found on PATH, so this session is not being archived. Install one and start a new session; Claude Code itself is not affected."}'
  fi
  exit 0
fi

"$python" -I -S -X utf8 -c 'import sys
sys.path.insert(0, sys.argv[1])
try:
    from rlm_core.hook import main
except ImportError:
    sys.exit(0)
main(sys.argv[2:])' "$root" "$event" plugin
exit 0
