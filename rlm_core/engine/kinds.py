"""What a question asks for, by its words, in English and French: a text, a count, a tally, a list, or pairs.

Every kind but the first makes the run read everything, so a cue must be unmistakable. A quantity that is written down
somewhere is not a count: one line answers "how many retries does the importer make", only all of them "how many tickets
mention it". One place answers a yes-or-no, a why or a how, even if the question contains "every" or "all". A plural
that was set, made or found over time ("which limits were set") is a list; one that holds now ("which ports does it
use") is not.
"""

from __future__ import annotations

import re

from rlm_core.language.folding import unaccented

ANSWER, COUNT, TALLY, LIST, PAIRS = "answer", "count", "tally", "list", "pairs"

MAX_QUESTION_CHARS, END_CHARS = 600, 250  # a longer one quotes something; then its first and last so many count

# What a text has many of, one entry each.
_ENTRY = (
    r"(?:(?:log |support |open |closed |new |different |distinct |of (?:the|these|our) (?:\d+ )?)*"
    r"(?:entr(?:y|ies)|tickets?|changes?|messages?|mentions?|questions?|issues?|bugs?|errors?|failures?|commits?|"
    r"sessions?|conversations?|documents?|files?|lines?|rows?|records?|items?|reviews?|comments?|e-?mails?|customers?|"
    r"users?|people|persons?|orders?|decisions?|complaints?|reports?|notes?|meetings?|papers?|incidents?|releases?|"
    r"deploy(?:ment)?s?|tests?|tasks?|todos?|articles?|chapters?|sections?|functions?|class(?:es)?|modules?|texts?|"
    r"entrees?|modifications?|changements?|fichiers?|lignes?|erreurs?|pannes?|utilisateurs?|clients?|personnes?|"
    r"commandes?|reunions?|taches?|plaintes?|demandes?|avis|commentaires?|courriels?|documents?|echecs?))"
)
_EVENTS = (
    r"(?:decisions|changes|issues|bugs|errors|failures|problems|incidents|complaints|objections|risks|todos|tasks|"
    r"action items|open questions|questions|tickets|mentions|reversals|disagreements|contradictions|differences|"
    r"inconsistencies|deadlines|alternatives|lessons|outages|regressions|promises|assumptions|"
    r"changements|modifications|problemes|erreurs|pannes|plaintes|risques|taches|contradictions|differences|"
    r"incoherences|echeances|objections|desaccords|raisons invoquees)"
)
_TIME = (
    r"(?:night|day|week|month|hour|minute|second|year|morning|evening|time|now|other|few|quarter|sprint|release|call|"
    r"one of (?:us|them)|\d+|two|three|four|five|ten|"
    r"nuits?|jours?|semaines?|mois|heures?|ans|annees?|matins?|soirs?|fois|minutes|secondes|deux|trois|cinq|dix)"
)
_GROUPS = (
    r"(?:user|person|author|customer|client|team|day|week|month|year|date|label|type|kind|category|status|component|"
    r"version|priority|severity|file|module|language|country|project|product|source|speaker|session|"
    r"utilisateur|personne|auteur|equipe|jour|semaine|mois|an|annee|categorie|statut|composant|priorite|fichier|langue|"
    r"pays|projet|produit|source)s?"
)
_ASK = (
    r"(?:list|find|show|give|name|collect|extract|report|get|tell|summari[sz]e|gather|identify|recap|quote|enumerate|"
    r"trouve[rz]?|montre[rz]?|donne[rz]?|cite[rz]?|nomme[rz]?|releve[rz]?|recense[rz]?|resume[rz]?|extrais|rappelle)"
)

_POLITE = re.compile(
    r"^(?:(?:please|hi|hello|ok|so|and|bonjour|s'il (?:te|vous) plait)[ ,]+)*"
    r"(?:(?:can|could|would|will) you (?:please )?|(?:peux-tu|pouvez-vous|pourrais-tu|pourriez-vous) )?"
)
# Asked of the place where it stands: yes or no, why, how, when, where.
_OF_A_PLACE = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|should|shall|must|may|will|would|am|isn't|aren't|don't|"
    r"doesn't|didn't|why|when|where|how (?!many|often)|est-ce|pourquoi|quand|ou (?:est|sont)|comment|"
    r"(?:\w+ )?\w+-t-(?:il|elle|on)s?\b|faut-il|doit-on|peut-on|avons-nous|sommes-nous)\b"
)


