"""Answers that code writes, in the question's language: English or French."""

from __future__ import annotations

from collections.abc import Sequence

from rlm_core.engine.answer.tally import SHOWN_GROUPS, SHOWN_PAIRS, SHOWN_ROWS, Tally
from rlm_core.engine.findings import Finding
from rlm_core.language.detect import language_of_request
from rlm_core.language.stopwords import FRENCH

_EN = {
    "nothing": "Nothing was found.",
    "count": "{n} found.",
    "most": "Most frequent: {name} ({n} of {total}).",
    "each": "By value: {groups}.",
    "subjects": "By subject:",
    "pairs": "{n} pairs.",
    "more": "… and {n} more",
    "dated": "dated by the file's time",
    "replaced": "replaced by {place}",
    "conflict": "contradicts {place}",
    "unverified": "not verified: {why}",
    "incomplete": "Not everything was read: {n} of {total} parts.",
}
_FR = {
    "nothing": "Rien n'a été trouvé.",
    "count": "{n} en tout.",
    "most": "Le plus fréquent : {name} ({n} sur {total}).",
    "each": "Par valeur : {groups}.",
    "subjects": "Par sujet :",
    "pairs": "{n} paires.",
    "more": "… et {n} de plus",
    "dated": "daté par l'heure du fichier",
    "replaced": "remplacé par {place}",
    "conflict": "contredit par {place}",
    "unverified": "non vérifié : {why}",
    "incomplete": "Tout n'a pas été lu : {n} parties sur {total}.",
}


class Wording:
    """Sentences in the language of a question."""

    def __init__(self, question: str) -> None:
        self._french = language_of_request(question) == FRENCH
        self._words = _FR if self._french else _EN

    def say(self, which: str, **values: object) -> str:
        return self._words[which].format(**values)

    def number(self, n: int) -> str:
        """A number with its thousands apart, as the language does it."""
        return f"{n:,}".replace(",", "\u202f") if self._french else f"{n:,}"

    def counted(self, tally: Tally, *, ranked: bool) -> str:
        """A count, by value and subject where there are several. ranked: the most frequent value comes first."""
        if not tally.total:
            return self.say("nothing") if ranked else self.say("count", n=0)
        lines = [self.say("count", n=self.number(tally.total))]
        if ranked and tally.values:
            name = next(iter(tally.values))
            lines.insert(
                0, self.say("most", name=name, n=self.number(tally.values[name]), total=self.number(tally.total))
            )
        if len(tally.values) > 1:
            groups = ", ".join(f"{v} {self.number(n)}" for v, n in list(tally.values.items())[:SHOWN_GROUPS])
            lines.append(self.say("each", groups=groups))
        if ranked and len(tally.subjects) > 1:
            rows = list(tally.subjects.items())
            lines += [self.say("subjects"), *(f"- {s}: {self.number(sum(v.values()))}" for s, v in rows[:SHOWN_GROUPS])]
            lines += [self.say("more", n=len(rows) - SHOWN_GROUPS)] if len(rows) > SHOWN_GROUPS else []
        return "\n".join(lines)

    def listed(self, findings: Sequence[Finding]) -> str:
        """Findings, a line each, oldest first as they stand."""
        if not findings:
            return self.say("nothing")
        rows = [f"- {self.row(f)}" for f in findings[:SHOWN_ROWS]]
        rows += [self.say("more", n=len(findings) - SHOWN_ROWS)] if len(findings) > SHOWN_ROWS else []
        return "\n".join(rows)

    def row(self, f: Finding) -> str:
        """One finding with its citation and what became of it."""
        said = " ".join((f.claim or f"{f.subject}: {f.value}".strip(": ")).split())
        notes = [f.place, f.date[:10]]
        notes += [self.say("dated")] if f.dated_by else []
        notes += [self.say("replaced", place=f.superseded_by)] if f.superseded_by else []
        notes += [self.say("conflict", place=", ".join(f.contradicts[:3]))] if f.contradicts else []
        notes += [self.say("unverified", why=f.doubts[-1])] if not f.verified and f.doubts else []
        return f"{said} ({'; '.join(n for n in notes if n)})"

    def paired(self, pairs: Sequence[tuple[str, str]]) -> str:
        rows = [f"({a}, {b})" for a, b in pairs[:SHOWN_PAIRS]]
        rows += [self.say("more", n=len(pairs) - SHOWN_PAIRS)] if len(pairs) > SHOWN_PAIRS else []
        return "\n".join([self.say("pairs", n=self.number(len(pairs))), *rows])
