"""What a sentence does: states, proposes, asks, supposes, refuses, gives an example. By its words, English and French.

All texts here are folded (`surroundings.plain`). What no pattern knows counts as a statement.
"""

from __future__ import annotations

import re

PROPOSES, ASKS, SUPPOSES, REFUSES, SHOWS = "proposes", "asks", "supposes", "refuses", "shows"
_WHO = r"(?:we|you|i|one|they|he|she|someone|somebody)"
_PROPOSING = re.compile(
    rf"\b{_WHO} could\b(?! (?:\w+ )?(?:not|hardly|barely)\b)|\b(?:we|i) (?:might|may)\b(?! (?:\w+ )?not\b)|\b(?:could|"
    r"might|should|shall) (?:we|i|one|they)\b|"
    rf"\b{_WHO}(?: would|'d)? (?:(?:strongly |rather |also )?(?:suggest|propose|recommend|advise|vote for|favou?r|"
    r"lean))\b|"
    r"\b(?:i|we)(?:'m| am|'re| are) (?:thinking|leaning|considering|tempted)\b|"
    rf"\b{_WHO} (?:should|ought to)\b|(?:^|\b(?!(?:the|a|an|as|our|his|her|is|was|were|are|been|be|last|all|this|"
    rf"that)\b)\w{{1,30}} )(?:suggests|suggested|"
    r"proposes|proposed|recommends|recommended) (?!by\b)|"
    r"\b(?:my|our|one|a|another|the) (?:\w+ )?(?:suggestion|proposal|idea|option|alternative|possibility|"
    r"recommendation)s? "
    r"(?:is|was|are|were|would|could|might|may)\b|^\W{0,6}(?:proposal|suggestion|idea|option(?: \w{1,3})?|rfc|"
    r"draft)\b ?[:(]|"
    r"\b(?:i|we)(?:'d| would) (?:rather|go for|go with|pick|choose|prefer|opt|take|use|keep|like)\b|"
    r"\b(?:hesitat\w{1,4}|torn between|unsure|undecided|on hesite|j'hesite|hesitons|indecis\w?)\b|"
    r"\bj'?e? ?(?:prendrais|prefererais|irais|garderais|mettrais|aimerais|voudrais)\b|\blet's (?:consider|discuss|"
    r"think|explore|see whether|see if)\b|\b(?:maybe|perhaps)\b|\bhow about\b|\b(?:toying with|mulling|weighing|"
    r"exploring|playing with the idea)\b|\b(?!(?:i|we|who|what)\b)\w{1,30} (?:wants|demands|calls for|wishes|urges|"
    r"reclame|reclament|exige|exigent|souhaite|souhaitent|voudrait|aimerait)\b|\b(?:on|still on) the table\b|"
    r"^\W{0,6}(?:ideally|idealement)\b|\b(?:ete|est|etait) (?:envisage|propose|suggere|evoque)e?s?\b|\bwhat about\b|"
    r"\bwhat if\b|\bwhy (?:not|don't we)\b|\b(?:it|that|this) (?:would|might|could) be (?:\w+ )?(?:better|good|nice|"
    r"worth|wise|"
    r"useful|possible|safer|simpler|easier|cleaner|great)\b|\bconsider(?:ing)? [a-z]+ing\b|\bmight want to\b|"
    r"\bworth (?:considering|"
    r"trying|a try|discussing|exploring|a thought)\b|\b(?:is|are|was|were|remains?|still) (?:still |being |"
    r"only )?(?:proposed|"
    r"tentative|provisional|under discussion|an open question|undecided|up for discussion|considered|pending)\b|"
    r"\bnot (?:yet )?(?:decided|final|settled|sure yet|agreed)\b|\bto be (?:decided|confirmed|discussed|agreed)\b|"
    r"\btb[dc]\b|"
    r"\b(?:on|nous|vous|tu|je|il|elle|ils|elles|j') ?(?:pourrai[st]|pourrions|pourriez|pourraient|devrai[st]|devrions|"
    r"devriez|"
    r"devraient)\b|\b(?:pourrait|pourrions|devrait|devrions)-(?:on|nous)\b|"
    r"\bje (?:propose|suggere|recommande|conseille|serais d'avis|verrais bien|pencherais?|penche|songe|pense a)\b|"
    r"\b(?:j'aurais tendance|j'envisage|nous proposons|on propose|il propose|elle propose|j'opterais|je choisirais)\b|"
    r"^\W{0,6}(?:proposition|suggestion|idee|piste|option(?: \w{1,3})?|brouillon)\b ?[:(]|\bet si (?:on|nous|l'on)\b|"
    r"\bpeut-etre\b|"
    r"\bpourquoi (?:ne )?pas\b|\b(?:il )?(?:faudrait|vaudrait mieux|serait (?:\w+ )?(?:mieux|bien|bon|utile|possible|"
    r"preferable|"
    r"judicieux|sage|plus \w+))\b|\bque (?:diriez|dirais|pensez|penses)-(?:vous|tu)\b|\b(?:ma|notre|une|autre|"
    r"la) (?:\w+ )?"
    r"(?:proposition|suggestion|idee|option|piste|possibilite|alternative) (?:est|serait|etait|pourrait)\b|"
    r"\b(?:on|nous) envisage(?:ons)?\b|\ba (?:l'etude|discuter|confirmer|decider|valider|trancher)\b|"
    r"\bpas encore (?:\w+ )?(?:decide|tranche|valide|arrete)e?s?\b|\breste a (?:decider|trancher|valider|confirmer)\b|"
    r"\bprovisoire\b"
)
_ASKING = re.compile(
    r"\?[\"'”»)\]*_`\s]{0,6}$|\b(?:i|we) wonder\b|\bwondering (?:if|whether)\b|\bdo(?:es)? any(?:one|body) know\b|"
    r"\b(?:please|can you|could you) (?:confirm|check) (?:that|if|whether)\b|\bnot sure (?:if|whether)\b|"
    r"\b(?:je|on) (?:me|se) demande (?:si|ou|quand|comment)\b|\bje ne sais pas si\b|\b(?:merci de|peux-tu|pouvez-vous) "
    r"(?:confirmer|verifier) (?:que|si)\b"
)
_SUPPOSING = re.compile(
    r"\b(?:if|unless|suppose|supposing|imagine|assuming|assume|provided|were (?:we|i|they|it) to)\b[^.!?\n]{0,160}?"
    r"\b(?:would|could|might|\w+'d)\b|\b(?:would|could|might)\b[^.!?\n]{0,160}?\b(?:if|unless|provided)\b|"
    r"^\W{0,6}(?:suppose|supposing|imagine|let's (?:say|suppose|imagine|assume|pretend)|say,|assume|what if|had (?:we|"
    r"i|they|it))\b|"
    r"\b(?:would|could|might|should) have \w+(?:ed|en|t|ne|d)?\b|^\W{0,6}(?:should|were|"
    r"had) [^.!?\n]{1,100}?, [^.!?\n]{0,60}?(?:would|could|might|\w+'d)\b|\bwould be \w{1,20}(?:ed|en|t)\b|\b(?:ce|"
    r"cela|ca) serait\b|\bhypothetical(?:ly)?\b|\bin theory\b|"
    r"\btheoretically\b|"
    r"\bi wish\b|\bsi (?:on|nous|je|j'|il|elle|ils|elles|le|la|les|l'|vous|tu|un|une)\b[^.!?\n]{0,160}?[a-z]r(?:ais|"
    r"ait|ions|iez|aient)\b|"
    r"[a-z]r(?:ais|ait|ions|iez|aient)\b[^.!?\n]{0,160}?\bsi (?:on|nous|je|j'|il|elle|ils|elles|le|la|les|l'|vous|tu|"
    r"un|une)\b|"
    r"^\W{0,6}(?:supposons|imaginons|admettons|mettons que|disons que|imagine[zr]? que|a supposer)\b|\ben theorie\b|"
    r"\btheoriquement\b|\bhypothese\b|\bau cas ou\b|\b(?:aurait|aurais|aurions|auraient) (?:\w+ )?(?:ete|pu|du|fallu|"
    r"fait|mis|pris)\b"
)
_REFUSING = re.compile(
    r"^\W{0,6}(?:no|nope|nah|non)\b(?!\.? ?\d)\s?[,.!;:–—-]|\b(?:won't|will not|not going to|aren't going to|"
    r"isn't going to|"
    r"refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|reject(?:s|ed|ing)?|veto(?:es|ed)?|rul(?:e|es|ed|ing) (?:it |this |"
    r"that )?out|"
    r"(?:decided|chose|agreed|voted|opted) (?:against|not to)|out of the question|no way|turn(?:s|ed|ing)? (?:it |"
    r"that |this |"
    r"them )?down|drop(?:s|ped|ping)? the (?:idea|plan|proposal)|never mind|abandon(?:s|ed|ing)?|scrap(?:s|ped|ping)?|"
    r"cancel(?:s|led|ed|ling|ing)?|i'd rather not|let's not|not (?:doing|using|adopting|accepted|approved|taking)|"
    r"oppos(?:e|es|ed)|(?:voted?|shot|struck|knocked) (?:it |this |that |them )?down|dismiss(?:es|ed)|overrul(?:es|ed)|"
    r"den(?:y|ies|ied)|(?:was|were|been|got|is) (?:dropped|shelved|withdrawn|struck|put off|postponed)|object(?:s|"
    r"ed) to|(?:is|are|was|were|spoke|voted) against|(?:is|was) off the table|call(?:s|"
    r"ed)? (?:it )?off)\b|"
    r"\b(?:refuse[sz]?|refusons|refusent|rejete?(?:e?s?|ons|ez|ent)?|decline[sz]?|ecarte(?:e?s?|ons)?|abandonn(?:e|es|"
    r"ee|ees|ons|ez|"
    r"ent)|annule(?:e?s?|ons|z|nt)?|renonce(?:e?s?|ons|z|nt)?|laisse(?:ons|z)? tomber|laissons tomber|hors de question|"
    r"pas question|"
    r"plutot pas|pas d'accord|(?:on|nous|je) n[e'] ?\w{1,20}(?: \w{1,12})? pas|(?:on|nous|je) n'\w{1,20} pas|"
    r"decide(?:e|ons)? de ne pas|"
    r"s'oppos(?:e|ent|ait)|opposee?s?|s'est prononcee? contre|(?:est|sont|etait|vote|a vote) contre|n'est pas retenue?|"
    r"pas (?:ete )?(?:retenu|accepte|adopte|approuve|valide)e?s?|"
    r"pas retenue?s?)\b"
)
_SHOWING = re.compile(
    r"^\W{0,8}(?:for example|for instance|e\.g\.|example|sample|as an example|par exemple|p\.? ?ex\.|exemple|"
    r"a titre d'exemple)\b|"
    r"\b(?:example|sample|exemple)s?(?: of (?:a|an) \w+| d'\w+| de \w+)?(?: (?:would be|looks like|could be|might be|"
    r"serait))? ?:|"
    r"\blooks? (?:something )?like this ?:"
)
_SHOWN_BELOW = re.compile(
    r"\b(?:examples?|samples?|for instance|e\.g\.?|template|placeholder|exemples?|p\.? ?ex\.?|"
    r"modele)\b[^.!?\n]{0,40}:\W{0,4}$"
)
_MAY_BE_REFUSED = re.compile(
    r"\b(?:let's|let us|shall|on (?:va|prend|passe|part)|allons|prenons|passons|partons|mettons)\b"
)
_ACCEPTS = re.compile(
    r"^\W{0,6}(?:yes|yep|yeah|yup|ok|okay|sure|agreed|deal|done|perfect|great|absolutely|exactly|right|correct|"
    r"go ahead|go for it|"
    r"do (?:it|that)|let's do|sounds good|good idea|fine|approved|works for me|makes sense|love it|oui|d'accord|ouais|"
    r"vas-y|allez-y|"
    r"parfait|entendu|bonne idee|c'est (?:note|bon|parfait|decide|entendu)|ca marche|tres bien|adopte|valide|exact|"
    r"tout a fait|"
    r"fais(?:-le| ca| comme ca)|faites|on fait (?:ca|comme ca)|marche conclu|absolument)\b"
)

