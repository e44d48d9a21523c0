"""`rlm demo`: the main job on an invented session, through the real installer and the real hook processes.

In: a script of an invented project. Out: what the product did with it, measured and shown.
Never: the user's settings, sessions or archives; a model, the network.

Imports run one way: script, bulk -> session, records -> play -> prove -> show.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from typing import TYPE_CHECKING

from rlm_core.demo import show
from rlm_core.demo.play import Played, build, play
from rlm_core.demo.prove import Proof, hook_table, prove, questions_json
from rlm_core.demo.session import STORY, TITLES
from rlm_core.errors import RlmError, worded
from rlm_core.install import InstallError

if TYPE_CHECKING:
    from rlm_core.install import Environment


def run(*, keep: bool, as_json: bool, env: Environment | None = None) -> int:
    """Perform, check, show; 0 only if every check passed. Removes the temporary project unless `keep`.

    env: the machine to install for, this one by default. Raises RlmError when nothing could be installed.
    """
    started = time.perf_counter()
    try:
        stage = build(env)
    except InstallError as e:
        raise RlmError(worded("the demo could not install into a temporary project: {why}", why=e)) from e
    try:
        played = play(stage, STORY, TITLES)
        proof = prove(played)
        seconds = time.perf_counter() - started
        if as_json:
            _say_json(played, proof, seconds, keep=keep)
        else:
            show.emit(show.page(played, proof, seconds, keep=keep))
    finally:
        if not keep:
            shutil.rmtree(stage.top, ignore_errors=True)
    return 0 if proof.ok else 1


def _say_json(played: Played, proof: Proof, seconds: float, *, keep: bool) -> None:
    values = {
        "ok": proof.ok,
        "seconds": round(seconds, 2),
        "steps": [{"name": s.name, "ok": s.ok, "detail": s.detail} for s in proof.steps],
        "hooks": hook_table(played),
        "compactions": [
            {"trigger": c.trigger, "tokens_before": c.before, "tokens_after": c.after, "cited": c.cited}
            for c in played.compactions
        ],
        "verify": proof.verify_json(),
        "questions": questions_json(proof),
        "chunks": proof.chunks,
        "tokens_in_context": proof.tokens_in_context,
        "tokens_archived": proof.tokens_archived,
        "project": str(played.stage.project),
        "kept": keep,
    }
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(values, ensure_ascii=not utf8, indent=2) + "\n")
