"""The proof that nothing of ours tells of what was forgotten: it reads bytes, and trusts nobody who removes them.

In: what is to be forgotten, before it is; afterwards all files of ours. Out: the files that still tell of it, and those
of others that do, each with a command.
Never: a reader of the archive's, or anything of what removes.
"""

from __future__ import annotations

from rlm_core.forget.proof.beyond import not_ours
from rlm_core.forget.proof.probes import from_digests, noted, probes_and_more, probes_of
from rlm_core.forget.proof.remaining import left

__all__ = ["from_digests", "left", "not_ours", "noted", "probes_and_more", "probes_of"]