# How a claim says that something was only proposed, asked, supposed; and that it was refused.
_TENTATIVE = re.compile(
    r"\b(?:propos\w{0,7}|suggest\w{0,5}|recommend\w{0,7}|consider\w{0,5}|could|might|(?<!\d )may(?!,? \d)|would|should|"
    r"ought|possib\w{0,5}|options?|"
    r"ideas?|think\w{0,3}|thought|plan\w{0,5}|ask\w{0,3}|questions?|whether|wonder\w{0,3}|if|hypothe\w{0,6}|"
    r"discuss\w{0,5}|want\w{0,3}|"
    r"wish\w{0,3}|hop(?:e|es|ed|ing)|maybe|perhaps|intend\w{0,3}|going to|expect\w{0,3}|debat\w{0,4}|undecided|"
    r"not (?:yet )?(?:decided|"
    r"final)|unsure|unclear|uncertain|potential\w{0,2}|alternatives?|dream\w{0,3}|like to|interested|leaning|"
    r"advis\w{0,3}|draft|pending|"
    r"tentative\w{0,2}|likely|probabl[ey]|seems?|need\w{0,3}|request\w{0,3}|invit\w{0,5}|offer\w{0,3}|encourag\w{0,5}|"
    r"suggere\w{0,4}|recommand\w{0,7}|conseill\w{0,3}|envisag\w{0,5}|pourrai\w{0,3}|pourrions|devrai\w{0,3}|devrions|"
    r"idees?|pens\w{0,4}|"
    r"prevoi\w{0,4}|prevu\w{0,2}|demand\w{0,4}|si|hypothese|souhait\w{0,4}|veut|veulent|voudrai\w{0,3}|peut-etre|"
    r"faudrait|serai\w{0,3}|"
    r"possibilite|pistes?|etudi\w{0,3}|provisoire|eventuel\w{0,6}|incertain\w{0,2}|examin\w{0,4}|interrog\w{0,4}|"
    r"aimerai\w{0,3})\b"
)
_TENTATIVE_QUESTION = re.compile(
    r"\b(?:propos\w{0,7}|suggest\w{0,5}|recommend\w{0,7}|consider\w{0,5}|options?|ideas?|alternatives?|asks?|asked|"
    r"questions?|hypothe\w{0,6}|"
    r"discuss\w{0,5}|want\w{0,3}|wish\w{0,3}|hop(?:e|es|ed|ing)|intend\w{0,3}|going to|plan(?:s|ning|ned)?|"
    r"debat\w{0,4}|think\w{0,3}|would|"
    r"might|likely|dream\w{0,3}|advice|advised?|offer\w{0,3}|like to|undecided|open|interested|"
    r"suggere\w{0,4}|recommand\w{0,7}|conseill\w{0,3}|envisag\w{0,5}|idees?|pens\w{0,4}|prevoi\w{0,4}|prevu\w{0,2}|"
    r"demand\w{0,4}|"
    r"souhait\w{0,4}|veut|veulent|voudrai\w{0,3}|pistes?|possibilites?|discut\w{0,4})\b"
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|against|refus\w{0,4}|declin\w{0,3}|reject\w{0,4}|drop\w{0,4}|"
    r"abandon\w{0,6}|"
    r"cancel\w{0,6}|veto\w{0,3}|ruled|turn\w{0,3} down|scrap\w{0,4}|instead|rather|out of|off|stop\w{0,4}|remov\w{0,3}|"
    r"avoid\w{0,3}|"
    r"ne|pas|non|jamais|aucune?|sans|rejet\w{0,4}|ecart\w{0,4}|annul\w{0,5}|renonc\w{0,4}|plutot|contre|ni)\b|n't\b|"
    r"\bn'"
)


