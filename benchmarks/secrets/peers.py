"""What other programs find in the same texts: detect-secrets (PyPI) and gitleaks, where they are installed.

Each text is a file. A secret counts as found when the program reports anything on one of its lines, whatever it
reports there; of a text in which the secret cannot be seen as it stands, when it reports anything at all. A look-alike
counts as changed when it reports anything in its file. That is more generous than what is asked of ours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

Lines = dict[int, set[int]]
"""The number of a text -> the lines, from 1, on which something was reported."""


def _detect_secrets(program: str, folder: Path) -> list[tuple[str, int, int]]:
    done = subprocess.run([program, "scan", "--all-files", "."], cwd=folder, capture_output=True, check=True)
    found = json.loads(done.stdout)["results"]
    return [(name, one["line_number"], one["line_number"]) for name, those in found.items() for one in those]


def _gitleaks(program: str, folder: Path) -> list[tuple[str, int, int]]:
    report = folder.parent / "report.json"
    command = [program, "dir", ".", "--no-banner", "--exit-code", "0", "--max-decode-depth", "2"]
    subprocess.run([*command, "-f", "json", "-r", str(report)], cwd=folder, capture_output=True, check=True)
    return [(one["File"], one["StartLine"], one["EndLine"]) for one in json.loads(report.read_bytes())]


PEERS: dict[str, Callable[[str, Path], list[tuple[str, int, int]]]] = {
    "detect-secrets": _detect_secrets,
    "gitleaks": _gitleaks,
}


def reported(peer: str, texts: Sequence[str], where: str) -> Lines | None:
    """On which lines of each text a program reports something; None when it is not to be had.

    where: the directory in which it stands; "" for the search path.
    """
    program = shutil.which(peer, path=where or None)
    if program is None:
        return None
    lines: Lines = defaultdict(set)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "texts"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"{number}.txt").write_text(text, encoding="utf-8", newline="")
        for name, first, last in PEERS[peer](program, folder):
            lines[int(Path(name).stem)].update(range(first, last + 1))
    return lines
