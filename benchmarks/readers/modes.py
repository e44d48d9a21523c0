"""The ways in which a weak reader errs, in one table: what it does to its items, and how it writes them down."""

from dataclasses import dataclass

from benchmarks.readers import misquoted, misread, writing
from benchmarks.readers.items import Change, Item, Seen, each
from benchmarks.readers.misread import trapped
from benchmarks.readers.writing import Write

FORM, QUOTE, VALUE, INVENTION, OMISSION, REPETITION, LABEL, SEVERAL = (
    "form",
    "quote",
    "value",
    "invention",
    "omission",
    "repetition",
    "label",
    "several",
)


def _as_they_are(found: list[Item], seen: Seen) -> list[Item]:
    return found


@dataclass(frozen=True)
class Mode:
    """One way to err. family: which kind of error. silent: nothing is reported at all, whatever was found."""

    name: str
    family: str
    change: Change = _as_they_are
    write: Write = writing.plain
    silent: bool = False


def _forms() -> list[Mode]:
    readable = {
        "bare list": writing.bare_list,
        "nested arguments": writing.nested,
        "nested arguments as text": writing.nested_text,
        "key `results`": writing.results_key,
        "other keys": writing.other_keys,
        "capital keys": writing.capital_keys,
        "raw newlines": writing.raw_newlines,
        "cut off after an item": writing.cut_after_item,
        "cut off in an item": writing.cut_in_item,
        "text behind": writing.trailing_text,
        "text before": writing.leading_text,
        "fences": writing.fences,
        "open fence": writing.open_fence,
        "split beside findings": writing.split_beside,
        "list as text": writing.list_as_text,
        "object for a list": writing.one_object,
        "one object a line": writing.no_wrapper,
        "texts for items": writing.strings_for_items,
        "trailing commas": writing.trailing_comma,
        "Python's quotation marks": writing.python_literal,
        "within the schema": writing.in_schema,
        "grouped by source": writing.grouped,
        "objects for texts": writing.quote_objects,
        "thinking aloud": writing.thinking_aloud,
        "repetition loop": writing.repetition,
    }
    silent = {
        "empty object": writing.empty_object,
        "null": writing.null,
        "no text": writing.nothing,
        "prose": writing.prose,
        "half JSON": writing.half_json,
        "refusal": writing.refusal,
    }
    found = [Mode(name, FORM, write=write) for name, write in readable.items()]
    return found + [Mode(name, FORM, write=write, silent=True) for name, write in silent.items()]


def _changes(family: str, changes: dict[str, Change]) -> list[Mode]:
    return [Mode(name, family, change) for name, change in changes.items()]


MODES: dict[str, Mode] = {
    mode.name: mode
    for mode in [
        *_forms(),
        *_changes(
            QUOTE,
            {
                "case": each(misquoted.other_case),
                "typography": each(misquoted.typography),
                "Markdown": each(misquoted.markdown),
                "fence tag": each(misquoted.fence_tag),
                "line number": each(misquoted.line_number),
                "name before": each(misquoted.name_before),
                "ellipsis": each(misquoted.ellipsis),
                "words left out": each(misquoted.few_words_changed),
                "paraphrase": each(misquoted.paraphrase),
                "pronoun": each(misquoted.pronoun),
                "glued": misquoted.glued,
                "one quote for all": misquoted.one_quote,
                "translated": each(misquoted.translated),
                "truncated": each(misquoted.truncated),
                "fragment": each(misquoted.fragment),
                "whole text": each(misquoted.too_long),
                "lines around": each(misquoted.whole_line),
                "claim as quote": each(misquoted.claim_as_quote),
                "other location": each(misquoted.other_location),
                "fence as location": each(misquoted.strange_location),
                "line in location": each(misquoted.line_in_location),
                "no location": each(misquoted.no_location),
            },
        ),
        *_changes(
            VALUE,
            {
                "wrong value": each(misread.wrong_value),
                "wrong number": each(misread.wrong_number),
                "number from elsewhere": each(misread.number_from_elsewhere),
                "wrong unit": each(misread.wrong_unit),
                "no value": each(misread.no_value),
                "value as sentence": each(misread.value_as_sentence),
                "value explained": each(misread.explained_value),
                "date as value": each(misread.date_as_value),
                "total as value": misread.total_as_value,
                "total as finding": misread.total_as_finding,
                "question as claim": each(misread.question_as_claim),
            },
        ),
        *_changes(
            INVENTION,
            {
                "order obeyed": trapped("order"),
                "only the order": misread.only_order,
                "similar thing": trapped("similar"),
                "proposal as fact": trapped("proposal"),
                "refused as fact": trapped("refused"),
                "A does what B says": trapped("hearsay"),
                "question as finding": misread.question_as_finding,
                "hallucinated quote": misread.hallucinated,
                "everything": misread.everything,
                "quote of another line": each(misread.other_quote),
                "negated": each(misread.negated),
            },
        ),
        *_changes(
            OMISSION,
            {"misses one": misread.misses_one, "misses all": misread.misses_all, "only the first": misread.only_first},
        ),
        *_changes(REPETITION, {"twice": misread.twice, "twice in other words": misread.twice_in_other_words}),
        *_changes(
            LABEL,
            {
                "synonyms": each(misread.synonyms),
                "other spellings": each(misread.other_spelling),
                "label abroad": each(misread.label_abroad),
                "one subject": each(misread.one_subject),
                "no subject": each(misread.no_subject),
            },
        ),
        # What Qwen2.5-Coder-0.5B writes, and others like it.
        Mode("fences, split, question as claim", SEVERAL, each(misread.question_as_claim), writing.fenced_split),
        Mode("bare list, fence as location", SEVERAL, each(misquoted.strange_location), writing.bare_list),
        Mode("key `results`, fragment", SEVERAL, each(misquoted.fragment), writing.results_key),
    ]
}
RIGHT = Mode("perfect", "")
