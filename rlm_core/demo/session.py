"""The demo's session, invented: three days on a small service that imports supplier invoices into a ledger."""

from __future__ import annotations

from hashlib import blake2b

from rlm_core.demo.bulk import accounts, export, import_log, numbered, pytest_output
from rlm_core.demo.script import Act, Compact, Leave, Think, ToolCall, bash, edit, read, turn, write

SECRET = "ghp_" + blake2b(b"the demo's secret", digest_size=18).hexdigest()  # no key stands in this file
PRIVATE = "Delmas"

IMPORTER = '''\
"""Imports an export of supplier invoices into the ledger."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ledger_import.client import LedgerClient
from ledger_import.settings import BATCH_ROWS


@dataclass(frozen=True)
class Row:
    line: int
    date: str
    agency: str
    document: str
    supplier: str
    label: str
    amount: Decimal
    account: str


def rows(path: Path):
    """Yield the rows of an export; a row that cannot be read raises RowError with its line."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for line, cells in enumerate(csv.DictReader(stream, delimiter=";"), 2):
            yield Row(
                line,
                cells["date"],
                cells["agence"],
                cells["piece"],
                cells["fournisseur"],
                cells["libelle"],
                Decimal(cells["montant"]),
                cells["compte"],
            )


def run(path: Path, client: LedgerClient) -> int:
    """Post all rows in batches; returns how many were posted."""
    posted, batch = 0, []
    for row in rows(path):
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            posted += client.post(batch)
            batch = []
    return posted + (client.post(batch) if batch else 0)
'''

CLIENT = '''\
"""The ledger's API: one POST a batch."""

import httpx

from ledger_import import settings


class LedgerClient:
    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(base_url=url, headers={"X-Ledger-Token": token}, timeout=10)

    def post(self, batch) -> int:
        answer = self._http.post("/v2/postings", json=[row.as_json() for row in batch])
        answer.raise_for_status()
        return len(batch)
'''

FAILURE = """\
=================================== FAILURES ===================================
____________________ test_reads_an_amount_with_a_decimal_comma ____________________
    def test_reads_an_amount_with_a_decimal_comma(tmp_path):
>       assert first_row(tmp_path, "12/10/2026;LYON-02;F-80111;Garage Pernin;Entretien;1245,90;20;615100")
E       decimal.InvalidOperation: [<class 'decimal.ConversionSyntax'>]
src/ledger_import/importer.py:35: InvalidOperation"""

LEDGER_ERRORS = """\
1811:2026-11-16 02:14:07,031 ERROR ledger_import.client POST /v2/postings -> 422
1812:  E_LEDGER_4417: period 2026-09 is closed; posting of 2026-09-30 refused (document F-80417, agency LYON-03)
1813:2026-11-16 02:14:07,033 ERROR ledger_import.run batch=071 not posted, run stopped after 35,000 rows
1814:2026-11-16 02:14:07,040 INFO  ledger_import.run exit status 2"""

SUMMARY_1 = """\
1. Primary request: take over ledger-import, make the nightly import of supplier invoices dependable.
2. Decisions: retry limit 3 with back-off; CSV with semicolons stays; batches of 2,000 rows; rows of a closed
   period go to the first day of the next open one and keep their own date in the label.
3. Done: decimal comma, retry, closed periods, docs/format-import.md, the letter to the accountants.
4. Open: duplicates when a run is repeated; the rejects file; the release.
Details: {cite}; /recall finds the rest."""

SUMMARY_2 = """\
1. Primary request: make the nightly import dependable; release 1.4 on Wednesday.
2. Decisions since: a higher retry limit, an idempotency key per row, rejected rows in a file of their own.
3. Done: all of it, with tests; the runbook.
4. Open: README, changelog, a mail to the accountants, the tag.
Details: {cite}; /recall finds the rest."""

