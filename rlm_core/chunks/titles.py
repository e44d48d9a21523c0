"""Words that carry a text's subject, for titles, keywords and topic changes. No model, no state."""

from __future__ import annotations

import re

from rlm_core.language.stopwords import TITLE_STOP_WORDS
from rlm_core.redaction.clean import EMPTY, literal
from rlm_core.transcript.entry import HOUSEKEEPING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.clean import AnyText, CleanText

_WORD = re.compile(r"[^\W\d_][\w.-]{2,40}")
_TAG = r"(?s)<(command-name|command-args)>(.*?)</\1>"

_SPACE, _LEFT_OUT = literal(" "), literal("…")
SCAN = 4000  # characters of one text that are looked at: its beginning names its subject


def subject_words(text: CleanText) -> list[CleanText]:
    """Lower-cased words of four letters and more, in order, without stop words."""
    found: list[CleanText] = _WORD.findall(text[:SCAN])
    words = (raw.strip(".-").lower() for raw in found)
    return [w for w in words if len(w) > 3 and w not in TITLE_STOP_WORDS]


def keywords(words: list[CleanText], most: int = 8) -> list[CleanText]:
    """The most frequent words, ties in order of appearance."""
    counts: dict[CleanText, int] = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    ranked = sorted(counts, key=counts.__getitem__, reverse=True)
    return ranked[:most]


def headline(text: AnyText, width: int = 80) -> AnyText:
    """A text's first line that says something, at most `width` characters.

    >>> headline("<command-name>/recall</command-name> <command-args>retry limit</command-args>")
    '/recall retry limit'
    """
    if text.startswith(("<command-name>", "<command-message>")):
        tagged: list[tuple[AnyText, AnyText]] = re.findall(_TAG, text[:SCAN])
        text = _SPACE.join([value for _, value in tagged])
    for line in text[:SCAN].split("\n"):
        line = _SPACE.join(line.strip().lstrip("#>*- ").split())
        if line:
            return line if len(line) <= width else line[: width - 1].rstrip() + _LEFT_OUT
    return EMPTY


def prompt_title(text: AnyText) -> AnyText:
    """A prompt's headline, "" for a command that only keeps house, such as /clear."""
    title = headline(text)
    command = text.startswith("<command-") and title.partition(" ")[0] in HOUSEKEEPING
    return EMPTY if command else title


def topic_changed(prompt: list[CleanText], before: set[CleanText]) -> bool:
    """Whether a prompt shares next to nothing with what was spoken of before it.

    Short prompts ("yes, go on") never change the topic.
    """
    words = set(prompt)
    return len(words) >= 5 and len(words & before) / len(words) < 0.12
