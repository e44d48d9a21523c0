"""What redaction costs on texts made to be slow: one thing over and over, beside plain prose of the same size.

Some of them hold a running number, `{i}`, so that no two hits look alike.

    python -m benchmarks.hostile [--quick] [--json]

CPU time of the redactor in this process, in seconds for the size; the ratio is to the prose.
"""

import sys
import time
from typing import Any

from benchmarks import common
from benchmarks.common import MB
from rlm_core.redaction.redactor import Redactor

PROSE = "The quick brown fox jumps over the lazy dog, and nothing else happens on this line.\n"
HEAD = "-----BEGIN RSA PRIVATE KEY-----"
UNITS = {
    "PEM heads": f"{HEAD}\n",
    "PEM heads with headers": f"{HEAD}{'Hash: ' * 40}",
    "PEM heads with headers, a key out of reach": f"{HEAD}{'Hash: ' * 40}, {'A' * 30}\n",
    "PEM lines without an end": f"{HEAD}\n{'A' * 30}\n",
    "curl -u": "curl -u ab ://",
    "curl, several passes": "curl -ua:bbbb -uc:dddd http://h ",
    "mysql -p": "mysql -p",
    "password=": "password=",
    "auth=": "auth=",
    "pass": "pass",
    "://": "://",
    "eyJ-": "eyJ-",
    "<private>": "<private>",
    "[redacted:env]": "[redacted:env]",
    "pass and a number": "pass{i} ",
    "echo and pass": "echo '{i}pass",
    "cookies": "cookie: a{i}=b; ",
    "sshpass -p": "sshpass {i} -p",
    "escapes": "%22pass{i}",
}
WORST_SECONDS = 4.0  # for 5 MB: what a hook's time allows, and what is more goes to another process


def cost(unit: str, size: int) -> float:
    repeats = size // len(unit) + 1
    text = "".join(unit.replace("{i}", str(i)) for i in range(repeats)) if "{i}" in unit else unit * repeats
    text = text[:size]
    redact = Redactor()
    began = time.process_time()
    redact(text)
    return time.process_time() - began


def measure(quick: bool) -> dict[str, Any]:
    size = MB // 50 if quick else 5 * MB
    cost(PROSE, size)  # warms up: compiles the patterns
    plain = cost(PROSE, size)
    found = {name: cost(unit, size) for name, unit in UNITS.items()}
    table: dict[str, Any] = {"prose": {"s": round(plain, 3)}}
    table |= {n: {"s": round(s, 3), "ratio": round(s / max(plain, 1e-6), 1)} for n, s in found.items()}
    worst = max(found.values())
    return {
        "sizes": {"mb": size / MB},
        "figures": table,
        "targets": {"worst, seconds": common.target(round(worst, 2), WORST_SECONDS)},
    }


if __name__ == "__main__":
    sys.exit(common.main("hostile", __doc__, measure))
