"""What was measured: a quantity with its unit, or a named metric with its value, in a sentence that reports it."""

from __future__ import annotations

import re
from functools import cache

NUMBER = r"(?<![\w.])[~≈<>]?\d(?:[\d ,.]{0,12}\d)?(?:k|m| million| millions? de| milliers de| thousand)?"
CLOCK = r"\b\d+(?:h\d\d|m(?:in)? ?\d\d)(?:s|sec)?\b"
TIME = r"ns|us|µs|μs|ms|msec|s|secs?|secondes?|seconds?|millisecond(?:e?s)?|mins?|minutes?|h|hours?|heures?"
SIZE = r"[kmg]i?[bo]|tb|tib|bytes?|octets?|[kmg](?:i?b|o)/s|[kmg]bps"
RATE = (
    r"fps|rps|qps|tps|[a-z]{1,9}/(?:s|sec|min|h)|(?:[a-z]+ )?(?:per (?:second|minute|hour)|par (?:seconde|minute|"
    r"heure))"
)
OTHER = r"%(?:/h)?|percent|pour ?cent|w|°c|points?|pts"
UNIT = rf"(?:{RATE}|{SIZE}|{TIME}|{OTHER})"
NAME = r"recall|precision|accuracy|f1|mrr|ndcg|auc|bleu|loss|perplexity|rappel|exactitude"
FASTER = (
    r"faster|slower|smaller|larger|fewer|less|more|bigger|speed-?up|rapides?|lente?s?|petite?s?|grande?s?|grosse?s?|"
    r"gros|moins"
)
FACTOR = rf"\b\d+(?:[.,]\d+)? ?(?:x|×|times|fois) (?:plus |moins )?(?:{FASTER})"
METRIC = (
    rf"\b(?:{NAME}|score)(?: ?@ ?\d+)?(?: score| rate)?(?: \w+){{0,3}}? ?(?:is|=|:|of|at|was|reached|reaches|est|a|"
    rf"de|atteint|"
    r"passe a|etait)(?: now| maintenant| de| a)? ?(?:de )?\d?[.,]\d+|"
    rf"\b\d?[.,]\d+ (?:{NAME})\b|\b(?:{NAME})\b[^.,;]{{0,25}}[:=] ?\d?[.,]\d+|\b(?:fps|rps|qps)\b[^.,;\d]{{0,25}}\d"
)
# Words and signs of the first pass over a text, which tell where to look at all.
CUES = tuple(
    """
ns us ms msec sec secs second seconds seconde secondes milliseconds millisecondes min mins minute minutes hour
hours heure heures kb mb gb tb kib mib gib tib ko mo go bytes octets kbps mbps gbps fps rps qps tps percent pour
times fois recall precision accuracy f1 mrr ndcg auc bleu loss rappel exactitude chronometrer chronometre timed
""".split()  # noqa: SIM905
)
SIGNS = ("%", "s", "h", "x", "×", "b", "w", "°c", "µs", "pts")
ANY = frozenset((*CUES, *SIGNS))
# A sign counts after a figure or a slash.
SIGN_END = r"(?!\w)(?:(?<=[\d/].)|(?<=\d\s.)|(?<=[\d/]..)|(?<=\d\s..))"

