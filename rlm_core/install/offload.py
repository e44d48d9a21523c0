"""From "compact at 60 %" to Claude Code's `autoCompactWindow`.

Claude Code (2.1.197 to 2.1.330, measured) compacts at `min(window, model window) - 20,000 - 13,000` tokens,
so the window to ask for is what is wanted + 33,000.
"""

import re

from rlm_core.errors import InstallError, worded

RESERVE = 33_000
LOWEST, HIGHEST = 100_000, 1_000_000
MODEL_WINDOW = 200_000

_SPEC = re.compile(r"(\d+(?:\.\d+)?)\s*([%km]?)", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


def wanted_tokens(spec: str, model_window: int = MODEL_WINDOW) -> int:
    """The context size that `spec` names: `60%` of the model's window, `150k`, `1.2M` or plain tokens.

    Raises InstallError for anything else.
    """
    match = _SPEC.fullmatch(spec.strip())
    if not match:
        raise InstallError(
            worded("--offload-at {spec}: not a size; write a share (60%) or tokens (150k, 150000)", spec=spec)
        )
    number, unit = float(match[1]), match[2].lower()
    if unit == "%":
        if not 0 < number <= 100:
            raise InstallError(worded("--offload-at {spec}: a share lies above 0% and up to 100%; try 60%", spec=spec))
        return round(model_window * number / 100)
    tokens = round(number * _UNITS[unit])
    if tokens < 1_000:
        raise InstallError(
            worded(
                "--offload-at {spec}: that is {tokens} {tokens:|token|tokens}; did you mean {match}% or {match}k?",
                spec=spec,
                tokens=tokens,
                match=match[1],
            )
        )
    return tokens


def offload_window(spec: str, model_window: int = MODEL_WINDOW) -> int:
    """The `autoCompactWindow` for compaction at `spec`, within the 100,000..1,000,000 Claude Code accepts."""
    return min(max(wanted_tokens(spec, model_window) + RESERVE, LOWEST), HIGHEST)


def offload_note(spec: str, model_window: int = MODEL_WINDOW) -> str:
    """One sentence for the user: at which size Claude Code will compact, and why not at the one asked for."""
    wanted, point = wanted_tokens(spec, model_window), offload_window(spec, model_window) - RESERVE
    told = worded("Claude Code compacts when the context reaches {point:,} tokens", point=point)
    if point != wanted:
        return worded(
            "{told}: {wanted:,} as asked is out of its reach ({lowest:,} to {highest:,})",
            told=told,
            wanted=wanted,
            lowest=LOWEST - RESERVE,
            highest=HIGHEST - RESERVE,
        )
    ceiling = model_window - RESERVE
    if point > ceiling:
        return worded(
            "{told}; a model with a window of {model_window:,} does so at {ceiling:,} already",
            told=told,
            model_window=model_window,
            ceiling=ceiling,
        )
    return told