def acts_of(sentence: str, above: str = "") -> frozenset[str]:
    """What a sentence does beside stating; empty for a statement. above: the line before it.

    >>> sorted(acts_of("we could move to redis"))
    ['proposes']
    """
    known = (
        (PROPOSES, _PROPOSING), (ASKS, _ASKING), (SUPPOSES, _SUPPOSING), (REFUSES, _REFUSING), (SHOWS, _SHOWING),
    )  # fmt: skip
    acts = {act for act, pattern in known if pattern.search(sentence)}
    if above and _SHOWN_BELOW.search(above):
        acts.add(SHOWS)
    return frozenset(acts)


def is_answered(sentence: str, acts: frozenset[str], reply: str) -> tuple[bool, bool]:
    """(accepted, refused) by how the next one begins, as far as there was something to accept or to refuse."""
    open_ = bool(acts & {PROPOSES, ASKS}) or bool(_MAY_BE_REFUSED.search(sentence))
    if not open_ or not reply:
        return False, False
    accepted = bool(_ACCEPTS.search(reply))
    return accepted, not accepted and bool(_REFUSING.search(_first(reply)))


def _first(reply: str) -> str:
    return re.split(r"(?<=[.!?])\s", reply.strip(), maxsplit=1)[0]


def says_so(claim: str, question: str, acts: frozenset[str]) -> frozenset[str]:
    """Those of a quote's acts that neither the claim nor the question owns up to."""
    left = set(acts)
    if _TENTATIVE.search(claim) or _TENTATIVE_QUESTION.search(question):
        left -= {PROPOSES, ASKS, SUPPOSES}
    if _NEGATIVE.search(claim):
        left.discard(REFUSES)
    if re.search(r"\b(?:exampl|exempl|sampl|e\.g)", f"{claim} {question}"):
        left.discard(SHOWS)
    return frozenset(left)
