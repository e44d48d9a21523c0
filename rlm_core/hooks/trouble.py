"""What a session's user is told when its history is not kept, or not reached, as it should be: what and how to mend it.

All of it is found by a small read and a stat, at a session's start.
"""

from __future__ import annotations

import os

from rlm_core.disk import read
from rlm_core.errors import phrase, worded
from rlm_core.home import config_dir
from rlm_core.ownership import is_installers_own
from rlm_core.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.hooks.call import Hook

STAND_IN = "RLM_STANDIN"  # as in events
PACKAGE = "rlm-recall"
SKILL = b"skills/recall/SKILL.md"
FLAGS = {"local": "", "shared": " --shared", "user": " --user"}


def record(hook: Hook) -> bytes:
    """The record of the installation that runs this hook; b"" when there is none that this user's install wrote, as in
    a clone of a team's.
    """
    if hook.scope not in FLAGS or not is_installers_own(hook.root, hook.scope):
        return b""
    try:
        return read(os.path.join(_home(hook), "rlm", "install", f"manifest-{hook.scope}.json")) or b""
    except OSError:
        return b""


def _home(hook: Hook) -> str:
    """Where the scope's skills and its record lie."""
    return config_dir() if hook.scope == "user" else os.path.join(hook.project, ".claude")


def troubles(hook: Hook, recorded: bytes) -> list[str]:
    """Sentences for the user of a session that begins; none when all is well. A compaction is no beginning.

    recorded: what `record` gives.
    """
    if hook.text("source") == "compact":
        return []
    stand_in = stood_in(hook.scope)
    if stand_in:
        stood_in_for(hook)  # so that no later hook of this session says it again
    return [said for said in (stand_in, _no_skills(hook, recorded), _ignored(hook)) if said]


def _ignored(hook: Hook) -> str:
    """Which settings the project's file asks for in vain; "" for none."""
    ignored = hook.config.ignored
    if not ignored:
        return ""
    file = os.path.join(hook.project, ".claude", "rlm.yaml")
    return worded(
        "rlm: ignored in {file}, since a repository's file may only tighten your own settings: "
        "{ignored}. If you trust this file, run `rlm trust` in a terminal.",
        file=file,
        ignored=", ".join(ignored),
    )


def switched_off(hook: Hook) -> str:
    """For the user of all projects' hooks: that a repository's file has nothing archived; "" when it is the user."""
    if hook.event != "SessionStart" or hook.text("source") == "compact" or hook.scope not in ("user", "plugin"):
        return ""
    from rlm_core.config import is_silenced

    if not is_silenced(hook.project):
        return ""
    file = os.path.join(hook.project, ".claude", "rlm.yaml")
    return worded(
        "rlm: nothing of this session is archived: {file} says `enabled: false`. `rlm trust` accepts it silently.",
        file=file,
    )


def stood_in_for(hook: Hook) -> str:
    """The same as `stood_in` for the first hook of a session that asks, "" for all others."""
    from rlm_core.hooks.notes import told_first_time

    said = stood_in(hook.scope)
    session = hook.source.session if hook.source else ""
    return said if said and told_first_time(f"{session} {said}") else ""


def stood_in(scope: str) -> str:
    """What has gone when the spare copy runs this hook; "" when it does not."""
    what, _, python = os.environ.get(STAND_IN, "").partition(":")
    if not what:
        return ""
    install = f"rlm install{FLAGS.get(scope, '')}"
    if what == "package":
        gone = worded("the package is gone from {python}", python=python)
        mend = worded(
            "`{python} -m pip install {package}`, then `{install}`", python=python, package=PACKAGE, install=install
        )
    else:
        gone = worded(
            "the Python it was installed with is gone ({python})", python=python or phrase("nobody knows which")
        )
        mend = worded(
            "`pip install {package}` (or pipx, or uv) with another one, then `{install}`",
            package=PACKAGE,
            install=install,
        )
    return worded(
        "rlm: {gone}. A spare copy goes on archiving this session, but /recall and the other commands "
        "do not work. To mend that: {mend}.",
        gone=gone,
        mend=mend,
    )


def _no_skills(hook: Hook, recorded: bytes) -> str:
    """That /recall was installed with the hooks and is not there, as after `git clean`; "" when it is."""
    if SKILL not in recorded or os.path.exists(os.path.join(_home(hook), os.fsdecode(SKILL))):
        return ""
    skills = os.path.join(_home(hook), "skills")
    return worded(
        "rlm: this session is archived, but /recall is missing from {skills}, where it was installed: "
        "run `rlm install{flags}` to have the skills back.",
        skills=skills,
        flags=FLAGS[hook.scope],
    )


def is_outdated(hook: Hook, recorded: bytes) -> bool:
    """Whether the installation that runs this hook was made by another version, so that its skills are to be renewed.

    A team's are files of its repository: they change by command alone. recorded: what `record` gives.
    """
    if not recorded or hook.scope == "shared" or os.environ.get(STAND_IN):
        return False
    return f'"version": "{VERSION}"'.encode() not in recorded
