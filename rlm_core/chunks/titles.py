"""Words that carry a text's subject, for titles, keywords and topic changes. No model, no state."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_][\w.-]{2,40}")
_TAG = re.compile(r"<(command-name|command-args)>(.*?)</\1>", re.DOTALL)

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
# Commands of Claude Code's own that say nothing about the work.
HOUSEKEEPING = frozenset(
    """
/add-dir /agents /clear /color /compact /config /context /cost /doctor /effort /exit /export /fast /help /hooks
/ide /login /logout /mcp /memory /model /output-style /permissions /plugin /plugins /quit /reload-plugins
/rename /resume /rewind /status /statusline /theme /usage /vim
""".split()  # noqa: SIM905
)
SCAN = 4000  # characters of one text that are looked at: its beginning names its subject


def subject_words(text: str) -> list[str]:
    """Lower-cased words of four letters and more, in order, without stop words."""
    return [w for raw in _WORD.findall(text[:SCAN]) if len(w := raw.strip(".-").lower()) > 3 and w not in STOPWORDS]


def keywords(words: list[str], most: int = 8) -> list[str]:
    """The most frequent words, ties in order of appearance."""
    counts: dict[str, int] = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    ranked = sorted(counts, key=counts.__getitem__, reverse=True)
    return ranked[:most]


def headline(text: str, width: int = 80) -> str:
    """A text's first line that says something, at most `width` characters.

    >>> headline("<command-name>/recall</command-name> <command-args>retry limit</command-args>")
    '/recall retry limit'
    """
    if text.startswith(("<command-name>", "<command-message>")):
        text = " ".join(value for _, value in _TAG.findall(text[:SCAN]))
    for line in text[:SCAN].split("\n"):
        line = " ".join(line.strip().lstrip("#>*- ").split())
        if line:
            return line if len(line) <= width else line[: width - 1].rstrip() + "…"
    return ""


def prompt_title(text: str) -> str:
    """A prompt's headline, "" for a command that only keeps house, such as /clear."""
    title = headline(text)
    command = text.startswith("<command-") and title.partition(" ")[0] in HOUSEKEEPING
    return "" if command else title


def topic_changed(prompt: list[str], before: set[str]) -> bool:
    """Whether a prompt shares next to nothing with what was spoken of before it.

    Short prompts ("yes, go on") never change the topic.
    """
    words = set(prompt)
    return len(words) >= 5 and len(words & before) / len(words) < 0.12
