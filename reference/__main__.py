"""`python -m reference`: write the generated pages. Exits 1, and writes nothing, when anything lacks its words."""

from __future__ import annotations

import sys

from reference.pages import ROOT, missing, pages


def main() -> int:
    """Write what has changed, and say which."""
    lacking = missing()
    if lacking:
        sys.stderr.write("".join(f"{line}\n" for line in lacking))
        return 1
    for name, text in pages().items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
