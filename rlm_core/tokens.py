"""How many tokens Claude makes of a text, estimated offline from counts of its bytes.

The weights are fitted to the `usage` of real Claude Code sessions: between two API calls the context grows
by what the transcript recorded in between. 112 such steps of three sessions (clients 2.0.76 to 2.1.31, all of
Claude Opus 4.5); in brackets, each session predicted from the other two:

    error of a step, median     4.2 %  (4.4 %)
    error of a step, 90 % below  18 %   (19 %)   small steps hide system reminders that no transcript records
    sum of a whole session      -2.6 to +0.2 %  (-3.6 to +1.6 %)

On the same steps `len(text) / 4` has a median error of 23 % and sums to 26 % too few. All of this is measured
again, and the weights refitted, by `python -m benchmarks.token_estimate`.

Claude Opus 4.7 and later have another tokenizer: by Anthropic's word up to 1.35 times as many tokens for the
same text. No session of theirs was at hand to fit. What must be exact reads `usage`, not this.

This module is on the hook path: it imports nothing until `count` is called.
"""

ENCODING = "o200k_base"

ESTIMATE, TIKTOKEN = "estimate", f"tiktoken:{ENCODING}"  # who counted
ACCURACY = {
    ESTIMATE: "estimated within about ±4 %, newer models count up to 35 % more",
    TIKTOKEN: "by tiktoken's o200k_base, some 15 % fewer than Claude counts",
}
"""What is to be said beside a number of tokens, by who counted them. The figures are those measured above."""

TOOL_CALL_TOKENS = 58
"""What one tool call costs beside its texts: the wrappers of the call and of its result, ids included."""

PARAMETER_TOKENS = 18
"""What each parameter of a tool call costs beside its name and value."""

FITTED = ("run", "capital_or_digit", "punctuation_run", "newline", "symbol")
WEIGHTS = {
    # Thousandths of a token, so that the sum is exact and the same on every machine. Fitted:
    "run": 593,  # lower-case runs: "camelCase" has two, hexadecimal and base64 one every few characters
    "capital_or_digit": 657,
    "punctuation_run": 1312,
    "newline": 912,
    "symbol": 667,  # U+2000-2FFF: arrows (after the line numbers of Read), dashes, quotes, box drawing
    # Chosen, since these sessions say nothing of them. Every byte costs a little, so that one endless word
    # does too (the sessions bear any value from 0 to 100). Scripts are set by Anthropic's last published
    # tokenizer (@anthropic-ai/tokenizer, of Claude 2; on these sessions it counts some 6 % too few) with an
    # eye on o200k_base: CJK and French come within 25 % of the first, other scripts within a factor of two.
    "byte": 50,
    "latin": 1500,  # accented letters, beside the run they belong to
    "two_byte": 600,  # Greek, Cyrillic, Hebrew, Arabic
    "three_byte": 900,  # CJK, Hangul, Kana, Indic: with the bytes, 1.05 tokens a character
    "four_byte": 2000,  # emoji
}

_BYTES = bytes(range(256))
_LOWER = b"abcdefghijklmnopqrstuvwxyz"
_CAPITALS_AND_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_PUNCTUATION = b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
# One bit a class, so that one translation and a count of bits tell them all. Bytes of non-ASCII characters count as
# lower-case letters, so that an accent does not cut a word in two.
_RUN, _PUNCT, _CAPITAL, _NEWLINE = 1, 2, 4, 8
_CLASSES = bytes(
    _RUN
    if byte in _LOWER or byte >= 0x80
    else _PUNCT
    if byte in _PUNCTUATION
    else _CAPITAL
    if byte in _CAPITALS_AND_DIGITS
    else _NEWLINE
    if byte == 10
    else 0
    for byte in _BYTES
)
_STEP = 8192  # bytes that are looked at as one big number
_RUNS = int.from_bytes(b"\1" * _STEP, "little")
_PUNCTS, _CAPITALS, _NEWLINES = _RUNS * _PUNCT, _RUNS * _CAPITAL, _RUNS * _NEWLINE
# The first byte of a character tells its script; deleting all other bytes counts the script's characters.
_NOT_LATIN = _BYTES.translate(None, _BYTES[0xC2:0xCB])
_NOT_TWO_BYTE = _BYTES.translate(None, _BYTES[0xCB:0xE0])
_NOT_THREE_BYTE = _BYTES.translate(None, b"\xe0\xe1" + _BYTES[0xE3:0xF0])
_NOT_FOUR_BYTE = _BYTES.translate(None, _BYTES[0xF0:0xF5])