DAY_1: tuple[Act, ...] = (
    turn(
        "16 09:02",
        "We take over ledger-import from today. Read the importer and its client and tell me how a run works.",
        Think("Start with the two modules named; the tests can wait."),
        read("src/ledger_import/importer.py", numbered(IMPORTER)),
        read("src/ledger_import/client.py", numbered(CLIENT)),
        "A run reads the export row by row, collects batches of `BATCH_ROWS` and posts each batch to "
        "`/v2/postings`. Two things stand out: amounts go straight into `Decimal`, so a decimal comma will "
        "fail, and a batch whose post fails ends the whole run, since nothing is tried again.",
    ),
    turn(
        "16 09:11",
        "Run the whole test suite so that we know where we stand.",
        bash("python -m pytest -v", pytest_output(150, FAILURE, 6.9), failed=True),
        "150 pass, one fails: `test_reads_an_amount_with_a_decimal_comma`, as feared.",
    ),
    turn(
        "16 09:18",
        "Fix the decimal comma.",
        edit(
            "src/ledger_import/importer.py",
            'Decimal(cells["montant"])',
            'Decimal(cells["montant"].replace(" ", "").replace(",", "."))',
        ),
        bash("python -m pytest -v -k amount", pytest_output(14, seconds=0.8)),
        "Fixed: spaces are dropped and the comma becomes a point before `Decimal` sees the amount.",
    ),
    turn(
        "16 09:34",
        "Calls to the ledger need a retry. Set the retry limit to 3, with exponential back-off; more would only "
        "hide real faults.",
        Think("Back-off 2, 4, 8 seconds: three attempts end after 14 seconds. Only for 5xx and lost connections."),
        edit("src/ledger_import/settings.py", "BATCH_ROWS = 500", "BATCH_ROWS = 500\nRETRY_LIMIT = 3"),
        edit(
            "src/ledger_import/client.py",
            'answer = self._http.post("/v2/postings"',
            'answer = self._retry(settings.RETRY_LIMIT, "/v2/postings"',
        ),
        bash("python -m pytest -v -k ledger_client", pytest_output(24, seconds=1.1)),
        "Done: up to 3 attempts, waiting 2, 4 and 8 seconds, and only when the ledger answers 5xx or not at all.",
    ),
    turn(
        "16 09:51",
        "La compta a envoyé l'export d'octobre. Regarde comment il est fait.",
        read("samples/export_octobre.csv", numbered(export(440, 10, "LYON", 80))),
        "440 lignes, UTF-8 avec BOM, huit colonnes séparées par des points-virgules, montants à virgule décimale, "
        "dates JJ/MM/AAAA. Les avoirs sont positifs : seul le libellé les distingue.",
    ),
    turn(
        "16 10:05",
        "Bon, décision : on garde le format CSV avec point-virgule. Les montants ont une virgule décimale et le "
        "logiciel de la compta ne sait rien exporter d'autre. Pas de JSON. Note-le dans la doc.",
        write(
            "docs/format-import.md",
            "# Format d'import\n\nFichier CSV, UTF-8, séparateur point-virgule, une ligne par facture.\n\n"
            "| colonne | contenu |\n|---|---|\n| date | JJ/MM/AAAA |\n| montant | virgule décimale, sans symbole |\n"
            "| compte | six chiffres, zéros compris |\n\n"
            "Un avoir est une ligne dont le libellé commence par « Avoir ».",
        ),
        "Noté dans `docs/format-import.md`, avec la raison.",
    ),
    turn(
        "16 10:22",
        "Which ledger accounts do we post to? Get the chart of accounts from staging.",
        bash("curl -s $LEDGER_URL/v2/accounts | head -c 29000", accounts(292)),
        "292 accounts, about one in eleven closed. Advances to suppliers belong on 409100, which the mapping "
        "lacks; I would add it before the October import.",
    ),
    turn(
        "16 10:48",
        f"Yes, add it. Then import October on staging and time it. The token is {SECRET}, staging only.",
        edit("src/ledger_import/mapping.py", '"Avoir": "401900",', '"Avoir": "401900",\n    "Acompte": "409100",'),
        bash(
            f"LEDGER_TOKEN={SECRET} python -m ledger_import samples/export_octobre_complet.csv --batch 500",
            import_log(97, 500, 386, "2026-11-16")
            + "\nimported 48,210 rows in 37.4 s (1,289 rows/s), 2 batches retried, 0 rejected",
        ),
        "October is in: 48,210 rows in 37.4 s, that is 1,289 rows a second, nothing rejected.",
    ),
    turn(
        "16 11:15",
        "Would larger batches help? Measure it before you argue.",
        bash(
            "python -m ledger_import samples/export_octobre_complet.csv --batch 2000",
            import_log(25, 2000, 612, "2026-11-16", 7)
            + "\nimported 48,210 rows in 15.4 s (3,131 rows/s), 0 batches retried, 0 rejected",
        ),
        bash(
            "python -m ledger_import samples/export_octobre_complet.csv --batch 8000",
            import_log(7, 8000, 2190, "2026-11-16", 9)
            + "\nimported 48,210 rows in 15.6 s (3,090 rows/s), 0 batches retried, 0 rejected",
        ),
        "Yes, up to a point. Throughput goes from 1,289 to 3,131 rows a second with batches of 2,000; 8,000 bring "
        "nothing more and hold the connection for two seconds. I suggest 2,000.",
    ),
    turn(
        "16 11:40",
        "2,000 it is. Écris aussi une lettre courte à la compta pour la mise en service du 18. <private>Entre nous : "
        f"{PRIVATE} quitte le cabinet en janvier, ne l'écris nulle part.</private>",
        edit("src/ledger_import/settings.py", "BATCH_ROWS = 500", "BATCH_ROWS = 2000"),
        write(
            "docs/courrier-compta.md",
            "Bonjour,\n\nÀ partir du mercredi 18 novembre, vos exports de factures seront importés chaque nuit à 2 h. "
            "Rien ne change pour vous : même logiciel, même fichier. Les lignes refusées vous reviennent le matin.\n\n"
            "Bien à vous",
        ),
        "Lot de 2 000 lignes en place, lettre dans `docs/courrier-compta.md`.",
    ),
    turn(
        "16 14:02",
        "The Paris agency sent its file too. Does it look like Lyon's?",
        read("samples/export_paris.csv", numbered(export(450, 11, "PARIS", 61))),
        "Same columns, same encoding. One difference: document numbers start again each month, so number and "
        "agency together are still not unique over a year.",
    ),
    turn(
        "16 14:30",
        "Last night's run on staging stopped. Find out why.",
        bash("grep -n -A3 'ERROR' logs/nightly.log | tail -4", LEDGER_ERRORS),
        "The ledger refused a row of 30 September because September is closed there. One such row stopped "
        "everything: 35,000 rows were posted, the rest never sent.",
    ),
    turn(
        "16 14:41",
        "How many rows of September are there? Look at the agencies' September files.",
        read("samples/export_septembre.csv", numbered(export(460, 9, "LYON", 77))),
        "All 460 rows of that file: it came late, after September had been closed. It will happen every month.",
    ),
    turn(
        "16 14:52",
        "Show me the whole log of that run, I want to see the timing too.",
        bash("cat logs/nightly.log", import_log(170, 500, 391, "2026-11-16", 3)),
        "Timing is even, 340 to 440 ms a batch, right up to the refusal. No sign of an overloaded ledger.",
    ),
    turn(
        "16 15:10",
        "Rows of a closed period go to the first day of the next open period, and keep their own date in the label. "
        "The accountants agreed on the phone.",
        write(
            "src/ledger_import/periods.py",
            '"""Which period a row is posted to."""\n\n\ndef posting_date(row, open_periods):\n'
            '    """The row\'s own date, or the first day of the next open period."""\n'
            "    return row.date if row.period in open_periods else min(p for p in open_periods if p > row.period)",
        ),
        bash("python -m pytest -v", pytest_output(168, seconds=7.4)),
        "`periods.posting_date` does that, with 18 new tests; 168 pass.",
    ),
    turn(
        "16 15:38",
        "Have someone look into how to repeat a run without posting rows twice.",
        ToolCall(
            "Agent",
            {
                "description": "Idempotent postings",
                "prompt": "Find out how /v2/postings can be called twice without posting twice.",
                "subagent_type": "Explore",
            },
            "The API takes an `Idempotency-Key` per posting and keeps it for 400 days.",
            report=(
                bash(
                    "grep -n -i idempot vendor/ledger-api/openapi.yaml",
                    "212: Idempotency-Key:\n213:   description: at most 64 characters, kept for 400 days; a repeated "
                    "key answers 200 and posts nothing\n388: 409: key known with another body",
                ),
                "The API takes an `Idempotency-Key` header per posting, at most 64 characters, and keeps it for 400 "
                "days. A known key with the same body answers 200 and posts nothing; with another body, 409.",
            ),
        ),
        "There is an `Idempotency-Key`, kept for 400 days. A key made of agency, document, date and line would do.",
    ),
    turn(
        "16 16:05",
        "Good, tomorrow. For tonight: import both files once more with everything in, and run all tests.",
        bash(
            "python -m ledger_import samples/*.csv | tail -n 240",
            import_log(240, 2000, 609, "2026-11-16", 11)[-28_000:]
            + "\nimported 479,804 rows in 153.2 s (3,132 rows/s), 5 batches retried, 0 rejected",
        ),
        bash("curl -s $LEDGER_URL/v2/accounts?since=2026-11-01 | head -c 29000", accounts(280)),
        read("samples/export_novembre.csv", numbered(export(390, 11, "LYON", 83))),
        Compact("auto", SUMMARY_1),
        bash("python -m pytest -v", pytest_output(168, seconds=7.3)),
        "Both files are in, 3,132 rows a second over 479,804 rows, and all 168 tests pass.",
    ),
    Leave("16 18:02", "resume", "17 09:02"),
)