def _any(*cues: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{cue})" for cue in cues))


_PAIRS = _any(
    r"\b(?:which|what|all|every|list|find|how many|the) (?:the )?(?:\w+ )?pairs?\b",
    r"\bpairs of \w",
    r"\b(?:quelles?|toutes les|combien de|les|liste[rz]?) paires?\b",
    r"\bpaires d",
)
_NO_PAIRS = re.compile(r"\b(?:key|trading|currency|aws|ssh) ?-?pairs?\b|\bpair of (?:shoes|eyes|hands)\b")
_TALLY = _any(
    r"\b(?:most|least) (?:common|frequent|frequently|often|popular|mentioned|discussed|cited)\b",
    r"\b(?:has|have|had|got|made|filed|wrote|sent|opened|asked|reported|gets|makes) the (?:most|fewest) ",
    r"\bhow (?:often|many)\b.{1,80}\b(?:each(?! other)|(?:for|does|by|in|from|of) every)\b",
    rf"\bhow (?:often|many)\b.{{1,80}}\b(?:per|by) {_GROUPS}\b",
    r"\b(?:breakdown|distribution|histogram|frequency|frequencies|tally) (?:of|by|per)\b",
    r"\btally\b.{0,20}\b(?:all|the)\b",
    rf"\b(?:number|count) of .{{1,60}}\b(?:(?:per|by) {_GROUPS}|(?:for|in) each)\b",
    r"\b(?:le|la|les) (?:plus|moins) (?:frequent|souvent|courant|utilise|cite|mentionne)",
    r"\ble plus (?:de |d')",
    rf"\bcombien\b.{{1,80}}\b(?:chaque|par {_GROUPS})\b",
    rf"\bnombre d.{{1,60}}\b(?:chaque|par {_GROUPS})\b",
    r"\b(?:repartition|ventilation|frequence) (?:de|des|du|par)\b",
)
_SPEAKS = r"(?:mention|contain|contradict|concern|say|fail|talk|ask|refer|discuss|complain)"
_DE = r"d(?:e |'|es )"
_COUNT = _any(
    rf"\bhow many (?:\S+ ){{0,3}}?{_ENTRY}\b",
    r"\bhow many times (?:did|was|were|is|are|has|have|had|do we|do i)\b",
    r"\bhow many of (?:the|these|those|our|them)\b",
    r"\bhow many\b.{1,60}\b(?:are there|were there|have there been)\b",
    rf"\bhow many \S+(?: \S+){{0,2}} {_SPEAKS}",
    rf"\b(?:number|count) of (?:\S+ ){{0,2}}?{_ENTRY}\b",
    r"^count (?!as\b|on\b)|[.,;] ?(?:and |then )?count (?:the|all|every|how)\b",
    r"\bcombien (?:d'entre|sont|ont|y a|en a|en avons)\b",
    r"\bcombien de fois (?:avons|a-t-on|ai|ont|est|a ete|avez)\b",
    rf"\bcombien {_DE}(?:\S+ ){{0,2}}?{_ENTRY}\b",
    r"\bcombien d.{1,50}\b(?:y a-t-il|mentionnent|parlent|contredisent)\b",
    rf"\bnombre (?:total )?{_DE}(?:\S+ ){{0,2}}?{_ENTRY}\b",
    r"^(?:compte[rz]?|denombre[rz]?) (?!rendu)|[.,;] ?(?:et |puis )?compte[rz]? (?:les|tou)",
)
_PLURAL = r"[\w-]+(?<!s)(?<!u)(?<!i)s"  # status, class, alias are none
_LIST = _any(
    # list, enumerate, a list of
    r"^(?:list(?!en|\w|s\b)|enumerate|liste[rz]?\b|enumere[rz]?)|[.,;:?] ?(?:and |then |et )?(?:list|liste[rz]?) ",
    r"\b(?:and|then|et|puis) (?:list|liste[rz]?) (?:what|all|the|every|each|which|who|les|tou(?:te)?s|ce|chaque)\b",
    r"\b(?:give|make|show|write|build|draw up|compile|get|want|need)(?: me| us)? (?:a|the) (?:\w+ )?list\b",
    r"\b(?:donne|fais|dresse|etabli[st])\w*(?:[- ]moi|[- ]nous)? (?:la|une) liste\b",
    # find every, show all, of each, all the
    rf"\b{_ASK}(?:[- ](?:me|us|moi|nous))?(?: \S+)?(?: of| de| the)? ?(?:every|each|all|tou(?:s|tes)|chaque)\b"
    rf"(?! (?:{_TIME}|{_GROUPS} )\b)",
    rf"\b(?:of|for|in|by|from|about|pour|de|dans) (?:each|every|chaque) (?!{_TIME}\b)",
    r"\b(?:what|which)(?: (?:are|were|is)|'s)? all\b(?! (?:right|about|this|that)\b)",
    rf"^(?:all|every|each|tou(?:te)?s les|toutes les|chaque) (?!{_TIME}\b)",
    # which of these, which decisions, which limits were, what options did we
    r"\bwhich (?:ones|of (?:the|these|those|our|my|them)\b)",
    rf"^{_ASK}(?:[- ](?:me|us|moi|nous|les|des))?(?: the| our| any)? (?:\w+ )?{_EVENTS}\b",
    rf"\b(?:what|which)(?: (?:are|were|have been))?(?: the| our| my)?(?: \w+){{0,2}}? {_EVENTS}\b",
    rf"\bwhich (?:[\w-]+ ){{0,3}}?{_PLURAL} (?:(?:are|were|have|had|did|don't|aren't|weren't|depend|break|change)\b|"
    rf"do (?:not|use|{_SPEAKS})|use |{_SPEAKS}|\w{{3,}}ed\b)",
    r"\bwhat (?:are|were) (?:the |our )?(?:different|various|main|open|remaining|known|unresolved|outstanding) "
    r"(?:\w+ )*?\w+s\b",
    rf"\bwhat (?:[\w-]+ ){{0,2}}?{_PLURAL} (?:were|have been|did we|have we) ",
    # lesquels, quels changements ont
    r"\blesquel(?:s|les)\b",
    r"\bquel(?:s|les) (?:[\w-]+ ){0,3}?[\w'-]+[sx] (?:ont|sont|etaient|avons|avez|avaient|a-t-on|ai-je|[a-z]{3,}ent)\b",
    rf"\bquel(?:s|les)(?: sont| etaient| furent| ont ete)?(?: les| nos| tou(?:te)?s les)? (?:\w+ )?{_EVENTS}\b",
    r"\bquel(?:s|les) sont (?:tous|toutes|les differente?s)\b",
)


