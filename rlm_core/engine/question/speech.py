"""Classes of words in English and French, as pieces of patterns, and a question as plain clauses.

All pieces are for text in lower case without accents. Every quantifier is bounded.
"""

from __future__ import annotations

import re

from rlm_core.language.folding import unaccented

MAX_QUESTION_CHARS, END_CHARS = 600, 250  # a longer one quotes something; then its first and last so many count

_WHICH_OF = r"(?:(?:log |support |open |closed |new |different |distinct |of (?:the|these|our) (?:\d{1,9} )?){0,6}"
# What a text has many of, one entry each: nobody writes down how many there are.
ENTRY = (
    rf"{_WHICH_OF}(?:entr(?:y|ies)|tickets?|changes?|messages?|mentions?|questions?|issues?|bugs?|errors?|failures?|"
    r"commits?|sessions?|conversations?|rows?|records?|reviews?|comments?|e-?mails?|decisions?|complaints?|incidents?|"
    r"deploy(?:ment)?s?|todos?|entrees?|modifications?|changements?|erreurs?|pannes?|plaintes?|demandes?|avis|"
    r"commentaires?|courriels?|echecs?))"
)
# What is counted as often in one line, "we have 40 customers", as entry by entry.
THING = (
    rf"{_WHICH_OF}(?:documents?|files?|lines?|items?|customers?|users?|people|persons?|orders?|reports?|notes?|"
    r"meetings?|papers?|releases?|tests?|tasks?|articles?|chapters?|sections?|functions?|class(?:es)?|modules?|texts?|"
    r"fichiers?|lignes?|utilisateurs?|clients?|personnes?|commandes?|reunions?|taches?|documents?))"
)
# What happens, is said or is found over time.
EVENTS = (
    r"(?:decisions|changes|issues|bugs|errors|failures|problems|incidents|complaints|objections|risks|todos|tasks|"
    r"action items|open questions|questions|tickets|mentions|reversals|disagreements|contradictions|differences|"
    r"inconsistencies|deadlines|alternatives|lessons|outages|regressions|promises|assumptions|"
    r"changements|modifications|problemes|erreurs|pannes|plaintes|risques|taches|contradictions|differences|"
    r"incoherences|echeances|objections|desaccords|raisons invoquees)"
)
TIME = (
    r"(?:night|day|week|month|hour|minute|second|year|morning|evening|time|now|other|few|quarter|sprint|release|call|"
    r"one of (?:us|them)|\d{1,9}|two|three|four|five|ten|"
    r"nuits?|jours?|semaines?|mois|heures?|ans|annees?|matins?|soirs?|fois|minutes|secondes|deux|trois|cinq|dix)"
)
GROUPS = (
    r"(?:user|person|author|customer|client|team|day|week|month|year|date|label|type|kind|category|status|component|"
    r"version|priority|severity|file|module|language|country|project|product|source|speaker|session|"
    r"utilisateur|personne|auteur|equipe|jour|semaine|mois|an|annee|categorie|statut|composant|priorite|fichier|"
    r"langue|pays|projet|produit|source)s?"
)
ASK = (
    r"(?:list|find|show|give|name|collect|extract|report|get|tell|summari[sz]e|gather|identify|recap|quote|enumerate|"
    r"trouve[rz]?|montre[rz]?|donne[rz]?|cite[rz]?|nomme[rz]?|releve[rz]?|recense[rz]?|resume[rz]?|extrais|rappelle)"
)
# Asks for the whole of something, whatever follows.
GATHER = (
    r"(?:collect|gather|compile|enumerate|extract|pull (?:all|out)|bring together|round up|"
    r"releve[rz]?|recense[rz]?|rassemble[rz]?|regroupe[rz]?|enumere[rz]?|extrais|extraire|reperto(?:rie|rier))"
)
COUNTED = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,4}|deux|trois|quatre|cinq|sept|huit|neuf|dix)"

# A word that can stand between a question word and its noun.
_NO_ADJECTIVE = (
    r"(?:is|are|was|were|be|been|do|does|did|has|have|had|can|could|should|may|might|will|would|of|for|in|on|at|to|by|"
    r"with|from|about|and|or|but|the|a|an|that|who|which|if|not|no|"
    r"est|sont|etait|a|ont|avait|de|du|des|la|le|les|un|une|dans|sur|pour|par|avec|qui|que|ou|et|ne|pas)"
)
ADJECTIVE = rf"(?:(?!{_NO_ADJECTIVE}\b)[\w'-]{{1,30}} )"

