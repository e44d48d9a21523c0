"""A regular expression over all archives: the lines that match, newest first."""

from __future__ import annotations

from rlm_core.errors import ArchiveError, worded
from rlm_core.everywhere.merged import FoundEverywhere, Placed
from rlm_core.search.grep import grep
from rlm_core.search.hits import marked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.everywhere.archives import Reached
    from rlm_core.search.hits import Filters


def grep_everywhere(there: Reached, pattern: str, k: int, filters: Filters) -> FoundEverywhere:
    """The k newest matching lines. Raises RlmError for a pattern that is none."""
    found = FoundEverywhere()
    for project, archive in there.archives.items():
        try:
            hits = marked(archive.root, grep(archive, pattern, k, filters))
        except (ArchiveError, OSError) as e:
            found.said[project] = worded("{why}", why=e)
            continue
        found.hits += [Placed(project, hit) for hit in hits]
    found.hits.sort(key=lambda one: one.hit.started, reverse=True)
    found.hits = found.hits[: max(k, 0)]
    return found
