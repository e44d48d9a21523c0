"""`rlm view`: the archive as pages, written and opened."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rlm_core.archive.store import open_archive
from rlm_core.cli.consent.inside import in_session
from rlm_core.cli.output import remark, say, say_json, say_unread, size, unread_json
from rlm_core.documents.brought import VIEW, line_for
from rlm_core.errors import RlmError, worded
from rlm_core.language.notices import here, notice, numbered, several
from rlm_core.language.quoting import visible

if TYPE_CHECKING:
    from argparse import Namespace

PACKAGES = dict(zip(("jinja2", "markdown_it", "pygments"), VIEW, strict=True))
STEP = 50  # sessions between two lines that tell how far it is


def need_packages(command: str) -> None:
    """Raise RlmError when what pages are made with is not installed."""
    missing = [name for module, name in PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise RlmError(
            worded(
                "{command} needs {missing}; `{line}` brings it",
                command=command,
                missing=", ".join(missing),
                line=line_for(VIEW),
            )
        )


def view(args: Namespace) -> int:
    """Write the pages that have changed and open the first; exit 1 when the session that was named is not there."""
    need_packages("rlm view")
    from rlm_core.view.site import build

    archive = open_archive(args.project)
    site = build(archive, _progress if sys.stderr.isatty() else lambda n, of: None)
    path = site.page_of(args.session) if args.session else site.path
    if args.json:
        say_json(
            {
                "path": path or site.path,
                "pages": site.pages,
                "bytes": site.bytes,
                "sessions": site.sessions,
                "written": site.written,
                **({"trouble": site.trouble} if site.trouble else {}),
            }
            | unread_json(archive)
        )
    else:
        say(visible(path or site.path))
        anew = notice("{sessions} made anew", sessions=several(site.written, "session"))
        said = {"pages": several(site.pages, "page"), "sessions": several(site.sessions, "session")}
        said |= {"size": size(site.bytes), "made": anew if site.written else notice("nothing had changed")}
        say(notice("{pages} of {sessions}, {size}; {made}", **said))
    for trouble in site.trouble:
        remark("the pages lack questions: {why}", why=visible(here(trouble)))
    say_unread(archive)
    if not path:
        remark("no single session begins with {name}; `rlm list` shows them", name=visible(args.session))
        return 1
    if not (args.no_open or args.json or in_session()) and sys.stdout.isatty():
        _open(path)
    return 0


def _open(path: str) -> None:
    import webbrowser

    if not webbrowser.open(Path(path).as_uri()):
        remark("no browser could be opened; open the file above in one")


def _progress(n: int, of: int) -> None:
    if n % STEP == 0 and of > STEP:
        remark("{n} of {sessions}", n=numbered(n), sessions=several(of, "session"))
