"""A real Chromium, driven by `tests/view/browser.cjs`: `.ci/environment browser` puts both into `.build/browser`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from kits.claude.absent import absent
from kits.paths import ROOT

MODULES = ROOT / ".build" / "browser"
DRIVER = ROOT / "tests" / "view" / "browser.cjs"


def browse(folder: Path, **plan: Any) -> dict[str, Any]:
    """What the acts of a plan have seen; the test is skipped, or fails where it is required, without a browser."""
    node = shutil.which("node")
    if not node or not (MODULES / "chromium").is_file():
        absent("no browser: `.ci/environment browser` installs one")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(json.dumps(plan))
    home = folder / "browser-home"
    home.mkdir(exist_ok=True)
    # It looks for its browser in the directory for temporary files; `.ci/environment` has unpacked it there.
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(MODULES)}
    done = subprocess.run(
        [node or "", str(DRIVER), str(MODULES), str(folder / "plan.json")],
        env=env, capture_output=True, text=True, timeout=540, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    made: dict[str, Any] = json.loads(done.stdout)
    return made
