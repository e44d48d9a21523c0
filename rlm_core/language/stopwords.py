"""Words that say nothing about a subject, English and French."""

from __future__ import annotations

# Words of four letters and more that say nothing about the subject, English and French.
STOPWORDS = frozenset(
    """
about above after again against also although always another because been before being below between both cannot
could does doing done down during each either else ever every first from further going good have having here
hers herself himself into just know last less like little look made make many might more most much must need
never next nothing only other ought ours over please really said same shall should show since some something
still such sure take than that their theirs them then there these they thing this those through time under until
upon used using very want well were what when where which while will with within without would your yours ainsi
alors apres aussi autre autres avant avec avoir avons bien cela celle celui cette ceux chaque comme comment
contre dans depuis deux doit donc elle elles encore entre est-ce etaient etait etre fait faire faut ici ils leur
leurs lors mais meme mettre moins nous parce pendant peut plus pour pourquoi quand quel quelle quelles quels
quoi sans sera seulement sont sous sur tous tout toute toutes tres vers voici voila votre vous c'est était être
après même très
""".split()  # noqa: SIM905
)
# Words of a question that tell nothing about its subject, English and French; accents are folded.
FUNCTION_WORDS = frozenset(
    """
a about after all an and any are as at be been before but by can could did do does doing for from get had has
have how i if in into is it its just may me might my no not of on or our out over say she should so some than
that the their them then there these they this those to too up us was we were what when where which who whom why
will with would you your ai as au aux avait avec avons ce cela ces cet cette comme comment d dans de des du elle
en est et etait ete etes etre eu fait faire il ils j je l la le les leur lui m ma mais me mes mon n ne nos notre
nous on ont ou par pas pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa se ses si son sont sur
t ta te tes ton tu un une vos votre vous y
""".split()  # noqa: SIM905
)
