"""How a headless Claude Code is started so that a call is one request with little beside the call's own texts.

Measured with 2.1.330, as bytes of the request's body:

    as a user starts it, with its tools      115,500
    these arguments and this environment       2,130  beside the call's texts, the schema of a leaf among them
    `--json-schema` instead of words            + 60  and the prompt that the API itself adds when there are tools

So the schema is written into the system prompt. The client repeats a request of its own accord: after an answer that
was cut off at its length (three times), was empty, or was refused. A budget that any answer exceeds ends it after the
first answer; `claude_answer` knows that end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from rlm_core.disk import read
from rlm_core.home import config_dir
from rlm_core.llm.base import ROOM, Call

ONE_ANSWER = "0.0000001"  # US dollars: less than the cheapest answer costs
DEPTH = "RLM_DEPTH"
MAX_DEPTH = 3

# What a Claude Code session tells its own children: there is a session already, and how it works.
OF_A_SESSION = frozenset(
    {
        "AI_AGENT",
        "CLAUDECODE",
        "CLAUDE_CODE_CHILD_SESSION",
        "CLAUDE_CODE_ENTRYPOINT",
        "CLAUDE_CODE_SESSION_ID",
        "CLAUDE_CODE_SSE_PORT",
        "CLAUDE_EFFORT",
        "CLAUDE_ENV_FILE",
        "CLAUDE_PROJECT_DIR",
    }
)

SLIM = {
    "CLAUDE_CODE_DISABLE_THINKING": "1",
    "MAX_THINKING_TOKENS": "0",
    # The two above keep only older models from thinking; for the newest ones the client leaves the field out, which
    # means that they think as they like, and that is billed. Low effort is the least that all of them know.
    "CLAUDE_CODE_EFFORT_LEVEL": "low",
    # Without it `@/some/path` in a text is replaced by that file's content, tools or not. It also keeps the budget
    # above out of the prompt.
    "CLAUDE_CODE_DISABLE_ATTACHMENTS": "1",
    "CLAUDE_CODE_DISABLE_FILE_MENTIONS": "1",
    # The client marks the end of the message for the cache: a quarter more for a text that is read once.
    "DISABLE_PROMPT_CACHING": "1",
    "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK": "1",  # a stream that broke would be asked for, and paid, again
    "CLAUDE_CODE_MAX_RETRIES": "1",  # none would leave no try after an expired login was renewed
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
}


def arguments(call: Call, settings: str) -> list[str]:
    """The command's arguments. settings: path of a file as `settings_json` makes it. The prompt goes to stdin."""
    return [
        "-p",
        *("--output-format", "stream-json", "--verbose"),
        *("--model", call.model),
        *("--system-prompt", system_prompt(call)),
        *("--tools", ""),
        *("--setting-sources", ""),
        *("--settings", settings),
        "--strict-mcp-config",
        "--no-session-persistence",
        "--disable-slash-commands",
        *("--max-turns", "1"),
        *("--max-budget-usd", ONE_ANSWER),
    ]


def system_prompt(call: Call) -> str:
    """The call's own, and the form of the answer."""
    return call.system_with_form


def message(call: Call) -> bytes:
    """What goes to stdin. A first slash would make the client take it for a command of its own."""
    text = call.prompt
    if text.lstrip().startswith("/"):
        text = "Message:\n" + text
    return text.encode("utf-8", "replace")


def environment(call: Call, own: Mapping[str, str], scratch: str) -> dict[str, str]:
    """The child's environment: ours, what the user's settings add to it, and what makes it slim.

    own: as `user_settings` gives it. scratch: where the client may put temporary files.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in OF_A_SESSION}
    forced = {
        "CLAUDE_CODE_MAX_OUTPUT_TOKENS": str(call.max_output + ROOM),
        DEPTH: str(depth() + 1),
        "TMPDIR": scratch,
        "CLAUDE_CODE_TMPDIR": scratch,
    }
    return {**inherited, **own, **SLIM, **forced}


def depth() -> int:
    """How many runs of ours this process lies within; 0 for a user's own."""
    try:
        return int(os.environ.get(DEPTH) or 0)
    except ValueError:
        return MAX_DEPTH  # somebody's mistake: better no child than endless ones


def user_settings() -> tuple[dict[str, str], str]:
    """(environment, apiKeyHelper) of the user's settings.json: how the login works, and nothing else of it.

    The slim profile reads no settings file. One that is missing or no strict JSON gives nothing, as in the client.
    """
    try:
        settings: Any = json.loads(read(os.path.join(config_dir(), "settings.json"), follow=True) or b"{}")
    except (OSError, ValueError, RecursionError):
        return {}, ""
    if not isinstance(settings, dict):
        return {}, ""
    env, helper = settings.get("env"), settings.get("apiKeyHelper")
    return _texts(env) if isinstance(env, dict) else {}, helper if isinstance(helper, str) else ""


def _texts(env: dict[str, Any]) -> dict[str, str]:
    """Numbers and truth values become texts; what no environment can hold is left out."""
    given = {k: v if isinstance(v, str) else json.dumps(v) for k, v in env.items() if isinstance(v, (str, int, float))}
    return {k: v for k, v in given.items() if k and "=" not in k and "\0" not in k + v}


def settings_json(helper: str) -> str:
    """The only settings that the child has: no hooks, and the program that knows the key, if the user has one."""
    settings: dict[str, Any] = {"disableAllHooks": True}
    if helper:
        settings["apiKeyHelper"] = helper
    return json.dumps(settings)
