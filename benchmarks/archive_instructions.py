"""What archiving and indexing cost in instructions, beside another version of the package.

    python -m benchmarks.archive_instructions [--quick] [--than DIRECTORY] [--json]

Counted by valgrind (user instructions of the whole process), so that neither the machine's speed nor its load is in the
figures; nor, therefore, are its caches, which miss the more the larger an archive is. The transcripts are those in the
directory that `RLM_TRANSCRIPTS` names, else generated ones. Each is archived into a new archive: in a process of its
own, as after a start of Claude Code, and once more in the same process, where all patterns are compiled. Then the index
is made from nothing. DIRECTORY: the checkout of another version, which archives the same. Without valgrind it says so.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import common, transcripts
from benchmarks.hook_instructions import counted

GENERATED, QUICK = 4 * common.MB, 200_000
ARCHIVE = """
import os, sys
from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.config import Config
from rlm_core.transcript.source import Source
for root in sys.argv[2:]:
    kept = Archive(os.path.join(root, ".claude", "rlm"), Config())
    for name in sorted(os.listdir(sys.argv[1])):
        take(kept, Source(os.path.join(sys.argv[1], name)))
"""
INDEX = """
import os, sys
from rlm_core.archive.store import Archive
from rlm_core.config import Config
from rlm_core.index.update import update
update(Archive(os.path.join(sys.argv[1], ".claude", "rlm"), Config()), rebuild=True)
"""
FIRST, FURTHER, INDEXED = "archiving, in a new process", "archiving, once more", "indexing, in a new process"


class Ground:
    """Where a version archives. package: the directory that holds `rlm_core`; what Python compiles stays out of it."""

    def __init__(self, base: Path, package: str, given: Path) -> None:
        self.base = base
        self.given = given
        self.env = {"PATH": os.environ["PATH"], "HOME": str(base), "PYTHONPATH": package, "PYTHONHASHSEED": "0"}
        self.env["PYTHONPYCACHEPREFIX"] = str(base / "compiled")
        base.mkdir()

    def run(self, program: str, *arguments: object, before: tuple[str, ...] = ()) -> None:
        command = [*before, sys.executable, "-P", "-c", program, *map(str, arguments)]
        subprocess.run(command, env=self.env, cwd=self.base, check=True, capture_output=True)

    def measure(self) -> dict[str, int]:
        """Row -> instructions."""
        self.run(ARCHIVE, self.given, self.base / "kept")
        self.run(INDEX, self.base / "kept")
        first = counted(lambda before: self.run(ARCHIVE, self.given, self.base / "one", before=before))
        both = (self.base / "two", self.base / "three")
        two = counted(lambda before: self.run(ARCHIVE, self.given, *both, before=before))
        indexed = counted(lambda before: self.run(INDEX, self.base / "kept", before=before))
        return {FIRST: first, FURTHER: two - first, INDEXED: indexed}


def given(base: Path, quick: bool) -> Path:
    """The directory of the transcripts."""
    named = os.environ.get("RLM_TRANSCRIPTS")
    if named and not quick:
        return Path(named)
    folder = base / "given"
    folder.mkdir()
    session = transcripts.Session(1, str(base))
    transcripts.write(str(folder / f"{session.id}.jsonl"), session, QUICK if quick else GENERATED)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive_instructions", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small generated transcript")
    parser.add_argument("--than", metavar="DIRECTORY", help="a checkout of the version to compare with")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("valgrind is not installed: nothing was counted")
        return 0
    with tempfile.TemporaryDirectory(prefix="rlm-bench-") as name:
        base = Path(name)
        taken = given(base, options.quick)
        found = {"now": Ground(base / "now", common.PACKAGE_DIR, taken).measure()}
        if options.than:
            found["then"] = Ground(base / "then", os.path.abspath(options.than), taken).measure()
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    return 0


def show(found: dict[str, dict[str, int]]) -> None:
    """Print the table: millions of instructions, and how many times those of then."""
    for row, now in found["now"].items():
        then = found.get("then", {}).get(row)
        more = "" if then is None else f"{then / 1e6:>10.1f}  {now / then:6.3f}"
        print(f"{row:28}{now / 1e6:>10.1f}{more}")


if __name__ == "__main__":
    sys.exit(main())
