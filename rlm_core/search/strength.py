"""Whether a passage is likely the answer to a query, and which words of a query tell what it asks for."""

from __future__ import annotations

from rlm_core.language.folding import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.search.query import Word

# Words of asking, and of what kind of thing an answer is: an answer needs none of them. Accents folded.
ASKING = frozenset(
    """
decide decided deciding decision decisions choose chose chosen choosing choice pick picked agree agreed agreement
settle settled conclude concluded conclusion verdict say said saying tell told mention mentioned talk talked discuss
discussed discussion explain explained remember remembered recall know knew known think thought find found show use used
using value values reason reasons cause caused causes behind why when how much many long about figure figures measure
measured rule rules option options library tool kind sort called current currently now today last latest ever still
already allowed allow may might answer question happen happened need needed want wanted come came take takes set there
any some get got go going went make made please again back
decider choisir choisi choisie choix retenu retenue convenu dit dire parler parle parlait rappeler rappelle souvenir
souviens savoir sais penser pense trouver trouve utiliser utilise utilisons valeur valeurs vaut valoir raison raisons
combien mesurer mesure mesures regle usage bibliotheque outil sorte actuel actuelle actuellement maintenant dernier
derniere deja encore irait aller possible chiffre chiffres falloir faut besoin venir venait vient devait doit revenir
derriere propos aujourd hui voulait voulions veut prendre prend pris mettre mis fixer
""".split()  # noqa: SIM905
)


def telling(words: Sequence[Word]) -> list[Word]:
    """The words of a query that tell what it asks for; all of them where no other is left."""
    return [w for w in words if fold(w.text) not in ASKING] or list(words)
