"""Whether a quote that stands is evidence for its claim: who said it, what he did in saying it, and what it is about.

A quote of an order to the reader, or of the question, is no evidence at all. Everything else is a soft doubt: the
finding stays verified, is shown as doubtful, and an answer that rests on it is read again.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rlm_core.engine.checks.evidence import orders, relevance, utterance
from rlm_core.engine.checks.evidence.speaker import ASSISTANT, TOOL, USER
from rlm_core.engine.checks.evidence.surroundings import Surroundings, piece_of, plain, surroundings_of
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Partition
from rlm_core.language.irregular import FORMS
from rlm_core.language.stopwords import ENGLISH

ORDER = "the quote is an order to its reader, and no evidence of what it orders"
QUESTION_ITSELF = "the quote is the question itself"
NEAR_ORDER = "an order to its reader stands next to the quote"
TO_MACHINES = "the quote turns to a model that reads it"
LINE_TO_TAKE = "the quote says what to tell whoever asks"
ACTS = {
    utterance.PROPOSES: "the quote only proposes what the claim states",
    utterance.ASKS: "the quote only asks what the claim states",
    utterance.SUPPOSES: "the quote only supposes what the claim states",
    utterance.REFUSES: "the quote refuses or gives up what the claim states",
    utterance.SHOWS: "the quote is an example",
}
REFUSED = "the next one who speaks refuses what the quote says"
OTHERS_WORDS = "the claim has somebody do what the quote's speaker says of himself"
NOT_ABOUT_SPEAKER = "the claim has the quote's speaker do what he says of somebody else"
NOT_ABOUT = "neither the quote nor the lines around it share a telling word with the claim and the question"
OTHER_THING = "the quote speaks of another thing of this sort than the one asked about"

_DECIDES = re.compile(
    r"\b(?:decid\w{0,4}|decis\w{0,4}|agre(?:e|ed|ement)s?|chos\w{0,3}|choice|approv\w{0,3}|accord|tranch\w{0,3}|"
    r"adopt\w{0,3})\b"
)
_CLAUSE = re.compile(r"[,;:.!?()–—]|\s(?:and|but|so|et|mais|donc)\s")
_COLON = re.compile(r"[^:>\w]{0,6}(?:\([^()]{0,40}\))?[^:>\w]{0,4}[:>][*_ ]{0,4}")
_UNIT = re.compile(r"\d[\d.,]*\s?[^\W\d_]+")
_OF_HIMSELF = re.compile(r"\b(?:i|i'm|i've|i'll|i'd|my|mine|je|moi|mon|ma|mes)\b|\bj'")
_OF_OTHERS = re.compile(r"\b(?:you|your|yours|you're|you've|tu|te|toi|ton|ta|tes|vous|votre|vos)\b|\bt'")
_USER = re.compile(r"\b(?:users?|utilisat(?:eurs?|rices?)|humans?|humain)\b")
_ASSISTANT = re.compile(r"\b(?:assistants?|claude|models?|modele|agents?|ai|ia)\b")
_SAID = (
    r"(?:\w+ly )?(?:has |have |had |a |ont |avait )?(?:\w+ )?(?:decid\w{0,3}|chos\w{0,2}|choos\w{0,3}|want\w{0,3}|"
    r"prefer\w{0,3}|ask\w{0,3}|request\w{0,3}|confirm\w{0,3}|approv\w{0,3}|"
    r"agree\w{0,2}|accept\w{0,3}|said|says?|told|tells|reject\w{0,3}|refus\w{0,3}|stat(?:es|ed)|propos\w{0,3}|"
    r"suggest\w{0,3}|recommend\w{0,3}|"
    r"allow\w{0,3}|authori[sz]\w{0,3}|insist\w{0,3}|require\w{0,2}|choisi\w{0,2}|veut|voulu|prefere|demand\w{0,2}|"
    r"valid\w{0,2}|"
    r"approuv\w{0,2}|accept\w{0,2}|dit|refuse|propose|suggere|recommand\w{0,2}|autoris\w{0,2})"
)
_USER_SAID = re.compile(rf"{_USER.pattern}.{{0,3}} {_SAID}\b|\b(?:by|par) (?:the |l')?(?:user|utilisat)")
_ASSISTANT_SAID = re.compile(rf"{_ASSISTANT.pattern}.{{0,3}} {_SAID}\b|\b(?:by|par) (?:the |l')?(?:assistant|claude)")
_ANSWERS = ("AskUserQuestion", "ExitPlanMode")  # tools that print what the user has answered
_THE_USER_REJECTS = "the user doesn't want to"
_CAPITAL = re.compile(r"\b[A-ZÀ-Þ][\w'’-]{1,30}")
_DOES = re.compile(  # what follows a name that does something
    r"(?:['’]s)? (?:has|had|is|will|does|did|went|got|took|made|bought|met|works?|lives?|likes?|loves?|wants?|plays?|"
    r"owns?|\w{2,12}ed|"
    r"\w{2,12}s (?:the|a|an|her|his|their|its|in|at|to|on)|a|est|va|vit|fait|joue|aime|veut|habite|travaille|s'est)\b"
)
_FIRST = re.compile(r"^\W{0,6}([A-ZÀ-Þ][a-zß-ÿ'’-]{1,20})\b(?! [A-ZÀ-Þ])")


def check(finding: Finding, part: Partition, question: str, *, literal: bool = True) -> Finding:
    """A located finding with its speaker, doubted where its quote is no evidence for its claim.

    literal: values are words of the texts; where entries are counted or labelled, what an entry does counts only where
    decisions are asked for.
    """
    if not finding.line:
        return finding
    around = surroundings_of(finding, piece_of(finding, part))
    finding = replace(finding, speaker=around.speech.speaker)
    if not finding.verified:
        return finding
    return _Evidence(finding, around, question).verdict(literal=literal)


class _Evidence:
    """One finding with what stands around its quote."""

    def __init__(self, finding: Finding, around: Surroundings, question: str) -> None:
        self.finding, self.around = finding, around
        self.question = plain(question)
        self.written = finding.claim or f"{finding.subject} {finding.value}"
        self.claim = plain(self.written)

    def verdict(self, *, literal: bool) -> Finding:
        """The finding with the first reason against it, and with all doubts if there is none."""
        f = self.finding
        if reason := self._is_no_evidence():
            return f.doubted(reason)
        doubts = [self._order_nearby(), self._not_his_words()]
        if literal or _DECIDES.search(self.question) or _DECIDES.search(self.claim):
            doubts += self._acts()
        if literal:  # a label that a reader chose shares no word with its entry
            doubts.append(self._not_about())
        return replace(f, doubts=(*f.doubts, *filter(None, doubts))) if any(doubts) else f

    def _is_no_evidence(self) -> str:
        around = self.around
        whole = " ".join(around.sentences)
        if relevance.repeats(self.question, whole, plain(self.finding.quote)):
            return QUESTION_ITSELF
        if all(map(orders.is_order, self._mattering())) and not self._reports(whole):
            return ORDER
        return ORDER if self._is_left_to_it() and not around.speech.begins else ""

    def _is_left_to_it(self) -> bool:
        """Whether an order that says nothing else stands before the quote, which may be what it wants to be told."""
        before = self.around.before or self.around.above
        return orders.is_order(before) and orders.is_empty_order(before) and not self._reports(before)

    def _reports(self, order: str) -> bool:
        return orders.reports_an_order(self.claim, self.question, order)

    def _order_nearby(self) -> str:
        around = self.around
        beside = [s for s in (*around.sentences, around.before, around.after) if s and s in around.own]
        if any(map(orders.is_order, beside)) and not self._reports(" ".join(beside)):
            return NEAR_ORDER
        if any(map(orders.speaks_to_machines, around.sentences)) and not self._reports(" ".join(around.sentences)):
            return TO_MACHINES
        if any(map(orders.is_for_whoever_asks, around.sentences)):
            return LINE_TO_TAKE
        return ""

    def _mattering(self) -> list[str]:
        """The quote's sentences that have to do with the claim; all of them where none has."""
        sentences = list(self.around.sentences)
        if len(sentences) < 2:
            return sentences
        words = frozenset(relevance.telling(f"{self.claim} {plain(self.finding.value)}"))
        return [s for s in sentences if relevance.shared(words, relevance.stems(s))] or sentences

    def _acts(self) -> list[str]:
        """What is done in all of the sentences that matter, unless the claim says so, or somebody accepted it."""
        around, left = self.around, []
        sentences = self._mattering()
        refused = False
        for sentence in sentences:
            acts = utterance.acts_of(self._unnamed(sentence), around.above)
            accepted, refused = utterance.is_answered(sentence, acts, plain(around.speech.reply))
            acts -= {utterance.PROPOSES, utterance.ASKS} if accepted else frozenset()
            left.append(utterance.says_so(self.claim, self.question, acts))
        said_so = not utterance.says_so(self.claim, self.question, frozenset({utterance.REFUSES}))
        found = [REFUSED] if refused and not said_so else []
        if all(left):
            found += [reason for act, reason in ACTS.items() if act in left[0]][:1]
        return found

    def _not_his_words(self) -> str:
        speaker = self.around.speech.speaker
        if not speaker:
            return ""
        clauses = self._clauses()
        if speaker in (USER, ASSISTANT) or speaker.startswith(TOOL):
            return self._not_this_role(speaker, clauses)
        return self._not_this_name(speaker, clauses)

    def _clauses(self) -> list[str]:
        """The clauses of the quote's own words that have to do with the claim, the name before them left out."""
        words = frozenset(relevance.telling(f"{self.claim} {plain(self.finding.value)}"))
        said = [c for s in map(self._unnamed, self.around.sentences) for c in _CLAUSE.split(s) if c and c.strip()]
        people = {plain(w) for p in (*self.around.speech.people, self.around.speech.speaker) for w in p.split()}
        words = frozenset(w for w in words if w not in people)
        return [c for c in said if relevance.shared(words, relevance.stems(c))] or said

    def _unnamed(self, sentence: str) -> str:
        name = plain(self.around.speech.speaker)
        at = sentence.find(name, 0, 60) if name else -1
        label = _COLON.match(sentence, at + len(name)) if at >= 0 else None
        return sentence[label.end() :] if label else sentence

    def _not_this_role(self, role: str, clauses: list[str]) -> str:
        said = " ".join(clauses)
        addressed = bool(_OF_OTHERS.search(said))
        if _USER_SAID.search(self.claim) and role != USER and not _ASSISTANT.search(self.claim):
            tells = _USER.search(said) and (role == ASSISTANT or role.endswith(_ANSWERS) or _THE_USER_REJECTS in said)
            return "" if tells or (addressed and role == ASSISTANT) or role.endswith(_ANSWERS) else OTHERS_WORDS
        if _ASSISTANT_SAID.search(self.claim) and role == USER and not _USER.search(self.claim):
            return "" if addressed or _ASSISTANT.search(said) else OTHERS_WORDS
        return ""

    def _not_this_name(self, speaker: str, clauses: list[str]) -> str:
        claim, names = self.claim, {plain(w) for w in speaker.split() if len(w) > 1}
        others = self._persons(names)
        if any(re.search(rf"\b{re.escape(n)}\b", claim) for n in names):
            return self._of_somebody_else(others, clauses)
        himself = [c for c in clauses if _OF_HIMSELF.search(c)]
        if not others or not himself or any(_OF_OTHERS.search(c) for c in himself):
            return ""
        body = " ".join(map(self._unnamed, self.around.sentences))
        return "" if any(self._is_spoken_of(n, body) for n in others) else OTHERS_WORDS

    def _persons(self, names: set[str]) -> set[str]:
        """The people a claim speaks of beside the speaker: those who speak in the text, a name that it begins with."""
        people = {plain(w) for p in self.around.speech.people for w in p.split() if len(w) > 1} - names
        found = {p for p in people if re.search(rf"\b{re.escape(p)}\b", self.claim)}
        first = _FIRST.match(self.finding.claim)
        word = plain(first[1]).removesuffix("'s") if first else ""
        if word and word not in names and not relevance.is_common(word):
            rest = self.finding.claim[first.end() :] if first else ""
            if (
                _DOES.match(rest)
                or plain(rest).strip().partition(" ")[0] in FORMS[ENGLISH]
                or re.search(rf"\b{re.escape(word)}\b", self.question)
            ):
                found.add(word)
        return found

    def _is_spoken_of(self, name: str, body: str) -> bool:
        """Whether a text names somebody whom it does not only address: "alice, i moved"."""
        called = re.sub(
            rf"(?:^\W{{0,4}}|[,.!?]\s{{0,2}}|\b(?:hey|hi|hello|thanks|salut|merci|"
            rf"bonjour) ){re.escape(name)}\s{{0,2}}[,.!?]",
            " ",
            body,
        )
        return bool(re.search(rf"\b{re.escape(name)}\b", called))

    def _of_somebody_else(self, others: set[str], clauses: list[str]) -> str:
        """The claim is about the speaker: is the quote about one whom it names first, and not about himself?"""
        if others or any(_OF_HIMSELF.search(c) for c in clauses):
            return ""
        quoted = [c for c in clauses if c.strip()]
        people = {plain(p) for p in self.around.speech.people}
        first = [c.split()[0] for c in quoted]
        about = {w for w in first if w in people and not re.search(rf"\b{re.escape(w)}\b", self.claim)}
        return NOT_ABOUT_SPEAKER if about and len(about) == len(set(first)) else ""

    def _not_about(self) -> str:
        f, around = self.finding, self.around
        near = f"{around.lines}\n{plain(f.location)}"
        people = {plain(w) for p in (*around.speech.people, around.speech.speaker) for w in p.split()}
        value = frozenset(relevance.telling(f.value))
        if len(value & frozenset(relevance.telling(f.quote))) > 1:
            value = frozenset()  # several words are found together in few places; one may stand anywhere
        claimed = _UNIT.sub(" ", f"{self.claim} . {plain(f.subject)}")  # a unit is as much the value as its number
        wanted = frozenset(relevance.telling(f"{claimed} . {self.question}")) - value - people
        if (
            wanted
            and relevance.comparable(f"{self.claim} {self.question}", around.lines)
            and not relevance.shared(wanted, relevance.stems(near))
        ):
            return NOT_ABOUT
        other = relevance.is_of_another_thing(self.question, claimed, around.own, both=True)
        other = other or relevance.is_of_another_thing(claimed, self.question, around.own)
        return OTHER_THING if other else ""
