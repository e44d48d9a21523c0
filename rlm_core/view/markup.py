"""Archived text as HTML that can do nothing: prose, code with colours, diffs, citations that lead somewhere.

Whoever wrote the text may have meant it for a browser. So everything is escaped by one function, Markdown has no HTML
of its own and no pictures, links lead to the web, to mail or to a place in these pages, and characters that turn the
direction of writing become visible.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String
from pygments.util import ClassNotFound

from rlm_core.language.quoting import plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

MOST_PROSE = 60_000
"""Characters of a text that are read as Markdown; a longer one is shown as it stands."""
MOST_CODE = 12_000
"""Characters of a block that get colours; a longer one is shown without."""
CITATION = re.compile(r"\br[12]-[0-9a-f]{12}(?::\d{1,7})?\b")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HARMLESS = re.compile(r"(?:https?://|mailto:|#)[^\s]*", re.I)
_NUMBERED = re.compile(r"( *\d+)(?:→|\t)(.*)", re.S)
_ALIASES = {"console": "bash", "sh": "bash", "py": "python", "js": "javascript", "ts": "typescript", "yml": "yaml"}
_LANGUAGES = frozenset(
    """
    bash c cpp csharp css docker go graphql haskell html ini java javascript json jsx kotlin lua make php python ruby
    rust scala sql swift toml tsx typescript xml yaml zig
    """.split()  # noqa: SIM905
)
# The first that a token's type lies in names its class.
_CLASSES = (
    (Comment, "c"), (String, "s"), (Number, "n"), (Keyword, "k"), (Name.Function, "f"), (Name.Class, "f"),
    (Name.Tag, "k"), (Name.Attribute, "f"), (Name.Decorator, "d"), (Name.Builtin, "b"), (Name.Variable, "b"),
    (Operator.Word, "k"), (Generic, ""),
)  # fmt: skip


def shown(text: str) -> Markup:
    """Any text as HTML that shows it: escaped, without colours of a terminal, turning characters by their numbers."""
    return Markup(_escaped(_straight(text)))  # noqa: S704 - escaped


def _straight(text: str) -> str:
    if not text.isascii() and _TURNING.search(text):
        text = _TURNING.sub(lambda m: f"‹U+{ord(m[0]):04X}›", text)
    return plain(text)


def _escaped(text: str) -> str:
    """As `markupsafe.escape`, without its objects: a page has a hundred thousand pieces."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")


def cited(text: str) -> Markup:
    """The same, with links at citations."""
    made = _escaped(_straight(text))
    if "r1-" in made or "r2-" in made:
        # Hexadecimal digits alone, by the pattern. The script leads on to another page where the place is elsewhere.
        made = CITATION.sub(lambda m: f'<a class="cite" href="#{m[0]}">{m[0]}</a>', made)
    return Markup(made)  # noqa: S704 - escaped


def prose(text: str) -> Markup:
    """Markdown as HTML."""
    if len(text) > MOST_PROSE:
        return Markup('<div class="plain">{}</div>').format(cited(text))
    made: str = _markdown().render(_straight(text))
    return Markup(made)  # noqa: S704 - HTML is off, and the renderer escapes what it does not make


def blocks(text: str) -> list[Token]:
    """The blocks of a Markdown text as the parser sees them: `type`, `map` (their lines, counted from 0), `level`."""
    return _markdown().parse(text)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable("image")
    parser.validateLink = lambda url: bool(_HARMLESS.fullmatch(url))  # type: ignore[method-assign]
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _fence(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    words = tokens[at].info.split()
    return str(code(tokens[at].content, words[0].lower() if words else ""))


def _link_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    env["in_link"] = True
    url = _escaped(str(tokens[at].attrGet("href") or ""))
    return f'<a href="{url}" rel="noopener noreferrer nofollow" target="_blank">'


def _link_close(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    env["in_link"] = False
    return "</a>"


def _text(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    said = tokens[at].content
    return _escaped(said) if env.get("in_link") else cited(said)


def _code_inline(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    said = tokens[at].content
    return f"<code>{_escaped(said) if env.get('in_link') else cited(said)}</code>"


def _heading_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    # Headings of a text are none of the page's: whoever goes from heading to heading goes from prompt to prompt.
    return f'<p class="h {tokens[at].tag}">'


def _heading_close(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    return "</p>\n"


_RULES = {
    "fence": _fence, "code_block": _fence, "link_open": _link_open, "link_close": _link_close, "text": _text,
    "code_inline": _code_inline, "heading_open": _heading_open, "heading_close": _heading_close,
}  # fmt: skip


def code(text: str, language: str = "") -> Markup:
    """A block of code or of output. language: a fence's word; one that is not known has no colours."""
    text = text.removesuffix("\n")
    body = _diff(text) if language in ("diff", "patch") else _coloured(text, language)
    return Markup(f'<pre tabindex="0"><code>{body}</code></pre>')  # noqa: S704 - the body is escaped


def _diff(text: str) -> str:
    """Lines of a diff, each with its colour."""
    kinds = {"+": "ins", "-": "del", "@": "hunk"}
    lines = _escaped(_straight(text)).split("\n")
    return "\n".join(f'<span class="{kinds[c]}">{line}</span>' if (c := line[:1]) in kinds else line for line in lines)


def _coloured(text: str, language: str) -> str:
    language = _ALIASES.get(language, language)
    if language not in _LANGUAGES or len(text) > MOST_CODE:
        return cited(text) if language == "" else _escaped(_straight(text))
    lines = text.split("\n")
    split = [_NUMBERED.fullmatch(line) for line in lines]
    if sum(map(bool, split)) < 0.8 * len(lines):
        return "\n".join(_lines(text, language))
    # A file as it was read: the numbers before its lines are no part of the program.
    bare = [m[2] if m else line for m, line in zip(split, lines, strict=True)]
    numbers = [m[1].strip() if m else "" for m in split]
    coloured = _lines("\n".join(bare), language)
    return "\n".join(f'<span class="ln">{n:>5}</span> {line}' for n, line in zip(numbers, coloured, strict=True))


@lru_cache(maxsize=64)  # a file is read once more, a call is repeated; some megabytes at most
def _lines(text: str, language: str) -> list[str]:
    """The lines of a program, each by itself well-formed."""
    lines: list[list[str]] = [[]]
    for kind, value in _lexer(language).get_tokens(_straight(text)):
        name = _class_of(kind)
        first, *rest = _escaped(value).split("\n")
        for n, piece in enumerate((first, *rest)):
            if n:
                lines.append([])
            if piece:
                lines[-1].append(f'<i class="{name}">{piece}</i>' if name and not piece.isspace() else piece)
    return ["".join(line) for line in lines]


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return get_lexer_by_name("text", stripnl=False, ensurenl=False)


@lru_cache(maxsize=512)
def _class_of(kind: Any) -> str:
    return next((name for of, name in _CLASSES if kind in of), "")
