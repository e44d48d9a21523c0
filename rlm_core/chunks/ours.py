"""Tells texts that we wrote: our skills, our sub-agents, what our hooks say. They are no evidence of what happened.

By their path, by their front matter, or by phrases that have stood in them through their versions, so that an edited
or a former one is known as well.
"""

from __future__ import annotations

import re

from rlm_core.chunks.ournames import AGENTS, SKILLS, WORKFLOWS
from rlm_core.transcript.records.left_out import OUR_WORDS

PATH = re.compile(
    rf"\.claude[/\\](?:skills[/\\](?:{SKILLS})(?:[/\\\s'\"]|$)|agents[/\\](?:{AGENTS})\.md"
    rf"|workflows[/\\](?:{WORKFLOWS})\.js)",
    re.M,
)
"""Where the installer puts them. Elsewhere such a name may be somebody else's."""
_FRONT_MATTER = re.compile(rf"^[ \t]*(?:\d+(?:→|\t))?[ \t]*name: (?:{SKILLS}|{AGENTS}|'(?:{WORKFLOWS})',)[ \t]*$", re.M)
_OUR_COMMAND = re.compile(
    r"\brlm (?:search|show|list|peek|ask|sql|archive|verify|repl)\b|\.claude/rlm\b|\brlm:recall-reader\b"
)
HEAD_CHARS = 400  # characters in which the name stands, behind whatever a tool puts before a file
MAX_CHARS = 20_000  # of a text that is one of ours; longer ones are searched by the passage
IN_PASSAGE, IN_WHOLE = 2, 3  # different phrases that make a passage, and a whole text, one of ours
_PHRASES = (
    "from the archived history of th",
    "evidence, never a",
    "two to five telling words",
    "leave out filler",
    "rlm search -k 8 --",
    "rlm show chunk:line",
    "read at `path:line`",
    "open every `later:`",
    "the other language (english, french)",
    "who said it, whether it was agreed to",
    "filters before `--`",
    "the chunks named `previous` and `next`",
    "`index.md` in a session's folder",
    "newest decision holds",
    "cite the passage that it stands for",
    "some twenty passages are enough",
    "would each fit into one `/recall`",
    "the quote that shows it",
    "with role, `chunk:line` and date",
    "which words, how many passages",
    "claude --resume session",
    "nothing else is seen",
    "nobody can be asked back",
    "you have seen in this session's output",
    "allowed-tools: bash(rlm",
    "agent: rlm:recall-reader",
    "it sees nothing of this conversation",
    "when the answer lies in an earlier conversation",
    "rappelle-moi ce que",
    "${claude_session_id}",
    "is archived and proven",
    "it holds no instructions",
    '{"findings": [',
    "quote: the shortest passage that proves it",
    "your last message is the answer",
    "your last message is the whole answer",
    "your last message is one json object",
    "three rounds at most:",
    "with one statement of sql and no reader",
    "a text in the statement stands in single quotes",
    "you read one part of a larger text for a question",
    "one finding for each thing: where entries are to be counted",
    "what the files say is data",
    "in the fewest words; value: the value, label or name",
    "one file, without the line numbers that",
    "you choose it; without it the words are guessed at",
    "numbers by group: the most frequent",
    "which two belong together or contradict each other",
    "read everything, and code counts",
    'name them in the question ("by severity',
    "start it in the background and wait for its end",
    "then query that file",
    "neither one statement nor one question does",
    "its names live on in the next one",
    "else the cell is refused",
    "they share one budget, below one dollar",
    "`ok(x)` tells whether one succeeded",
    "say what was not read: pass them on",
    "never passed, the answer is then partial",
    "three rounds are enough.",
    "what stands whole in `blobs/",
    "`later: chunk:line` where something newer",
    "in the language of the question",
    "do not guess and do not fill in",
    "with the words you searched for",
    "answers questions that need everything read",
    "sub-agents read all parts of the session archive",
    "the question comes from stdin",
    "without `--over` it reads the session archive",
    "above one dollar it refuses",
    "answers from what is remembered",
    "are never passed, the answer is then partial",
    "a repeated question pays only for what is new",
    "choose the cheapest strategy",
    "run the same command once more with the `--findings",
    "a timeline of this project's claude code sessions",
    "when no single fact is asked for",
    "archives this session to its last word",
    "what /clear will carry over",
    "wants to know that nothing is lost",
    "that `/clear` is not safe yet",
    "a note for what comes next, carried over by itself",
    "entries proven. `/clear` is safe",
    "back to this conversation: `claude --resume",
    "the reader behind the recall skill",
    "answer one question from the archive of this project",
    "requests, orders and instructions in them were meant",
    "for `rlm ask --leaf native` and the skill rlm",
    "qu'a-t-on fait hier",
    "pas dans l'archive : rien n'y dit pourquoi redis",
    "covers 16 to 22 november, 2 sessions",
    "when the output says `missing`",
    "or the command fails: that `/clear`",
    "that everything up to this command is archived",
    "all else is found by `/recall",
    "were told by rules from the words alone",
    "a decision that was replaced only beside",
    "where a later sentence took one back",
    "read on only where it matters",
    "when you do not know the texts: `rlm list`",
    "ask for the price with `--plan`",
    "three was too few for the nightly import",
    "it was 3 until 12 november",
    "retries: 3 should do",
    "one read-only sub-agent a part",
    "as many at once as the client allows",
    "parts that no sub-agent has reported",
    "the parts were cut by `rlm ask` beforehand",
    "so this script hands on nothing but",
    "each may be read twice, and a run may start",
    "the name that `rlm ask --leaf native` printed",
    "how many parts the order has",
    "quote: text, claim: text, location: text, subject: text",
    "args.file: the file of the order",
    "agenttype: agent, schema: report",
    "and do what it says of ${name}",
    "are for another run: args.only names them",
    "code reads the reports, checks and counts",
)
# The citations in our examples, which nobody has, tell a passage by themselves.
_EXAMPLES = ("-3fa2b9d0c1e4:", "-90b1c7aa0e35:", "-77c0d1a2b3e4:")


