"""The hook handlers we write, and how we know them again."""

from collections.abc import Iterator

from rlm_core.hooks.precedence import is_ours
from rlm_core.install.machine import Environment
from rlm_core.install.scopes import ScopeName
from rlm_core.launcher import shell, table

BOOT = (
    "import sys\n"
    "sys.path.insert(0,sys.argv[1])\n"
    "try:\n"
    " from rlm_core.hook import main\n"
    "except ImportError:\n"
    " sys.exit(0)\n"
    "main(sys.argv[2:])"
)
"""For `python -c`: a missing script would exit 2, which blocks the user; a missing package stays silent. The form of
0.3.0 and 0.4.0; still that of Windows and of a home from which nothing may be executed.
"""

EVENTS: dict[str, tuple[str, int]] = {
    "SessionStart": ("session-start", 10),
    "UserPromptSubmit": ("user-prompt-submit", 5),
    "Stop": ("stop", 20),
    "StopFailure": ("stop-failure", 20),
    "SubagentStop": ("subagent-stop", 20),
    "PreCompact": ("pre-compact", 30),
    "PostCompact": ("post-compact", 20),
    "SessionEnd": ("session-end", 20),
}
"""Claude Code's event -> (our word for it, timeout in seconds)."""

MISSING = (
    """! grep -qE '"source": ?"(startup|resume)"' || """
    """grep -qsE 'rlm_core|/rlm/launch|rlm@' "$CLAUDE_PROJECT_DIR/.claude/settings.local.json" """
    """"${CLAUDE_CONFIG_DIR:-$HOME/.claude}/settings.json" || """
    """echo '{"systemMessage":"rlm: this project keeps its Claude Code history with rlm, which does not run here: """
    """your sessions are not archived. `pip install rlm-recall` on this machine changes that."}'"""
)
"""For the shell of a teammate without rlm, who is told at the start of a session and not again after a compaction; who
has another installation that does not need `rlm` on PATH is told nothing.
"""

Position = tuple[str, int, int]
"""(event, index of the matcher group, index of the handler in it)."""


def handler(event: str, scope: ScopeName, env: Environment) -> dict[str, object]:
    """The handler for `event`: for scope shared a shell command that runs on any machine, else this user's launcher."""
    word, timeout = EVENTS[event]
    if scope == "shared":
        otherwise = MISSING if event == "SessionStart" else "exit 0"
        return {"type": "command", "command": f"rlm hook {word} shared || {otherwise}", "timeout": timeout}
    if not shell.can_run(env.own):
        return direct(event, scope, env)
    key = table.key_of(env.executable, str(env.package_dir))
    return {"type": "command", "command": str(env.own / shell.NAME), "args": [word, scope, key], "timeout": timeout}


def direct(event: str, scope: ScopeName, env: Environment) -> dict[str, object]:
    """A handler that starts this machine's interpreter itself."""
    word, timeout = EVENTS[event]
    args = ["-I", "-S", "-X", "utf8", "-c", BOOT, str(env.package_dir), word, scope]
    return {"type": "command", "command": env.executable, "args": args, "timeout": timeout}


def handlers(scope: ScopeName, env: Environment) -> dict[str, dict[str, object]]:
    """Event -> handler, for every event we listen to."""
    return {event: handler(event, scope, env) for event in EVENTS}


def positions(hooks: object) -> Iterator[tuple[Position, dict[str, object]]]:
    """Our handlers in the `hooks` value of a settings file, in order. What is no list of handlers is passed over."""
    if not isinstance(hooks, dict):
        return
    for event, groups in hooks.items():
        for g, group in enumerate(groups if isinstance(groups, list) else []):
            listed = group.get("hooks") if isinstance(group, dict) else None
            for h, found in enumerate(listed if isinstance(listed, list) else []):
                if is_ours(found):
                    yield (event, g, h), found
