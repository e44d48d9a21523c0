"""The names of the groups of commands, as the pages of the reference have them in French."""

GROUPS: dict[str, str] = {
    "Find and read": "Retrouver et lire",
    "Ask": "Demander",
    "Take in": "Faire entrer",
    "Check and mend": "Vérifier et réparer",
    "Keep private": "Garder privé",
    "Set up": "Installer",
    "More": "Autres",
}
