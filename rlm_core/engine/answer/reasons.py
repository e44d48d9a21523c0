"""Why a finding is doubted, or does not count, in the language of an answer. In `--json` the reasons are English."""

from __future__ import annotations

from rlm_core.engine.checks import claims, quotes, values, voting
from rlm_core.engine.checks.evidence import about, utterance
from rlm_core.engine.checks.near import nearly
from rlm_core.engine.checks.totals import SEVERAL, TOTAL

REASONS_FR = {
    quotes.NOT_THERE: "la citation ne se trouve pas dans la source",
    quotes.TOO_SHORT: "la citation est trop courte pour prouver quoi que ce soit",
    quotes.ELSEWHERE: "la citation se trouve dans une autre source que celle qu'elle nomme",
    values.NOT_THERE: "la valeur ne se trouve ni dans les lignes de la citation ni dans la question",
    claims.WRONG_UNIT: "un nombre de l'affirmation a une autre unité que dans les lignes de la citation",
    claims.STRANGE_UNIT: (
        "un nombre de l'affirmation a une unité que ne nomment ni les lignes de la citation ni la question"
    ),
    values.ANOTHER_NUMBER: "la valeur est un autre nombre que ceux de l'affirmation",
    claims.WRONG_NUMBER: "un nombre de l'affirmation n'est ni dans les lignes de la citation ni dans la question",
    claims.NUMBER_ELSEWHERE: (
        "un nombre de l'affirmation ne se trouve pas dans les lignes de la citation, mais ailleurs dans la même entrée"
    ),
    claims.WRONG_VALUE: "la valeur donnée ne se trouve pas dans la source et a été laissée de côté",
    claims.WRONG_NAME: "un nom de l'affirmation ne se trouve ni dans la source ni dans la question",
    claims.NEGATION: "l'affirmation ou sa citation nie, l'autre non",
    voting.AGAINST: "des secondes lectures ne la confirment pas",
    about.ORDER: "la citation est un ordre à qui la lit, et ne prouve pas ce qu'il ordonne",
    about.QUESTION_ITSELF: "la citation est la question même",
    about.NEAR_ORDER: "un ordre à qui la lit se trouve à côté de la citation",
    about.TO_MACHINES: "la citation s'adresse à un modèle qui la lit",
    about.LINE_TO_TAKE: "la citation dit ce qu'il faut répondre à qui demande",
    about.ACTS[utterance.PROPOSES]: "la citation ne fait que proposer ce que dit l'affirmation",
    about.ACTS[utterance.ASKS]: "la citation ne fait que demander ce que dit l'affirmation",
    about.ACTS[utterance.SUPPOSES]: "la citation ne fait que supposer ce que dit l'affirmation",
    about.ACTS[utterance.REFUSES]: "la citation refuse ou abandonne ce que dit l'affirmation",
    about.ACTS[utterance.SHOWS]: "la citation est un exemple",
    about.REFUSED: "qui parle ensuite refuse ce que dit la citation",
    about.OTHERS_WORDS: "l'affirmation prête à quelqu'un ce que l'auteur de la citation dit de lui-même",
    about.NOT_ABOUT_SPEAKER: "l'affirmation prête à l'auteur de la citation ce qu'il dit de quelqu'un d'autre",
    about.NOT_ABOUT: (
        "ni la citation ni les lignes autour ne partagent un mot parlant avec l'affirmation et la question"
    ),
    about.OTHER_THING: "la citation parle d'une autre chose de ce genre que celle dont il est question",
    SEVERAL: "la citation dit combien il y en a, et compte pour une",
    TOTAL: "elle dit combien il y en a, et n'est pas une entrée que l'on compte",
    nearly.LEFT_OUT: "ce que la citation omet peut porter sur quelqu'un ou quelque chose d'autre",
    nearly.REWORDED: ("une partie de la citation ne se trouve pas dans la source ; ce qui s'y trouve est montré"),
}


def in_french(reason: str) -> str:
    """A reason in French; as it is where it is none of these."""
    return REASONS_FR.get(reason, reason)