STRONG = (
    r"measured|measures|benchmark(?:s|ed)?|bench|benches|took|timed|clocked|profil(?:ed|ing|e|er)|a pris|ont pris|"
    r"a dure|mesure[es]?|mesurons|chronometrer?|tourne pendant|ran (?:in|for)|went (?:up|down) to|rose to|is up to|"
    r"(?:drops|falls|rises|grows|goes|climbs) (?:by|to|from)|finished in|completed in|went from|(?:dropped|fell|rose|"
    r"grew|improved|decreased|increased|reduced|shrank|shrunk|jumped|slowed|climbed|peaked|chute|chutent) (?:by|to|"
    r"from|at|de)|est passee? de|sont passees? de|standard deviation|ecart[ -]type|(?:a|ont) (?:\w+ )?(?:baisse|"
    r"augmente|diminue|chute|monte|grimpe|gagne|perdu|atteint)"
)
WEAK = (
    r"p50|p9[059]|p99[.,]?9?|medians?|mean|averages?|avg|latency|throughput|coverage|peak|rss|wall|elapsed|duration|"
    r"uptime|runs?|now|costs?|weighs?|uses?|takes|is at|are at|sits at|holds at|is around|down to|up from|down from|"
    r"hits|reached|reaches|faster|slower|smaller|larger|speedup|rate|loss|memory|cpu|size|usage|handles|processes|"
    r"parses|previously|handled|sustained|needs|we're using|on utilise|idle|a tenu|tenu|au repos|loss|fps|a tourne|"
    r"tourne|fait|soit|loads?|starts?|we see|got|gives?|shows?|profile|instead of|drain|compressed|gzipped|spends?|"
    r"mediane|moyen(?:ne)?|centile|percentile|debit|latence|couverture|pic|tourne(?:nt)?|passe(?:nt)? de|descendue?|"
    r"montee?|pese(?:nt)?|coute(?:nt)?|taux|prend|prennent|dure|durent|consomme(?:nt)?|occupe(?:nt)?|desormais|"
    rf"maintenant|atteint|memoire|taille|auparavant|contre|traite|obtien(?:s|t)|s'execute|se charge|demarre|on voit|"
    rf"plein|montre|disque|{NAME}|{FASTER}"
)
# Settings, limits, aims, estimates and conditions are no measurements.
SETTING = (
    r"limit(?:s|ed|e|es)?|timeouts?|ttl|max(?:imum)?(?! $)|min(?:imum)|default|defaut|budget|targets?|goals?|"
    r"objecti(?:f|ve)s?|cible|must|should|shall|at most|at least|au plus|au moins|up to|threshold|seuil|"
    r"(?<!dev )(?<!test )(?<!data )(?<!training )(?<!held-out )(?<!this )(?<!validation )set|sets|setting|cap|capped|"
    r"quota|expires?|expire(?:nt|r)?|if|would|could|might|may|will|need(?:s|ed)?|until|retention|valid|valable|"
    r"longer than|allow(?:s|ed)?|every|toutes les|chaque|delai|doit|doivent|devrait|fixee?|mets|mettre|met|jusqu'a|"
    r"si|pourrait|serait|faut|intervalle?|interval|sleeps?|waits?|attend|retry|retries|backoff|delay|window|"
    r"duree de vie|estimat\w+|estime\w*|expect(?:ed)?|attendu|suppose\w*|probably|maybe|assume|under|below|less than|"
    r"within|en dessous|on garde|let's|keep|use|make|cancel\w*|annulee?s?|configured?|configuree?|pendant|older than|"
    r"larger than|bigger than|plus de|more than|opacity|width|margin|padding|font|height|zoom|meeting|reunion|ago|"
    r"il y a|my battery|ma batterie"
)
AIM = (
    r"must|should|target|goal|objecti(?:f|ve)|cible|doit|devrait|would|could|serait|estimat(?:e|ed|ion)|estime\w*|if|"
    r"si|limit|budget|expected"
)

_DIGIT = re.compile(r"\d")
_COMPARES = re.compile(r"[:=→]|\b(?:vs|versus|before|after|avant|apres)\b")


@cache
def _words(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b")


@cache
def _quantity() -> re.Pattern[str]:
    return re.compile(rf"{NUMBER} ?{UNIT}(?!\w)|{CLOCK}|{FACTOR}|{METRIC}")


def measured(said: str) -> bool:
    """Whether a folded sentence reports a measurement."""
    if said.endswith("?") or not _DIGIT.search(said) or not _quantity().search(said):
        return False
    if _words(STRONG).search(said):
        return not _words(AIM).search(said)
    told = _words(WEAK).search(said) or (_COMPARES.search(said) and len(_quantity().findall(said)) > 1)
    return bool(told) and not _words(SETTING).search(said)
