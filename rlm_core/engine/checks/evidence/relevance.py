"""Whether a passage is about what a finding claims: by telling words that both share, and by which thing they speak of.

A word tells something unless it stands in every text. Two words agree when they begin alike or mean the same
(`language.synonyms`). Where the passage is in another language than the claim, or in one that is not known, nothing is
said against it.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from rlm_core.language.detect import TELLING_WORDS
from rlm_core.language.folding import fold
from rlm_core.language.identifiers import split_humps
from rlm_core.language.stopwords import ENGLISH, FRENCH, FUNCTION_WORDS, TITLE_STOP_WORDS
from rlm_core.language.synonyms import synonyms


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STEM_CHARS, NAME_CHARS = 4, 5  # first letters by which words agree: of a topic, and of what tells two things apart
MAX_MISSING = 2  # words of a question that a passage about another thing of the sort lacks
MIN_WORDS = 8  # of a passage without function words: it is in a language that we do not know
NEARLY = 0.8  # share of a question's words, in their order, that makes a copy of it
MAX_WORDS = 300  # of a passage that may be a copy of the question
_WORD = re.compile(r"[^\W\d_]{2,40}")
_OWNED = re.compile(r"'s\b")
_TOKEN = re.compile(r"[^\W_]{1,40}|[^\w\s]")
# Where the word stands that tells a thing apart; in "the timeout of the mailer" each of the two tells the other apart.
BEFORE, BEHIND, JOINED, OF_IT = range(4)
_OF, _ARTICLES = _set("of in at for de du des d dans pour chez"), _set("the a an l le la les our '")
_VAGUE = _set("""
    what which who whom whose when where why how much many kind kinds type types sort name names named thing
    things value values say says said tell tells told mention mentions mentioned give gives gave given make
    makes made get gets got take takes took taken put use uses used using want wants find found know known
    happen happens happened does doing did done new old good first last next current currently now ever all
    every each some any one two three also just really answer question according text source user assistant
    speaker day days time times year years month months week weeks state states stated report reports reported
    become became went goes gone come came keep kept quel quelle quels quelles combien comment pourquoi chose
    choses valeur valeurs sorte genre nom dit dire dis mentionne donne donner fait faire prend prendre pris
    utilise utiliser veut trouve trouver sait connu arrive nouveau nouvelle ancien ancienne bon premier premiere
    dernier derniere actuel actuelle maintenant tout toute tous toutes chaque un une deux trois aussi juste
    reponse question selon texte utilisateur jour jours heure fois annee annees mois semaine semaines devient
    """)
_NOTHING = FUNCTION_WORDS | frozenset(map(fold, TITLE_STOP_WORDS)) | _VAGUE
# Words for a sort of things, which tell none of them apart: "the function parse" is "def parse".
_SORTS = _set(
    """
    function class method file ticket issue setting option parameter table command module script variable field column
    package library project company city country book movie film song game
    fonction classe methode fichier billet reglage parametre commande champ colonne paquet projet ville pays livre jeu
    """
)
_CALLED = _set("rlm ask search question prompt query bash command asked asks q over demande recherche requete")


@lru_cache(2_000)
def telling(text: str) -> tuple[str, ...]:
    """The words of a text that say what it is about, in order, folded; identifiers in parts."""
    return tuple(w for w in _WORD.findall(fold(split_humps(text))) if len(w) > 2 and w not in _NOTHING)


def stems(text: str) -> frozenset[str]:
    """The beginnings of a text's telling words, by which `shared` compares."""
    return frozenset(_stem(w) for w in telling(text))


@lru_cache(20_000)
def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) <= STEM_CHARS else word[:STEM_CHARS]


@lru_cache(20_000)
def _meanings(word: str) -> frozenset[str]:
    """The beginnings of a word and of those that mean the same."""
    return frozenset((_stem(word), *(_stem(w) for w in synonyms(word))))


def is_common(word: str) -> bool:
    """Whether a word, folded, stands in every text, so that a capital makes no name of it."""
    return word in _NOTHING or bool(synonyms(word))


def shared(words: frozenset[str], passage: frozenset[str]) -> bool:
    """Whether one of some telling words, or one that means the same, stands in a passage. passage: its `stems`."""
    return any(not _meanings(w).isdisjoint(passage) for w in words)