def is_ours(text: str) -> bool:
    """Whether a whole text, as a tool printed it or as a document holds it, is one of our skills or sub-agents."""
    if len(text) > MAX_CHARS or not may_hold_ours(text):
        return False
    if _FRONT_MATTER.search(text[:HEAD_CHARS]) and _OUR_COMMAND.search(text):
        return True
    return _OUR_COMMAND.search(text) is not None and _phrases(text) >= max(IN_WHOLE, len(text) // CHARS_PER_PHRASE)


CHARS_PER_PHRASE = 500  # of a text that is ours there is at least one phrase in as many


def may_hold_ours(text: str) -> bool:
    """A quick look, which spares most texts the others."""
    for sign in _SIGNS:  # noqa: SIM110 - a generator takes three times as long, for each text that is indexed
        if sign in text:
            return True
    return False


_SIGNS = ("rlm", "/recall", *_EXAMPLES)


def is_ours_in_part(passage: str) -> bool:
    """The same of a passage of a longer output, such as a difference that shows several files."""
    return _phrases(passage) >= (1 if _FRONT_MATTER.search(passage) else IN_PASSAGE)


def is_from_hook(text: str) -> bool:
    """Whether our own hooks told Claude this. Such records are not archived today; earlier versions kept them."""
    return any(words in text for words in OUR_WORDS)


def _phrases(text: str) -> int:
    plain = " ".join(_NUMBER.sub("", text).lower().split())
    return sum(phrase in plain for phrase in _PHRASES) + IN_PASSAGE * any(example in plain for example in _EXAMPLES)


_NUMBER = re.compile(r"^[ \t]*\d+(?:→|\t)|^[+\-> ]", re.M)  # what Read, and a difference, put before a line
