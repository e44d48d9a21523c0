"""Reads what a model wrote in place of JSON: nothing is added to it, and what is not there in full is left out.

Taken as they are meant: line breaks and quotation marks within a string, strings in single quotes, bare keys, `True`,
`None`, commas too many, a bracket that was forgotten. Of a text that breaks off, the complete entries remain.
"""

from __future__ import annotations

import re
from typing import Any

MAX_LEVELS = 60  # of brackets within brackets
_SPACE = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_NAME = re.compile(r"([A-Za-z_$][\w$-]{0,100})[ \t]{0,100}:")
_NUMBER = re.compile(r"-?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,4})?(?![\w.])")
_WORD = re.compile(r"(true|false|null|none|nan|undefined)(?!\w)", re.IGNORECASE)
_WORDS = {"true": True, "false": False}
_STRETCH = re.compile(r"[^\"'\\]+")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"', "'": "'"}
_CODE = re.compile(r"[0-9a-fA-F]{4}")
# What stands behind the mark that ends a string; behind any other mark, the string goes on.
_BEHIND_KEY = re.compile(r"[ \t\r\n]*:")
_BEHIND_MEMBER = re.compile(r"[ \t\r\n]*(?:[}\]]|$|,[ \t\r\n]*(?:[\"'}]|$|[A-Za-z_$][\w$-]{0,100}[ \t]{0,100}:))")
_BEHIND_ENTRY = re.compile(r"[ \t\r\n]*(?:[}\]]|$|,[ \t\r\n]*(?:[\"'{\[\]\d-]|$))")


class _BrokenOffError(ValueError):
    """The text ends within what was being read."""


class Lenient:
    """A reader of one text. cut: it ended within a list, which may have had more entries."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.cut = False

    def value(self, at: int) -> tuple[Any, int]:
        """(the object or list that begins at an offset, the offset behind it). Raises ValueError where none does."""
        self.cut = False
        if self.text[at : at + 1] not in ("{", "["):
            raise ValueError("no bracket")
        return self._value(at, 0, _BEHIND_MEMBER, entry=False)

    def _value(self, at: int, level: int, behind: re.Pattern[str], *, entry: bool) -> tuple[Any, int]:
        """entry: it belongs to an entry of a list, which is worth nothing unless it is whole."""
        at = _after(_SPACE, self.text, at)
        first = self.text[at : at + 1]
        if not first:
            raise _BrokenOffError
        if first in "{[":
            if level == MAX_LEVELS:
                raise ValueError("too many brackets")
            return (self._object if first == "{" else self._list)(at + 1, level + 1, entry=entry)
        if first in "\"'":
            return self._string(at, behind)
        return self._scalar(at)

    def _object(self, at: int, level: int, *, entry: bool) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        try:
            while True:
                at = _after(_BETWEEN, self.text, at)
                mark = self.text[at : at + 1]
                if mark == "}":
                    return found, at + 1
                if mark == "]" or (mark == "{" and entry):  # its own bracket was forgotten
                    return found, at
                name, at = self._key(at)
                if name in found:
                    raise ValueError("two members of one name: what belongs together cannot be told")
                found[name], at = self._value(at, level, _BEHIND_MEMBER, entry=entry)
        except _BrokenOffError:
            if entry:
                raise
            return found, len(self.text)

    def _list(self, at: int, level: int, *, entry: bool) -> tuple[list[Any], int]:
        found: list[Any] = []
        try:
            while True:
                at = _after(_BETWEEN, self.text, at)
                mark = self.text[at : at + 1]
                if mark == "]":
                    return found, at + 1
                if mark == "}" and found:
                    return found, at
                value, at = self._value(at, level, _BEHIND_ENTRY, entry=True)
                if at == len(self.text) and not isinstance(value, (dict, list)):
                    raise _BrokenOffError  # a number may have had more figures
                found.append(value)
        except _BrokenOffError:
            if entry:
                raise
            self.cut = True
            return found, len(self.text)

    def _key(self, at: int) -> tuple[str, int]:
        """(name of a member, offset behind its colon)."""
        mark = self.text[at : at + 1]
        if not mark:
            raise _BrokenOffError
        if mark in "\"'":
            name, at = self._string(at, _BEHIND_KEY)
            return name, _after(_BEHIND_KEY, self.text, at)
        bare = _NAME.match(self.text, at)
        if not bare:
            raise ValueError("no name of a member")
        return bare[1], bare.end()

    def _string(self, at: int, behind: re.Pattern[str]) -> tuple[str, int]:
        text, mark, said = self.text, self.text[at], []
        at += 1
        while at < len(text):
            if stretch := _STRETCH.match(text, at):
                said.append(stretch[0])
                at = stretch.end()
                continue
            if text[at] == "\\":
                character, at = _escaped(text, at)
                said.append(character)
                continue
            if text[at] == mark and behind.match(text, at + 1):
                return "".join(said), at + 1
            said.append(text[at])
            at += 1
        raise _BrokenOffError

    def _scalar(self, at: int) -> tuple[Any, int]:
        if word := _WORD.match(self.text, at):
            return _WORDS.get(word[1].lower()), word.end()
        number = _NUMBER.match(self.text, at)
        if not number:
            raise ValueError("no value")
        digits = number[0]
        return (int(digits) if digits.lstrip("-").isdigit() else float(digits)), number.end()


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _escaped(text: str, at: int) -> tuple[str, int]:
    """(the character that a backslash at an offset stands for, the offset behind it); none is lost that is no escape.

    Two escapes that make one character beyond U+FFFF are joined.
    """
    letter = text[at + 1 : at + 2]
    if not letter:
        raise _BrokenOffError
    if letter == "u" and (code := _CODE.match(text, at + 2)):
        number, at = int(code[0], 16), at + 6
        if 0xD800 <= number < 0xDC00 and text[at : at + 2] == "\\u" and (low := _CODE.match(text, at + 2)):
            second = int(low[0], 16)
            if 0xDC00 <= second < 0xE000:
                return chr(0x10000 + ((number - 0xD800) << 10) + second - 0xDC00), at + 6
        return chr(number), at
    return _ESCAPES.get(letter, f"\\{letter}"), at + 2
