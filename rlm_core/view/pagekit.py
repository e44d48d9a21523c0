"""Templates into pages: escaping is always on, and each page has a password of its own for its scripts and styles.

A page may run a script only if that bears the number (the nonce) that was drawn when the page was written. An archived
text is older than that. This holds for pages opened from a disk, where an origin means nothing, too.
"""

from __future__ import annotations

import json
import secrets
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rlm_core.digest import hexdigest
from rlm_core.language.notices import typeset
from rlm_core.redaction.clean import written_before
from rlm_core.version import VERSION
from rlm_core.view import markup
from rlm_core.view.pagewords import SCRIPT, for_templates, language, number

if TYPE_CHECKING:
    from typing import Any

    from rlm_core.redaction.clean import CleanBytes

_MAKERS = (".py", ".html", ".js", ".css")
POLICY = (
    "default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; img-src data:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types rlm"
)


def page(template: str, **values: Any) -> CleanBytes:
    """A page's bytes. Its texts come out of the archive, where they were clean when they were written."""
    nonce = secrets.token_urlsafe(18)
    found = _environment(language()).get_template(template)
    made = found.render(nonce=nonce, policy=POLICY.format(nonce), version=VERSION, **values)
    return written_before(made).encode("utf-8", "replace")


def asset(name: str) -> str:
    """A file of ours that pages use: `app.js`, `style.css`."""
    return files("rlm_core.view").joinpath("assets").joinpath(name).read_text(encoding="utf-8")


def script(call: str, *values: Any) -> CleanBytes:
    """A file that pages load as a script: one call of a function of `app.js` with values that are data alone."""
    return written_before(f"{call}({','.join(map(_data, values))});\n").encode("utf-8", "replace")


def _data(value: Any) -> str:
    """JSON that is also JavaScript, and could stand inside of HTML."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


@lru_cache(maxsize=1)
def makers() -> str:
    """A hash of all that makes pages: those that another version has made are made anew."""
    seen = []
    for folder in ("", "templates", "assets"):
        top = files("rlm_core.view").joinpath(folder) if folder else files("rlm_core.view")
        seen += [f.read_bytes() for f in sorted(top.iterdir(), key=lambda f: f.name) if f.name.endswith(_MAKERS)]
    return hexdigest(b"\0".join(seen), 16)


@lru_cache(maxsize=2)
def _environment(lang: str) -> Environment:
    made = Environment(
        loader=PackageLoader("rlm_core.view"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"shown": markup.shown, "cited": markup.cited, "minute": minute, "clock": clock, "number": number}
    made.globals |= {"lang": lang, **for_templates(lang)}
    made.globals["script_words"] = (
        json.dumps({word: typeset(text) for word, text in SCRIPT.items()}, ensure_ascii=False) if lang == "fr" else ""
    )
    made.filters["source"] = Markup  # of a file of ours, in a page that has it inside
    return made


def minute(time: str) -> str:
    """2026-11-22T10:00:03.123Z as 2026-11-22 10:00."""
    return time[:16].replace("T", " ")


def clock(time: str) -> str:
    """Only the time of day."""
    return time[11:16]
