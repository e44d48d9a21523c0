"""Words that say nothing about a subject, English and French: one list for each use, each made from the one before.

A list is changed only with a measurement: queries, titles and the borders of chunks all depend on them.
"""

from __future__ import annotations

ENGLISH, FRENCH = "english", "french"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Left out of a query, by the query's language; accents are folded. They are short on purpose, and apart from each
# other: "son" is a child in English, and every word left out is one that cannot tell two passages apart.
QUERY_STOP_WORDS = {
    ENGLISH: _set("""
a an and are as at be been but by can could d did do does don for from had has have he her him his how i in is it
its ll m me my not of on or our re s she should t that the their them they this to us ve was we were what when where
which who whom whose why will with would you your
"""),
    FRENCH: _set("""
a ai as au aux avait avec avons c ce ces cet cette comment d dans de des dont du elle elles en est et etaient
etait ete etre eu il ils j je l la le les leur leurs lui m ma mes moi mon n ne nos notre nous on ont ou par pas
pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa se ses si son sont sur t ta te tes ton tu un une
vos votre vous y
"""),
}

# Left out of a question whose language is not told, where the index is missing and in `rlm ask`; also no subject of a
# decision. Accents are folded.
FUNCTION_WORDS = (
    QUERY_STOP_WORDS[ENGLISH]
    | QUERY_STOP_WORDS[FRENCH]
    | _set("""
about after all any before cela comme doing etes faire fait get if into just mais may might no out over say so some
than then there these those too up
""")
) - _set("c don dont elles etaient he her him his leurs ll moi re ve whose")

# Kept out of titles and keywords, and out of the words by which a change of topic is seen. Only words of four letters
# and more are compared with them, with their accents.
TITLE_STOP_WORDS = (
    (FUNCTION_WORDS | QUERY_STOP_WORDS[ENGLISH] | QUERY_STOP_WORDS[FRENCH]) - _set("avait dont etes notre whom whose")
) | _set("""
above again against also although always another because being below between both cannot done down during each either
else ever every first further going good having here hers herself himself know last less like little look made make
many more most much must need never next nothing only other ought ours please really said same shall show since
something still such sure take theirs thing through time under until upon used using very want well while within
without yours
ainsi alors apres après aussi autre autres avant avoir bien c'est celle celui ceux chaque contre depuis deux doit donc
encore entre est-ce était être faut lors meme même mettre moins parce pendant peut plus sans sera seulement sous
tous tout toute toutes tres très vers voici voila
""")