@lru_cache(2_000)
def leaning(text: str) -> int:
    """1 for French, -1 for English, by the function words; 0 where these are even. The text folded."""
    words = re.findall(r"[^\W\d_]+", text[:2000])
    found = sum((w in TELLING_WORDS[FRENCH]) - (w in TELLING_WORDS[ENGLISH]) for w in words)
    return (found > 0) - (found < 0)


def comparable(claim: str, passage: str) -> bool:
    """Whether a claim and a passage are in one language, as far as can be told, so that their words may be compared."""
    ours, theirs = leaning(claim), leaning(passage)
    if theirs == 0:
        return ours <= 0 and passage.isascii() and len(_WORD.findall(passage)) < MIN_WORDS
    return ours in (0, theirs)


def is_of_another_thing(wanted: str, known: str, own: str, *, both: bool = False) -> bool:
    """Whether a passage speaks of another thing of the same sort than the one wanted: of the production server where it
    is the staging server.

    wanted: a question or a claim. known: the other of the two; both: it has to name the thing as well, if it says
    anything. own: the complete lines of the quote; the one wanted may well stand in the next. All folded.
    """
    lines = _bonds(own)
    if not lines:
        return False
    asked, also, said = _names(wanted), _names(known), _names(own)
    if asked <= said:
        return False
    own_stems = stems(own)
    missing = {_name(w) for w in telling(wanted) if not shared(frozenset((w,)), own_stems)}
    if not missing or len(missing) > MAX_MISSING or not asked & said:
        return False  # it speaks of something else altogether, or all of the words are there
    # Where nothing joins two words, the first tells an English thing apart ("north tank"), the second a French one.
    french, sorts = leaning(wanted) > 0, set(map(_name, _SORTS))
    for side, (other, head) in _bonds(wanted):
        if (side == BEHIND and not french) or other in sorts:
            continue
        if other not in missing or head not in said or (both and also and other not in also):
            continue
        rivals = {o for at, (o, h) in lines if at == side and h == head}
        if rivals and not rivals & (asked | also):
            return True
    return False


@lru_cache(2_000)
def _names(text: str) -> frozenset[str]:
    return frozenset(map(_name, telling(text)))


def _name(word: str) -> str:
    return word.removesuffix("s").removesuffix("e")[:NAME_CHARS]


@lru_cache(2_000)
def _bonds(text: str) -> tuple[tuple[int, tuple[str, str]], ...]:
    """(side, (what tells it apart, head)) of neighbours: it stands before in "staging server", behind in "cuve nord",
    and is joined in "serveur de test".
    """
    found: list[tuple[int, tuple[str, str]]] = []
    before, of, article = "", False, False
    for token in _TOKEN.findall(_OWNED.sub(" ", text)):
        if token in _OF or token in _ARTICLES:
            of, article = of or token in _OF, article or token in _ARTICLES
            continue
        word = _name(token) if len(token) > 2 and token.isalpha() and token not in _NOTHING else ""
        if before and word and of:
            found += (JOINED, (word, before)), (OF_IT, (before, word))
        elif before and word and not article:
            found += (BEFORE, (before, word)), (BEHIND, (word, before))
        before, of, article = word, False, False
    return tuple(found)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def repeats(question: str, sentences: str, quote: str) -> bool:
    """Whether a quote is the question itself, or a piece of a copy of it, and adds nothing. All folded.

    sentences: those of the quote in full.

    >>> asked = "what is the port?"
    >>> repeats(asked, asked, asked), repeats("is it 99?", "it is 99.", "it is 99")
    (True, False)
    """
    asked = _words(question)
    known = {w[:NAME_CHARS] for w in asked}
    if any(w[:NAME_CHARS] not in known and w not in _CALLED and w not in _NOTHING for w in _words(quote)):
        return False
    said = _words(sentences)
    if len(asked) < 2 or not said or len(said) > MAX_WORDS or len(asked) > MAX_WORDS:
        return False
    blocks = SequenceMatcher(None, asked, said, autojunk=False).get_matching_blocks()
    if sum(b.size for b in blocks) < NEARLY * len(asked):
        return False
    return "?" in sentences or (blocks[0].a == 0 and blocks[0].size >= NEARLY * len(asked))