# A noun in the plural. "parses the", "uses it": a verb, since an object follows.
_OBJECT = r"(?: (?:the|a|an|our|your|my|his|her|its|their|it|this|him|them|itself)\b)"
_NO_PLURAL = (
    r"(?:was|is|has|does|goes|happens|comes|makes|says|its|his|this|as|us|yes|always|perhaps|sometimes|besides|"
    r"means|news|series|lens|alias|"
    r"gas|bias|whereas|towards|afterwards|ours|hers|theirs|yours|let's|what's|who's|it's|that's|there's|"
    r"pas|plus|dans|sous|sans|mais|tres|apres|depuis|vers|alors|cours|fois|temps|prix|choix|voix|mois|avis|acces|"
    r"proces)"
)
PLURAL = (
    rf"(?:(?!{_NO_PLURAL}\b)(?:people|persons?(?<=s)|folks|men|women|children|criteria|ppl|guys|"
    rf"[a-z][\w-]{{0,30}}(?<!s)(?<!u)(?<!i)(?<!')s)\b(?!{_OBJECT}))"
)
PLURALS = r"(?:[a-z][\w'-]{1,30}[sx]\b)"  # after a French word that is a plural itself

_COURTESY = (
    r"(?:please|pls|hi|hello|hey|ok|okay|so|and|well|now|also|then|actually|just|bonjour|salut|dis(?=[ ,])|alors|"
    r"s'il (?:te|vous) plait|stp|svp|"
    r"(?:can|could|would|will) (?:you|u)(?: please| kindly)?|(?:peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|"
    r"tu peux|tu pourrais|vous pouvez)|(?:tell|remind) (?:me|us) (?=how|what|which|who|when|where|why|whether|if)|"
    r"(?:dis|dites|rappelle)[- ](?:moi|nous) (?=combien|quel|qui|quand|ou |pourquoi|comment)|"
    r"(?:i|we) (?:want|need|would like|'d like) to know|(?:i'd|we'd) like to know|i wonder|any idea|"
    r"(?:i|we)(?:'d like| would like| need| want)(?: to (?:see|have|get|read|find))? (?=all\b|every|each\b|any )|"
    r"(?:j'ai besoin de|je (?:veux|voudrais)(?: voir)?|on (?:cherche|veut)|nous (?:cherchons|voulons)) (?=tou|"
    r"chaque|les )|(?:do|does|did|would) (?:you|u|we|anyone|anybody) (?:happen to )?(?:know|remember|recall)|"
    r"je (?:voudrais|veux|souhaite|cherche a) savoir|j'aimerais savoir|(?:sait-on|sais-tu|savez-vous|on sait)|"
    r"est-ce qu'on sait|say)"
)
_POLITE = re.compile(rf"^(?:{_COURTESY}\b[ ,:]{{0,3}}){{1,6}}")
_THANKS = re.compile(r"[ ,]{1,3}(?:please|pls|thanks|thx|stp|svp|s'il (?:te|vous) plait|merci)(?: ?[.!?])?$")
_ENDS = re.compile(r"(?<=[.!;…])\s|(?<=\?)|\n")


def any_of(*cues: str) -> re.Pattern[str]:
    """A pattern that matches where one of the cues does."""
    return re.compile("|".join(f"(?:{cue})" for cue in cues))


def plain(question: str) -> str:
    """A question in lower case, without accents. Of a long one, which quotes something, the two ends."""
    text = "\n".join(
        " ".join(line.split()) for line in unaccented(question.casefold().replace("’", "'")).split("\n") if line.strip()
    )
    return text if len(text) <= MAX_QUESTION_CHARS else f"{text[:END_CHARS]} … {text[-END_CHARS:]}"


def clauses(question: str) -> list[str]:
    """The sentences of a question as `plain` writes them, without courtesies; none of nothing."""
    found = (_THANKS.sub("", _POLITE.sub("", part.strip())) for part in _ENDS.split(plain(question)))
    return [c for c in found if re.search(r"\w", c)]