_PIECE = 100_000
_ENCODING_URL = f"https://openaipublic.blob.core.windows.net/encodings/{ENCODING}.tiktoken"
_ENCODING_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_verified: set[str] = set()  # paths whose content had the hash; tiktoken holds it in memory from then on


def estimate(text: str) -> int:
    """Return about how many tokens Claude makes of `text`: 0 for the empty text, else at least 1.

    A pure function of the text. Additive but for the seam: the estimates of two parts sum to that of the
    whole, or to at most 3 more or 1 less. Lone surrogates, which JSON may hold, count like any character.
    """
    if not text:
        return 0
    thousandths = sum(WEIGHTS[name] * number for name, number in features(text).items())
    return max(1, (thousandths + 500) // 1000)


def features(text: str) -> dict[str, int]:
    """Return the counts that `WEIGHTS` weighs, by name; an all-ASCII text lacks those of other scripts."""
    data = text.encode("utf-8", "surrogatepass")
    run = punctuation = capital = newline = last = 0
    for start in range(0, len(data), _STEP):
        piece = data[start : start + _STEP]
        classes = int.from_bytes(piece.translate(_CLASSES), "little")
        begins = classes & ~(classes << 8 | last)  # bytes of another class than the byte before them
        last = classes >> 8 * (len(piece) - 1)
        run += (begins & _RUNS).bit_count()
        punctuation += (begins & _PUNCTS).bit_count()
        capital += (classes & _CAPITALS).bit_count()
        newline += (classes & _NEWLINES).bit_count()
    counts = {
        "byte": len(data),
        "run": run,
        "capital_or_digit": capital,
        "punctuation_run": punctuation,
        "newline": newline,
    }
    if not text.isascii():
        other = data.translate(None, _BYTES[:128])
        counts["latin"] = len(other.translate(None, _NOT_LATIN))
        counts["two_byte"] = len(other.translate(None, _NOT_TWO_BYTE))
        counts["symbol"] = other.count(b"\xe2")
        counts["three_byte"] = len(other.translate(None, _NOT_THREE_BYTE))
        counts["four_byte"] = len(other.translate(None, _NOT_FOUR_BYTE))
    return counts


def count(text: str) -> tuple[int, str]:
    """Return a number of tokens and how it was counted: "tiktoken:o200k_base" or "estimate".

    For reports and budgets. tiktoken is another vendor's tokenizer, exact about itself and some 15 % under
    Claude's. It is used only if its encoding file lies intact in its cache; nothing is ever downloaded.
    """
    if not has_encoding():
        return estimate(text), ESTIMATE
    try:
        import tiktoken
    except ImportError:
        return estimate(text), ESTIMATE
    encoding = tiktoken.get_encoding(ENCODING)
    # tiktoken panics on a run of a million spaces; in pieces it never sees one. A seam costs at most a token.
    pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return sum(len(encoding.encode_ordinary(piece)) for piece in pieces), TIKTOKEN


def has_encoding() -> bool:
    """Return whether tiktoken would find its encoding file on this machine, and find it intact.

    The hash matters: a file that fails it, tiktoken deletes and downloads again.
    """
    path = _cached_encoding_path()
    if path is None:
        return False
    if path in _verified:
        return True
    import hashlib

    try:
        with open(path, "rb") as file:
            intact = hashlib.sha256(file.read()).hexdigest() == _ENCODING_SHA256
    except OSError:
        return False
    if intact:
        _verified.add(path)
    return intact


def _cached_encoding_path() -> str | None:
    """Return where `tiktoken.load.read_file_cached` looks for the encoding; None if its cache is off."""
    import hashlib
    import os
    import tempfile

    directory = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    if directory == "":
        return None
    if directory is None:
        directory = os.path.join(tempfile.gettempdir(), "data-gym-cache")
    return os.path.join(directory, hashlib.sha1(_ENCODING_URL.encode(), usedforsecurity=False).hexdigest())
