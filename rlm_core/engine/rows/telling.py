"""What is said of a table, in the question's language: how many rows, how many of them verified, what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rlm_core.engine.rows.fields import Field
from rlm_core.engine.rows.row import Row
from rlm_core.language.detect import language_of_request
from rlm_core.language.stopwords import FRENCH

_EN = {
    "none": "No row was found.",
    "rows": "{n} rows, {v} verified.",
    "row": "1 row, {v} verified.",
    "unchecked": "Rows, none of them checked: {n}.",
    "refused": "Cells left empty, since nothing showed their values: {by_field}.",
    "missing": "Rows without a required cell: {n}.",
    "rejected": "Rows left out, since nothing showed any of their cells: {n}.",
    "doubtful": "Cells to look at again: {n}.",
    "entries": "Entries to look at again: {n}.",
    "dropped": "Items of the answers that were no rows: {n}.",
    "incomplete": "Not everything was read: {n} of {total} parts.",
    "searched": "A search chose what was read, which is not all of it; --route map reads everything.",
    "more": "… and {n} more; --rows FILE writes all, --json shows all",
}
_FR = {
    "none": "Aucune ligne n'a été trouvée.",
    "rows": "{n} lignes, dont {v} vérifiées.",
    "row": "1 ligne, dont {v} vérifiée.",
    "unchecked": "Lignes, sans aucun contrôle : {n}.",
    "refused": "Cellules laissées vides, faute de preuve de leur valeur : {by_field}.",
    "missing": "Lignes sans une cellule obligatoire : {n}.",
    "rejected": "Lignes écartées, faute de preuve d'une seule de leurs cellules : {n}.",
    "doubtful": "Cellules à revoir : {n}.",
    "entries": "Entrées à revoir : {n}.",
    "dropped": "Éléments des réponses qui n'étaient pas des lignes : {n}.",
    "incomplete": "Tout n'a pas été lu : {n} parties sur {total}.",
    "searched": "Une recherche a choisi ce qui a été lu, et ce n'est pas tout ; --route map lit tout.",
    "more": "… et {n} de plus ; --rows FICHIER les écrit toutes, --json les montre toutes",
}


class RowWording:
    """Sentences about a table, in the language of its question: English or French."""

    def __init__(self, question: str) -> None:
        self._french = language_of_request(question) == FRENCH

    def _say(self, which: str, **values: object) -> str:
        return (_FR if self._french else _EN)[which].format(**values)

    def _number(self, n: int) -> str:
        return f"{n:,}".replace(",", "\u202f") if self._french else f"{n:,}"

    def incomplete(self, read: int, total: int) -> str:
        return self._say("incomplete", n=self._number(read), total=self._number(total))

    def dropped(self, items: int) -> str:
        return self._say("dropped", n=self._number(items))

    def searched(self) -> str:
        return self._say("searched")

    def more(self, rows: int) -> str:
        return self._say("more", n=self._number(rows))

    def told(self, found: Sequence[Row], rows: Sequence[Row], fields: Sequence[Field], *, checked: bool) -> str:
        """The answer of a run for rows. found: with rows that hold nothing. checked: somebody checked them."""
        if not checked and rows:
            return self._say("unchecked", n=self._number(len(rows)))
        verified = sum(row.verified for row in rows)
        which = "none" if not rows else "row" if len(rows) == 1 else "rows"
        said = [self._say(which, n=self._number(len(rows)), v=self._number(verified))]
        refused = Counter(c.field for row in rows for c in row.refused if c.said)
        if refused:
            shown = [f"{f.name} {self._number(refused[f.name])}" for f in fields if refused[f.name]]
            said.append(self._say("refused", by_field=", ".join(shown)))
        counts = {
            "missing": sum(any(not c.said for c in row.refused) for row in rows),
            "rejected": len(found) - len(rows),
            "doubtful": sum(bool(c.doubts) for row in rows for c in row.cells if c.value is not None),
            "entries": sum(bool(row.entry_doubts) for row in rows),
        }
        said += [self._say(name, n=self._number(n)) for name, n in counts.items() if n]
        return " ".join(said)