def kind_of(question: str) -> str:
    """The kind of a question, by its words; `answer` when no word gives another one away.

    >>> kind_of("How many tickets are about billing?"), kind_of("Liste chaque changement de prix")
    ('count', 'list')
    """
    plain = _plain(question)
    if _PAIRS.search(_NO_PAIRS.sub(" ", plain)):
        return PAIRS
    if _OF_A_PLACE.match(plain):
        return ANSWER
    return next((kind for kind, cue in ((TALLY, _TALLY), (COUNT, _COUNT), (LIST, _LIST)) if cue.search(plain)), ANSWER)


_WHOLE = re.compile(
    r"^(?:summari[sz]e|sum up|give (?:me |us )?an? (?:overview|summary)|outline|compare (?:all|the|these|every)|"
    r"resume[rz]?(?:[- ]moi|[- ]nous)?\b|synthetise[rz]?|fais (?:le|un) (?:resume|point|bilan)|"
    r"compare[rz]? (?:tou|les|ces))|"
    r"\b(?:summary|overview|synopsis|gist|main (?:points|themes|topics|ideas)|contradict|inconsisten|in the whole|"
    r"across (?:all|every|the whole)|overall|vue d'ensemble|synthese|grandes lignes|points? principaux|themes|"
    r"contredi|incoheren|dans l'ensemble|globalement)"
)


def is_about_everything(question: str) -> bool:
    """Whether no single passage can hold the answer: a summary, a comparison, contradictions.

    >>> is_about_everything("Résume ce document"), is_about_everything("Who set the limit?")
    (True, False)
    """
    return bool(_WHOLE.search(_plain(question)))


def _plain(question: str) -> str:
    """A question in lower case, without accents and courtesies. Of a long one, which quotes something, the two ends."""
    plain = " ".join(unaccented(question.casefold().replace("’", "'")).split())
    if len(plain) > MAX_QUESTION_CHARS:
        plain = f"{plain[:END_CHARS]} … {plain[-END_CHARS:]}"
    return _POLITE.sub("", plain)
