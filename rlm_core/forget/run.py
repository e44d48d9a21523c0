"""One run of `rlm forget`, in an order in which a kill at any moment is completed by the next run.

1 the plan, 2 the tombstones, 3 to 6 the places (`places`), 7 the proof, 8 the plan goes. Whatever made use of the texts
goes before the chunks that still hold them, so that the next run reads them once more; each step may be taken twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlm_core.archive import tombstones
from rlm_core.forget import places, plan, proof
from rlm_core.record import Record, each

if TYPE_CHECKING:
    from rlm_core.forget.target import Target


class Outcome(Record):
    """What a run did. places: (name, how many things there) of each place that held any of it. entries: how many were
    forgotten. left: (path, count) of files of ours that still tell of it. not_ours: (path, command) of what rlm may not
    change, and what does."""

    places: list[tuple[str, int]] = each(list)
    entries: int = 0
    left: list[tuple[str, int]] = each(list)
    not_ours: list[tuple[str, str]] = each(list)


def dry_run(target: Target) -> Outcome:
    """What `forget` would do; nothing is written."""
    return Outcome(places.counts(target), len(target.entries), [], proof.not_ours(target))


def forget(target: Target) -> Outcome:
    """Forget it in every place of ours, keep it out, and look whether anything is left."""
    probes = proof.probes_of(target)  # first: from what is still there
    not_ours = proof.not_ours(target)
    plan.write(target, [])
    tombstones.bury(target)
    cleared = places.scrub(target)
    left = proof.left(target.archive, probes)
    if not left:
        plan.done(target.archive)
    return Outcome(cleared, len(target.entries), left, not_ours)
