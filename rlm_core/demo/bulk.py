"""The long outputs of the demo's session: files, logs and test runs, made by arithmetic, the same every time."""

from __future__ import annotations

_SUPPLIERS = (
    "Chaudronnerie Vasseur",
    "Fournitures Lemaire",
    "Transports Aubry",
    "Papeterie du Rhône",
    "Électricité Morel",
    "Nettoyage Clair",
    "Imprimerie Bellecour",
    "Garage Pernin",
    "Outillage Sabatier",
)
_LABELS = ("Location nacelle", "Achat consommables", "Prestation octobre", "Avoir", "Port et emballage", "Entretien")
_AREAS = ("amounts", "dates", "encoding", "ledger_client", "mapping", "periods", "rejects", "resume", "settings", "vat")
_CASES = (
    "accepts_decimal_comma",
    "keeps_leading_zero",
    "refuses_empty_row",
    "rounds_half_even",
    "reports_line_number",
    "survives_bom",
    "handles_credit_note",
    "is_idempotent",
    "trims_spaces",
    "reads_last_line_without_newline",
    "names_the_column",
    "logs_once",
)


def numbered(text: str) -> str:
    """A file as the Read tool shows it: each line behind its number and a tab."""
    return "\n".join(f"{i}\t{line}" for i, line in enumerate(text.split("\n"), 1))


def export(rows: int, month: int, agency: str, seed: int) -> str:
    """The accountants' CSV export of supplier invoices: semicolons, decimal commas."""
    lines = ["date;agence;piece;fournisseur;libelle;montant;tva;compte"]
    for i in range(rows):
        x = i * 7919 + seed
        who, what = _SUPPLIERS[x % len(_SUPPLIERS)], _LABELS[x // 7 % len(_LABELS)]
        amount = f"{x * 31 % 480_000 // 100},{x % 100:02d}"
        lines.append(
            f"{1 + i * 28 // rows:02d}/{month:02d}/2026;{agency}-0{1 + x % 3};F-{seed * 1000 + i * 3};{who};{what};"
            f"{amount};{(20, 10, 5.5)[x % 3]};6{x % 9}{x % 7}100"
        )
    return "\n".join(lines)


def import_log(batches: int, size: int, milliseconds: int, day: str, seed: int = 0) -> str:
    """An import's log: two lines a batch."""
    lines, clock = [], 36_000_000 + seed * 61_000
    for i in range(batches):
        spent = milliseconds + (i * 7919 + seed) % 97 - 48
        clock += spent
        s = clock // 1000
        when = f"{day} {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d},{clock % 1000:03d}"
        first, last = i * size + 2, i * size + size + 1
        lines += [
            f"{when} DEBUG ledger_import.rows lines {first}-{last} read, from document F-{80_000 + first * 3}",
            f"{when} INFO ledger_import.batch batch={i + 1:03d} rows={size} posted={size} "
            f"retried={int(i % 41 == 40)} elapsed={spent}ms",
        ]
    return "\n".join(lines)


def pytest_output(count: int, failing: str = "", seconds: float = 6.2) -> str:
    """What `pytest -v` prints: a line a test, then the failure, if any, and the tally."""
    names = []
    for i in range(count):
        area = _AREAS[i // len(_CASES) % len(_AREAS)]
        name = f"tests/test_{area}.py::test_{_CASES[i % len(_CASES)]}[{i // (len(_CASES) * len(_AREAS))}]"
        names.append(f"{name:<72} PASSED [{100 * (i + 1) // count:3d}%]")
    head = "platform linux -- Python 3.12.7, pytest-8.3.3, pluggy-1.5.0\nrootdir: /srv/ledger-import"
    if not failing:
        return "\n".join([head, *names, "", f"{count} passed in {seconds:.2f}s"])
    return "\n".join([head, *names, "", failing, "", f"1 failed, {count} passed in {seconds:.2f}s"])


def accounts(count: int) -> str:
    """The ledger's chart of accounts as its API gives it."""
    lines = []
    for i in range(count):
        kind = ("expense", "supplier", "vat", "bank")[i % 4]
        lines.append(
            f' {{"number": "{4 + i % 3}{i * 37 % 9000 + 1000}", "kind": "{kind}", "label": '
            f'"{_LABELS[i % len(_LABELS)]} {_SUPPLIERS[i * 5 % len(_SUPPLIERS)]}", "open": {str(i % 11 > 0).lower()}}}'
        )
    return '{"accounts": [\n' + ",\n".join(lines) + "\n]}"
