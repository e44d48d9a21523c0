"""What `rlm view` costs by the size of the archive, and how its pages behave in a real browser.

    python -m benchmarks.pages [--quick] [--json]

An archive of `benchmarks.bulk`, chunks of the usual size. Told are the CPU seconds of writing all pages, of writing
them when one session has grown, and when nothing has changed; the bytes and number of files; and in Chromium, which
`.ci/environment browser` installs: milliseconds until pages are ready, until a search has answered (first with its
index read from the disk, then once more), and the frames of a long page that is scrolled by 400 pixels a frame.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import bulk, common
from benchmarks.common import target
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.config import DEFAULTS, Config
from rlm_core.transcript.source import Source
from rlm_core.view.site import Site, build

sys.path.append(os.path.join(common.PACKAGE_DIR, "tests"))
from kits.browser import MODULES, browse

CHARS, QUICK = 92_000_000, 1_500_000  # some 10,000 chunks, and 160
QUERIES = ("retry limit", "gateway", "sched", "invoice token overflow", "erreur")
MOST_CPU = 60.0  # seconds for 10,000 chunks
MOST_SEARCH = 300.0  # milliseconds of a search whose index was read before
FRAME, WORST = 50.0, 100.0  # milliseconds of a frame, in the median and at most, on a machine without a graphics card


def written(archive: Archive) -> tuple[Site, dict[str, float]]:
    """The pages as they are now, and what that took in seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    site = build(archive)
    took = {"cpu": round(time.process_time() - cpu, 1), "wall": round(time.perf_counter() - wall, 1)}
    return site, {**took, "sessions": site.written}


def archived(base: str, chars: int) -> tuple[Archive, str]:
    """An archive of so many characters, and its last transcript."""
    archive = Archive(os.path.join(base, "project", ".claude", "rlm"), Config(DEFAULTS))
    for path in (os.path.dirname(archive.root), os.path.join(base, "transcripts")):
        os.makedirs(path)
    path = ""
    for path in bulk.write(os.path.join(base, "transcripts"), chars):
        take(archive, Source(path))
    return archive, path


def measured(base: str, chars: int) -> dict[str, Any]:
    archive, last = archived(base, chars)
    site, anew = written(archive)
    rows: dict[str, dict[str, Any]] = {"all pages": anew, "nothing has changed": written(archive)[1]}
    line = Path(last).read_bytes().splitlines(keepends=True)[-1]
    with open(last, "ab") as f:
        f.write(line.replace(b'"uuid":"', b'"uuid":"f'))
    take(archive, Source(last))
    rows["one session has grown"] = written(archive)[1]
    chunks = sum(1 for _ in archive.metas())
    sizes = {"chunks": chunks, "sessions": site.sessions, "pages": site.pages}
    sizes |= {"megabytes": round(site.bytes / common.MB, 1)}
    files = sorted(p.stat().st_size for p in Path(site.path).parent.rglob("*.html"))
    sizes |= {
        "a page, median MB": round(files[len(files) // 2] / common.MB, 2),
        "the largest": round(files[-1] / 1e6, 2),
    }
    targets = {"CPU seconds for 10,000 chunks": target(round(anew["cpu"] * 10_000 / chunks, 1), MOST_CPU)}
    if (MODULES / "node_modules").is_dir() and shutil.which("node"):
        in_browser(Path(base), Path(site.path), rows, targets)
    return {"sizes": sizes, "figures": rows, "targets": targets}


def in_browser(base: Path, index: Path, rows: dict[str, dict[str, Any]], targets: dict[str, Any]) -> None:
    """Open pages, search and scroll in Chromium; milliseconds."""
    top = index.parent
    longest = max(top.glob("s/*/*.html"), key=lambda p: p.stat().st_size).as_uri()
    pages = {n: (top / f"{n}.html").as_uri() for n in ("index", "decisions", "files")} | {"largest": longest}
    seen = browse(
        base, index=index.as_uri(), session=longest, pages=[*pages.values()], queries=QUERIES, acts=["measure"]
    )
    found = seen["measure"]
    rows |= {f"{name} opened": {"ms": ms} for name, ms in zip(pages, found["opened"], strict=True)}
    rows |= {f"search {words!r}": {"ms": s["cold"], "again": s["warm"]} for words, s in found["searched"].items()}
    frames = found["frames"]
    rows["frames of the largest page"] = {"ms": round(frames[len(frames) // 2], 1), "most": round(frames[-1], 1)}
    targets["a search, once read, ms, most"] = target(max(s["warm"] for s in found["searched"].values()), MOST_SEARCH)
    targets["a frame while it scrolls, ms, median"] = target(round(frames[len(frames) // 2], 1), FRAME)
    targets["the worst of them, ms"] = target(round(frames[-1], 1), WORST)


def measure(quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="rlm-pages-") as base:
        before = os.environ.get("CLAUDE_CONFIG_DIR")
        os.environ["CLAUDE_CONFIG_DIR"] = os.path.join(base, "home")
        try:
            return measured(base, QUICK if quick else CHARS)
        finally:
            del os.environ["CLAUDE_CONFIG_DIR"]
            if before is not None:
                os.environ["CLAUDE_CONFIG_DIR"] = before


if __name__ == "__main__":
    sys.exit(common.main("pages", __doc__, measure))
