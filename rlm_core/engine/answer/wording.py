"""Answers that code writes, in the question's language: English or French."""

from __future__ import annotations

from collections.abc import Sequence

from rlm_core.engine.answer.extent import Extent
from rlm_core.engine.answer.grouping import contradicting
from rlm_core.engine.answer.money import dollars
from rlm_core.engine.answer.phrases import EN, FR
from rlm_core.engine.answer.reasons import in_french
from rlm_core.engine.answer.tally import SHOWN_GROUPS, SHOWN_PAIRS, SHOWN_ROWS, Tally
from rlm_core.engine.findings import Finding
from rlm_core.language.detect import language_of_request
from rlm_core.language.stopwords import FRENCH

WHOLE = Extent()
QUOTE_CHARS = 300  # characters of a quote that are shown


class Wording:
    """Sentences in the language of a question."""

    def __init__(self, question: str) -> None:
        self._french = language_of_request(question) == FRENCH
        self._words = FR if self._french else EN

    def say(self, which: str, **values: object) -> str:
        return self._words[which].format(**values)

    def number(self, n: int) -> str:
        """A number with its thousands apart, as the language does it."""
        return f"{n:,}".replace(",", "\u202f") if self._french else f"{n:,}"

    def of(self, which: str, n: int, **values: object) -> str:
        """A sentence about `n` things, in its singular for one."""
        return self.say(f"{which}_one" if n == 1 else which, n=self.number(n), **values)

    # how far an answer reaches

    def where(self, extent: Extent) -> str:
        """` in the 4 of 10 parts read`; "" where the parts are not known."""
        if not extent.total:
            return ""
        if not extent.read:
            return self.of("in_pieces", extent.total)
        if extent.read >= extent.total:
            return self.of("in_all", extent.read)
        return self.of("in_some", extent.read, total=self.number(extent.total))

    def nothing(self, extent: Extent = WHOLE, *, counted: bool = False) -> str:
        """That there is nothing to tell, and how: nothing found, or what was reported could not be verified.

        counted: the question asks for a number.
        """
        where = self.where(extent) if extent.is_partial or not counted else ""
        if extent.unverified:
            return self.of("none_counted" if counted else "none_verified", extent.unverified, where=where)
        return self.say("count", n=0, where=where) if counted else self.say("nothing", where=where)

    def unread(self, total: int, reason: str = "", remedy: str = "") -> str:
        """That no part was read, which says nothing about what the texts hold. remedy: a key of the phrases."""
        why = self.say("reason", why=reason) if reason else ""
        return " ".join(filter(None, [self.of("unread", total), why, self.say(remedy) if remedy else ""]))

    def searched(self, extent: Extent, share: float, usd: float) -> str:
        """What a search read, and what all of it would cost. share: of the tokens. usd: of the map route."""
        read = {"read": self.number(extent.read), "s": "s" if extent.read > 1 else ""}
        return self.of("searched", extent.total, **read, share=self.share(share), usd=dollars(usd))

    def share(self, share: float) -> str:
        """A share as a percentage."""
        return share_of(share).replace("under", "moins de") if self._french else share_of(share)

    def incomplete(self, extent: Extent) -> str:
        if extent.total == 1 and not extent.read:
            return self.say("incomplete_one")
        read = {"n": self.number(extent.read), "s": "s" if extent.read > 1 else ""}
        return self.say("incomplete", **read, total=self.number(extent.total))

    def _counting(self, extent: Extent) -> str:
        """What is to be said of a number beside it: what is doubtful of it, what is not in it; "" for nothing."""
        doubtful = f" {self.of('doubtful_too', extent.doubtful)}" if extent.doubtful else ""
        return doubtful + (f" {self.of('more_unverified', extent.unverified)}" if extent.unverified else "")

    # answers

    def counted(self, tally: Tally, *, ranked: bool, extent: Extent = WHOLE) -> str:
        """A count, by value and subject where there are several. ranked: the most frequent value comes first."""
        if not tally.total:
            return self.nothing(extent, counted=not ranked or bool(extent.unverified))
        where = self.where(extent) if extent.is_partial else ""
        lines = [self.say("count", n=self.number(tally.total), where=where) + self._counting(extent)]
        if ranked and tally.values:
            name = next(iter(tally.values))
            counts = {"n": self.number(tally.values[name]), "total": self.number(tally.total)}
            lines.insert(0, self.say("most", name=name, where=where, **counts))
        if len(tally.values) > 1:
            groups = ", ".join(f"{v} {self.number(n)}" for v, n in list(tally.values.items())[:SHOWN_GROUPS])
            lines.append(self.say("each", groups=groups))
        if ranked and len(tally.subjects) > 1:
            rows = list(tally.subjects.items())
            lines += [self.say("subjects"), *(f"- {s}: {self.number(sum(v.values()))}" for s, v in rows[:SHOWN_GROUPS])]
            lines += [self.say("more", n=len(rows) - SHOWN_GROUPS)] if len(rows) > SHOWN_GROUPS else []
        return "\n".join(lines)

    def listed(self, findings: Sequence[Finding], extent: Extent = WHOLE, *, quotes: int = 0) -> str:
        """Findings, a line each, oldest first as they stand; those that contradict each other stand together.

        quotes: of so many of them the quote stands below.
        """
        if not findings:
            return self.nothing(extent)
        rows: list[str] = []
        shown = 0
        for group in contradicting(findings[:SHOWN_ROWS]):
            within = len(group) > 1
            rows += [f"- {self.say('contradicting')}"] if within else []
            for f in group:
                indent = "  " if within else ""
                rows.append(f"{indent}- {self.row(f, grouped=within)}")
                rows += [f"{indent}  {quoted(f)}"] if shown < quotes and f.quote and f.quote != f.claim else []
                shown += 1
        rows += [self.say("more", n=len(findings) - SHOWN_ROWS)] if len(findings) > SHOWN_ROWS else []
        rows += [self.of("more_unverified", extent.unverified)] if extent.unverified else []
        return "\n".join(rows)

    def row(self, f: Finding, *, grouped: bool = False) -> str:
        """One finding with its citation and what became of it. grouped: it stands among those it contradicts."""
        said = " ".join((f.claim or f"{f.subject}: {f.value}".strip(": ")).split())
        return f"{self.mark(f)}{said} ({'; '.join(self._notes(f, grouped=grouped))})"

    def evidence(self, f: Finding, *, grouped: bool = False) -> str:
        """One finding as the passage that shows it."""
        return f"{self.mark(f)}{quoted(f)} ({'; '.join(self._notes(f, grouped=grouped))})"

    def mark(self, f: Finding) -> str:
        """`? ` before a finding that is verified and doubtful all the same."""
        return "? " if f.is_doubtful else ""

    def _notes(self, f: Finding, *, grouped: bool) -> list[str]:
        """Place, speaker, date, and what became of a finding."""
        notes = [f.place, f.speaker, f.date[:10]]
        notes += [self.say("dated")] if f.dated_by else []
        notes += [self.say("repaired")] if f.repaired else []
        notes += [self.say("replaced", place=f.superseded_by)] if f.superseded_by else []
        if f.contradicts and not grouped:
            notes.append(self.say("conflict", place=", ".join(f.contradicts[:3])))
        if f.is_doubtful:
            notes.append(self.say("doubtful", why=", ".join(map(self.why, f.doubts))))
        elif f.doubts and not f.verified:
            notes.append(self.say("unverified", why=self.why(f.doubts[-1])))
        return [n for n in notes if n]

    def why(self, reason: str) -> str:
        """Why a finding is doubted, in the language of the question."""
        return in_french(reason) if self._french else reason

    def rejected(self, f: Finding) -> str:
        """A finding that does not count, with its quote and the reason."""
        said = " ".join((f.claim or f"{f.subject}: {f.value}".strip(": ")).split())
        return f"{said[:QUOTE_CHARS]}: {quoted(f)} ({self.why(f.doubts[-1]) if f.doubts else self.say('no_reason')})"

    def paired(self, pairs: Sequence[tuple[str, str]], extent: Extent = WHOLE) -> str:
        where = self.where(extent) if extent.is_partial else ""
        first = self.of("pairs", len(pairs), where=where)
        first += f" {self.of('unpaired', extent.unverified)}" if extent.unverified else ""
        rows = [f"({a}, {b})" for a, b in pairs[:SHOWN_PAIRS]]
        rows += [self.say("more", n=len(pairs) - SHOWN_PAIRS)] if len(pairs) > SHOWN_PAIRS else []
        return "\n".join([first, *rows])


def quoted(f: Finding) -> str:
    """A finding's quote in one line, cut when it is long."""
    quote = " ".join(f.quote.split())
    return f'"{quote[:QUOTE_CHARS]}{"…" if len(quote) > QUOTE_CHARS else ""}"'


def share_of(share: float) -> str:
    """A share as a percentage; what is less than half of one is not none, and what lacks something is not all.

    >>> share_of(0.053), share_of(0.001), share_of(0.999)
    ('5 %', 'under 1 %', '99 %')
    """
    if 0 < share < 0.01:
        return "under 1 %" if share < 0.005 else "1 %"
    return f"{min(round(share * 100), 99) if share < 1 else 100} %"
