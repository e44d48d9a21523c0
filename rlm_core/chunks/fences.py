"""The code fences around tool calls and results: longer than any fence inside, and named after what stands in them."""

from __future__ import annotations

from rlm_core.redaction.clean import EMPTY, literal
from rlm_core.transcript.calls import DIFFS, SHELLS
from rlm_core.transcript.entry import CALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rlm_core.chunks.sanitize import CleanPart
    from rlm_core.redaction.clean import CleanText

_DIFF, _JSON, _SHELL = literal("diff"), literal("json"), literal("console")
READ, WRITE = "Read", "Write"  # whose text is that of a file
# A language, and the suffixes of its files.
_NAMES = literal("""\
c c h;cpp cc cpp cxx hpp;csharp cs;css css scss less;dart dart;diff diff patch;elixir ex exs;go go;haskell hs
html html htm vue svelte;java java;javascript js jsx mjs cjs;json json jsonl ipynb;kotlin kt kts;lua lua
markdown md mdx;php php;python py pyi;r r;ruby rb;rust rs;scala scala;sh sh bash zsh;sql sql;swift swift
toml toml;typescript ts tsx mts cts;xml xml svg;yaml yaml yml""")
_languages: dict[str, CleanText] = {}  # suffix -> language, made when first asked for


def fence_for(text: str) -> CleanText:
    """A fence of backticks longer than any run of them in the text."""
    fence = literal("```")
    while fence in text:
        fence += literal("`")
    return fence


def language_of_file(paths: Sequence[str]) -> CleanText:
    """What the first of these files is written in, by its suffix; "" when that is not known."""
    if not _languages:
        for line in _NAMES.replace("\n", literal(";")).split(";"):
            name, *suffixes = line.split()
            _languages.update(dict.fromkeys(suffixes, name))
    suffix = paths[0].rpartition(".")[2].lower() if paths else ""
    return _languages.get(suffix, EMPTY)


def language_of(part: CleanPart, languages: Mapping[CleanText, CleanText]) -> CleanText:
    """What a call's or a result's text is written in, as the call or the text itself tells; "" for plain text.

    languages: call id -> language of the file that was read.
    """
    text = part.text
    if part.kind == CALL:
        if part.name in SHELLS:
            return _SHELL
        if part.name in DIFFS:
            return _DIFF
        return language_of_file(part.files) if part.name == WRITE else EMPTY
    if text.startswith(("diff --git ", "--- a/")):
        return _DIFF
    if text.startswith(("{", "[{", "[\n")) and text.rstrip().endswith(("}", "]")):
        return _JSON
    return languages.get(part.call_id, EMPTY)