DAY_2: tuple[Act, ...] = (
    turn("17 09:04", "Morning. Where were we?", "Open are duplicates, the rejects file and the release on Wednesday."),
    turn(
        "17 09:15",
        "Raise the retry limit from 3 to 5: on every deploy the ledger's load balancer drops connections for up to 20 "
        "seconds, and three attempts give up after 14.",
        Think("2 + 4 + 8 + 16 + 32 = 62 seconds, well over 20."),
        edit("src/ledger_import/settings.py", "RETRY_LIMIT = 3", "RETRY_LIMIT = 5  # a deploy cuts us off for 20 s"),
        bash("python -m pytest -v -k ledger_client", pytest_output(26, seconds=1.2)),
        "The limit is 5 now; the last attempt comes after 30 seconds of waiting, so a deploy no longer stops a run.",
    ),
    turn(
        "17 10:10",
        "Les lignes refusées : un fichier par nuit, au même format, avec la raison dans une colonne de plus. "
        "Pas de mail.",
        write(
            "src/ledger_import/rejects.py",
            '"""Rejected rows: rejets/AAAA-MM-JJ.csv, as they came, with the reason."""\n\n\n'
            'def path(folder, day):\n    return folder / f"{day:%Y-%m-%d}.csv"',
        ),
        "C'est fait : `rejets/AAAA-MM-JJ.csv`, même format, colonne `motif` en plus.",
    ),
    turn(
        "17 10:45",
        "Now the duplicates, with the key as you said.",
        edit(
            "src/ledger_import/client.py",
            "json=[row.as_json() for row in batch]",
            "json=[row.as_json() | {'idempotency_key': key(row)} for row in batch]",
        ),
        bash("python -m pytest -v", pytest_output(176, seconds=7.9)),
        "Each row carries a key of agency, document, date and line, hashed to 64 characters. 176 tests pass.",
    ),
    turn(
        "17 14:05",
        "Prove it: import October twice.",
        bash(
            "for i in 1 2; do python -m ledger_import samples/export_octobre_complet.csv; done",
            import_log(50, 2000, 615, "2026-11-17", 5)
            + "\nimported 48,210 rows in 15.5 s; again: 48,210 rows known, 0 posted, 4.1 s",
        ),
        "The second run posts nothing: 48,210 rows known, in 4.1 s.",
    ),
    turn(
        "17 15:20",
        "Write the runbook: what to do when a night fails.",
        write(
            "docs/runbook.md",
            "# Runbook\n\n1. `grep ERROR logs/nightly.log`\n2. A period was closed: nothing to do, rows move on.\n"
            "3. The ledger was away for more than a minute: start the run again; rows are posted once.\n"
            "4. Anything else: the rows are in `rejets/`, send them to the accountants.",
        ),
        "`docs/runbook.md`: four cases, each with what to type.",
    ),
    turn(
        "17 16:30",
        "Review the day's changes with fresh eyes.",
        bash("git diff --stat main", " 9 files changed, 412 insertions(+), 37 deletions(-)"),
        read("src/ledger_import/importer.py", numbered(IMPORTER)),
        "One find: `rows` still says that it raises RowError, which nothing does any more. I corrected the docstring.",
    ),
    Compact("manual", SUMMARY_2, "17 17:35"),
    turn("17 17:41", "What is left for tomorrow?", "README, changelog, the mail to the accountants and the tag."),
    Leave("18 09:00", "clear"),
)

DAY_3: tuple[Act, ...] = (
    turn(
        "18 09:03",
        "Write the changelog for 1.4 from what we did.",
        write(
            "CHANGELOG.md",
            "# 1.4\n\n- Amounts with a decimal comma.\n- The ledger may be away for a minute.\n"
            "- Rows of closed periods move to the next open one.\n- A run can be repeated.",
        ),
        "`CHANGELOG.md` has the four changes that users notice.",
    ),
    turn(
        "18 09:40",
        "Un mail à la compta : c'est en service, voici où sont les rejets.",
        "Bonjour, l'import de nuit est en service. Les lignes refusées vous attendent chaque matin dans `rejets/`, "
        "avec leur motif dans la dernière colonne.",
    ),
    turn("18 10:15", "Tag it.", bash("git tag -a v1.4 -m 1.4 && git describe", "v1.4"), "Tagged v1.4."),
    Leave("18 10:20"),
)

TITLES = ("Make the nightly invoice import dependable", "Release 1.4 of ledger-import")  # of the two sessions
STORY: tuple[Act, ...] = (*DAY_1, *DAY_2, *DAY_3)
