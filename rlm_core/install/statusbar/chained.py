"""The `statusLine` that we write: a command for the shell that runs ours, and hands it the user's own to run first.

    RLM_STATUSLINE='~/.claude/mine.sh --short' /home/jo/.claude/rlm/launch status-line local 1a2b3c4d

All that it takes to give the user's command back stands in the line itself; how it was written stands in the manifest.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

from rlm_core.errors import InstallError
from rlm_core.hooks.precedence import LAUNCHER
from rlm_core.hooks.statusline import INNER
from rlm_core.install import jsontext, settings
from rlm_core.install.machine import Environment
from rlm_core.install.scopes import Scope, scopes
from rlm_core.install.settings import Settings
from rlm_core.launcher import shell, table

KEY = "statusLine"
WORD = "status-line"


@dataclass(frozen=True)
class StatusBar:
    """former: the literal value of `statusLine` before ours in the same file; None: there was none."""

    former: str | None


def is_ours(value: object) -> bool:
    """Whether a value of `statusLine` runs ours."""
    words = _words(value)
    return len(words) == 4 and words[0].endswith(LAUNCHER) and words[1] == WORD


def inner_of(value: object) -> str:
    """The user's command in one of ours, or the command of any other; "" for none."""
    if not isinstance(value, dict) or not isinstance(value.get("command"), str):
        return ""
    if not is_ours(value):
        return str(value["command"])
    first = shlex.split(value["command"])[0]
    return first.partition("=")[2] if first.startswith(f"{INNER}=") else ""


def _words(value: object) -> list[str]:
    """The words of a status line's command without the variable before them; [] for what is no such command."""
    command = value.get("command") if isinstance(value, dict) and value.get("type") == "command" else None
    try:
        words = shlex.split(command) if isinstance(command, str) else []
    except ValueError:
        return []
    return words[1:] if words and words[0].startswith(f"{INNER}=") else words


def with_ours(text: str, current: Settings, scope: Scope, project: Path, env: Environment, *, asked: bool) -> str:
    """The settings' text with ours in it, where it was asked for or stands there already.

    Raises InstallError where it cannot be: in a team's settings, and where no launcher runs.
    """
    value = current.doc.get(KEY)
    if not is_ours(value) and not asked:
        return text
    if scope.name == "shared":
        raise InstallError("the status line is yours, not the team's: use --statusline without --shared")
    if not shell.can_run(env.own):
        raise InstallError("the status line needs a launcher, which this system cannot run")
    former = value if KEY in current.doc else _effective(project, scope, env)
    wanted = _ours(former, scope, env)
    return text if wanted == value else _put(text, jsontext.render(wanted, current.layout), current)


def _ours(former: object, scope: Scope, env: Environment) -> dict[str, object]:
    """Ours around a former value, whose other fields it keeps."""
    words = [str(env.own / shell.NAME), WORD, scope.name, table.key_of(env.executable, str(env.package_dir))]
    command = " ".join(map(shlex.quote, words))
    if inner := inner_of(former):
        command = f"{INNER}={shlex.quote(inner)} {command}"
    kept = former if isinstance(former, dict) else {}
    return {**kept, "type": "command", "command": command}


def _effective(project: Path, scope: Scope, env: Environment) -> object:
    """The status line that weaker settings give, which a new one here would hide."""
    order = [each for each in scopes(project, env) if each.name in ("shared", "user")]
    for each in order if scope.name == "local" else ():
        try:
            doc = settings.read(each.settings).doc
        except InstallError:
            continue
        if KEY in doc:
            return doc[KEY]
    return None


def record(current: Settings, known: StatusBar | None, *, asked: bool) -> StatusBar | None:
    """What the manifest has to say of `statusLine`."""
    if is_ours(current.doc.get(KEY)) or not asked:
        return known
    return StatusBar(jsontext.value_text(current.text, (KEY,)) if KEY in current.doc else None)


def without_ours(text: str, current: Settings, known: StatusBar | None) -> str:
    """The settings' text without ours: what stood there before, by the record or else by the line itself."""
    value = current.doc.get(KEY)
    if not is_ours(value):
        return text
    if known is not None:
        return _put(text, known.former, current) if known.former is not None else jsontext.remove(text, (KEY,))
    inner = inner_of(value)
    if not inner or not isinstance(value, dict):
        return jsontext.remove(text, (KEY,))
    return _put(text, jsontext.render({**value, "command": inner}, current.layout), current)


def _put(text: str, raw: str, current: Settings) -> str:
    doc = jsontext.decode(text)
    if isinstance(doc, dict) and KEY in doc:
        return jsontext.put(text, (KEY,), raw)
    return jsontext.append(text, (), KEY, raw, current.layout)
