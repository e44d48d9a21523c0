"""Formulas of office programs in a line of text: MathML of OpenDocument, OMML of Office Open XML.

E=mc^2    (a+b)/2    √(x)    x_i
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.documents.converters.container import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DEEP = 100
# What joins an element's parts; a part of several signs stands in brackets.
_JOINED = {
    **dict.fromkeys(("f", "mfrac"), ("/",)),
    **dict.fromkeys(("sSup", "msup", "mover"), ("^",)),
    **dict.fromkeys(("sSub", "msub", "munder"), ("_",)),
    **dict.fromkeys(("sSubSup", "msubsup", "munderover"), ("_", "^")),
}
_ROOTS = frozenset(("rad", "msqrt", "mroot"))
_PARTS_OF_OMML = frozenset(("num", "den", "e", "sub", "sup", "deg"))


def formula(element: Element, depth: int = 0) -> str:
    """A formula as text; of one that was typed as text (StarMath, TeX), that."""
    if depth > DEEP:
        return "…"
    name = local(element.tag)
    if name == "semantics":
        typed = [e.text.strip() for e in element if local(e.tag) == "annotation" and e.text and e.text.strip()]
        return typed[0] if typed else "".join(formula(e, depth + 1) for e in list(element)[:1])
    if name in _JOINED or name in _ROOTS:
        parts = [_grouped(text) for e in _parts(element) if (text := formula(e, depth + 1))]
        if name in _ROOTS:
            return "√" + "".join(parts[-1:] if name == "rad" else parts)
        signs = _JOINED[name]
        return "".join(part + sign for part, sign in zip(parts, (*signs[: len(parts) - 1], ""), strict=False))
    sign = "".join(v for e in element if name == "naryPr" and local(e.tag) == "chr" for v in e.attrib.values())
    own = (element.text or "").strip()
    return sign + own + "".join(formula(e, depth + 1) for e in element)


def _parts(element: Element) -> list[Element]:
    """The arguments: in MathML every child, in OMML those that are not properties."""
    named = [e for e in element if local(e.tag) in _PARTS_OF_OMML]
    return named or [e for e in element if not local(e.tag).endswith("Pr")]


def _grouped(text: str) -> str:
    return text if text.isalnum() else f"({text})"
