"""What a query's WHERE says that every row of a table must fulfil, so that others need not be loaded.

SQLite's virtual tables would tell it; Python's module has none. So the query's words are read here, with caution: only
a comparison of a column with fixed texts counts, that stands in a WHERE alone or between ANDs, of a SELECT that is the
only one to name the table. Everything else restricts nothing. SQLite checks every row once more in any case: a
restriction that is not seen costs time, and one that is seen leaves out only what the WHERE leaves out as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

COLUMNS = ("session", "agent", "chunk", "time", "day", "role", "kind", "tool")  # texts, never NULL
_WORDS = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?)
      | '(?P<text>(?:[^']|'')*)'
      | "(?P<quoted>(?:[^"]|"")*)" | \[(?P<square>[^\]]{0,200})\] | `(?P<ticked>(?:[^`]|``)*)`
      | (?P<name>[^\W\d]\w*) | (?P<number>\d[\w.]*) | (?P<sign><=|>=|<>|!=|==|\|\||->>|->|.)""",
    re.X | re.S,
)
_CLAUSES = frozenset(("group", "order", "limit", "having", "window", "union", "except", "intersect", "returning"))
_NO_ALIAS = _CLAUSES | frozenset(
    (
        "where",
        "on",
        "using",
        "join",
        "left",
        "right",
        "full",
        "inner",
        "outer",
        "cross",
        "natural",
        "as",
        "indexed",
        "not",
    )
)
_JOINED = frozenset(("join", "left", "right", "full", "inner", "outer", "cross"))
_SWAPPED = {"=": "=", "==": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NAMES = ("name", "quoted", "bracketed")


class SqlToken(NamedTuple):
    """A word of a query. kind: text, name, quoted, bracketed, number or sign. word: in small letters for names.

    quoted: what stands in double quotes. bracketed: a name in [brackets] or backticks.
    """

    kind: str
    word: str


class Restriction(NamedTuple):
    """What a row must fulfil: `column` compared by `sign` (`=`, `<`, `<=`, `>`, `>=`, `in`, `begins`) with texts."""

    column: str
    sign: str
    texts: tuple[str, ...]

    def is_met(self, value: object) -> bool:
        """By code points, as SQLite compares texts."""
        if not isinstance(value, str):
            return True
        text = self.texts[0]
        if self.sign == "begins":
            return value.lower().startswith(text.lower())  # LIKE does not tell capitals
        if self.sign in ("=", "in"):
            return value in self.texts
        less, same = value < text, value == text
        return {"<": less, "<=": less or same, ">": not less and not same, ">=": not less}[self.sign]


def are_met(wanted: Sequence[Restriction], values: Mapping[str, object]) -> bool:
    """Whether these values of a row, as far as they are known, may fulfil all."""
    return all(r.is_met(values[r.column]) for r in wanted if r.column in values)


def tokens_of(sql: str) -> list[SqlToken]:
    """A query's words, without blanks and comments."""
    found: list[SqlToken] = []
    for match in _WORDS.finditer(sql):
        kind = match.lastgroup or ""
        if kind == "name":
            found.append(SqlToken(kind, match[kind].lower()))
        elif kind in ("quoted", "square", "ticked"):
            found.append(
                SqlToken("quoted" if kind == "quoted" else "bracketed", match[kind].replace('""', '"').lower())
            )
        elif kind == "text":
            found.append(SqlToken(kind, match[kind].replace("''", "'")))
        elif kind != "blank" and match[0] != ";":
            found.append(SqlToken(kind, match[0]))
    return found


def names_in(sql: str) -> set[str]:
    """All names in a query, in small letters: of tables, columns, functions and words of SQL."""
    return {token.word for token in tokens_of(sql) if token.kind in _NAMES}


def joins_by_all(sql: str) -> bool:
    """Whether a query joins tables by all columns of the same names."""
    tokens = tokens_of(sql)
    return any(_is(a, "natural") and b.word in _JOINED for a, b in pairwise(tokens))


# Behind these stands a value, behind other words an alias may.
_BEFORE_VALUES = frozenset(
    (
        *("like", "glob", "regexp", "and", "or", "not", "between", "then", "else", "when", "in", "is", "escape"),
        *("select", "distinct", "where", "on", "having", "by", "all", "case"),
    )
)


def misquoted(sql: str, known: Iterable[str]) -> str:
    """The first word in double quotes that names nothing, which SQLite would take for a text; "" for none.

    known: names of tables and columns, in small letters.
    """
    tokens = tokens_of(sql)
    values, names = [], set(known)
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else SqlToken("sign", "(")
        if token.kind == "quoted" and _awaits_value(before):
            values.append(token.word)
        elif token.kind == "quoted" or _is(before, "as"):
            names.add(token.word)
    return next((word for word in values if word not in names), "")


def _awaits_value(before: SqlToken) -> bool:
    """Whether what stands behind a word is a value or a column rather than a name that is given."""
    return before.word in _BEFORE_VALUES if before.kind == "name" else before.kind == "sign" and before.word not in ".)"


def restrictions(sql: str, table: str) -> list[Restriction]:
    """What a query asks of every row of a table. [] where it names it twice, or in any way that is not plain."""
    tokens = tokens_of(sql)
    places = [at for at, t in enumerate(tokens) if t.kind in _NAMES and t.word == table and not _qualifies(tokens, at)]
    scope = _scope(tokens, places[0]) if len(places) == 1 else None
    if scope is None:
        return []
    alias = _alias(tokens, places[0], table)
    read = [_read(part, alias) for part in _conjuncts(tokens[scope[0] : scope[1]])]
    return [restriction for restriction in read if restriction is not None]


def _qualifies(tokens: Sequence[SqlToken], at: int) -> bool:
    """Whether a name stands before a dot."""
    return tokens[at + 1 : at + 2] == [SqlToken("sign", ".")]


def _scope(tokens: Sequence[SqlToken], place: int) -> tuple[int, int] | None:
    """(begin, end) of the WHERE of the SELECT in whose FROM a table stands; None when that is not plain."""
    start = _back(tokens, place)
    if start is None or tokens[start].word != "select":
        return None
    words = list(_flat(tokens, start + 1))
    froms = [at for at in words if _is(tokens[at], "from")]
    wheres = [at for at in words if _is(tokens[at], "where") and at > place]
    end = next((at for at in words if at > place and tokens[at].kind == "name" and tokens[at].word in _CLAUSES), None)
    stop = end if end is not None else (words[-1] + 1 if words else start)
    wheres = [at for at in wheres if at < stop]
    if len(wheres) != 1 or not froms or not froms[0] < place < wheres[0]:
        return None
    return wheres[0] + 1, stop


def _is(token: SqlToken, word: str) -> bool:
    return token.kind == "name" and token.word == word


def _back(tokens: Sequence[SqlToken], place: int) -> int | None:
    """Where the SELECT begins to which a place belongs, at the same depth of parentheses."""
    depth = 0
    for at in range(place, -1, -1):
        token = tokens[at]
        if token == SqlToken("sign", ")"):
            depth += 1
        elif token == SqlToken("sign", "("):
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0 and _is(token, "select"):
            return at
    return None


def _flat(tokens: Sequence[SqlToken], start: int) -> Iterator[int]:
    """The places from `start` on that stand in no parentheses, up to the end of those around it."""
    depth = 0
    for at in range(start, len(tokens)):
        if tokens[at] == SqlToken("sign", "("):
            depth += 1
        elif tokens[at] == SqlToken("sign", ")"):
            depth -= 1
            if depth < 0:
                return
        if depth == 0 or (depth == 1 and tokens[at] == SqlToken("sign", "(")):
            yield at


def _alias(tokens: Sequence[SqlToken], place: int, table: str) -> str:
    """The name by which a table's columns are called."""
    rest = list(tokens[place + 1 : place + 3])
    if rest and _is(rest[0], "as"):
        rest = rest[1:]
    named = rest and rest[0].kind in _NAMES and rest[0].word not in _NO_ALIAS
    return rest[0].word if named else table


def _conjuncts(tokens: Sequence[SqlToken]) -> list[list[SqlToken]]:
    """The parts of a WHERE between its ANDs; none when one of them may hold without the others.

    What stands in parentheses is passed on whole. The AND of a BETWEEN parts nothing.
    """
    parts: list[list[SqlToken]] = [[]]
    depth, between = 0, False
    for token in tokens:
        depth += (token == SqlToken("sign", "(")) - (token == SqlToken("sign", ")"))
        if depth == 0 and token.kind == "name":
            if token.word in ("or", "case"):
                return []
            if token.word == "and" and not between:
                parts.append([])
                continue
            between = token.word == "between" or (between and token.word != "and")
        parts[-1].append(token)
    return parts


def _read(tokens: list[SqlToken], alias: str) -> Restriction | None:
    """One part of a WHERE; None when it is no comparison of a column with fixed texts."""
    column, rest = _column(tokens, alias)
    if column:
        return _compared(column, rest)
    if len(tokens) > 2 and tokens[0].kind == "text" and tokens[1].word in _SWAPPED:
        column, rest = _column(tokens[2:], alias)
        return Restriction(column, _SWAPPED[tokens[1].word], (tokens[0].word,)) if column and not rest else None
    return None


def _column(tokens: list[SqlToken], alias: str) -> tuple[str, list[SqlToken]]:
    """(the column with which tokens begin, what follows it); "" for none of those that restrict."""
    if len(tokens) > 2 and tokens[0].kind in _NAMES and _qualifies(tokens, 0):
        if tokens[0].word != alias or tokens[2].kind not in _NAMES:
            return "", tokens
        tokens = tokens[2:]
    if tokens and tokens[0].kind in _NAMES and tokens[0].word in COLUMNS:
        return tokens[0].word, tokens[1:]
    return "", tokens


def _compared(column: str, tokens: list[SqlToken]) -> Restriction | None:
    kinds, words = [t.kind for t in tokens], [t.word for t in tokens]
    if kinds == ["sign", "text"] and words[0] in _SWAPPED:
        return Restriction(column, "=" if words[0] == "==" else words[0], (words[1],))
    if kinds == ["name", "text"] and words[0] == "like":
        head, _, rest = words[1].partition("%")
        return Restriction(column, "begins", (head,)) if not rest and "_" not in head and head.isascii() else None
    if kinds == ["name", "text", "name", "text"] and (words[0], words[2]) == ("between", "and"):
        return Restriction(column, ">=", (words[1],))
    if len(tokens) > 3 and words[0] == "in" and kinds[0] == "name" and words[1] == "(" and words[-1] == ")":
        inner = tokens[2:-1]
        plain = all(t.kind == "text" if n % 2 == 0 else t == SqlToken("sign", ",") for n, t in enumerate(inner))
        return Restriction(column, "in", tuple(t.word for t in inner if t.kind == "text")) if plain and inner else None
    return None
