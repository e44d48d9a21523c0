"""What people and Claude say around the planted facts, in English and French. States none of them.

Slots: {c} a component, {f} a file, {fn} a function, {n} {m} nouns of the code, {v} a verb of the code, {a} an
adjective, {t} a test, {k} an identifier seen before, {d} a number. {C} begins a sentence.
"""

PROMPTS = {
    "en": (
        "Please look at {f} and tell me why {fn} is so long.",
        "The {n} of {c} looks wrong on my machine, can you check?",
        "Can you go through {c} and clean up the {n} handling?",
        "Add a test for {fn} in {c}.",
        "{t} fails since yesterday. What happened?",
        "Rename {fn}, nobody understands it.",
        "Review my last commit on {c} please.",
        "I need a short note for the team about {c}: what it does, what it does not.",
        "Go on.",
        "Yes, do that.",
        "Looks good. Now the same for {f}.",
        "Why does {c} touch {f} at all?",
        "Something is slow in {c}. Profile it before you change anything.",
        "Before we go on: is the {a} {n} still needed anywhere?",
    ),
    "fr": (
        "Regarde {f} et dis-moi pourquoi {fn} est si longue.",
        "Le `{n}` dans {c} me paraît faux, tu peux vérifier ?",
        "Parcours {c} et remets de l'ordre dans la gestion du `{n}`.",
        "Ajoute un test de {fn} pour {c}.",
        "{t} échoue depuis hier. Que s'est-il passé ?",
        "Renomme {fn}, personne ne la comprend.",
        "Relis mon dernier commit sur {c}, s'il te plaît.",
        "Il me faut une courte note pour l'équipe sur {c} : ce que cela fait et ne fait pas.",
        "Continue.",
        "Oui, vas-y.",
        "Très bien. Maintenant la même chose pour {f}.",
        "Quelque chose est lent dans {c}. Mesure avant de changer quoi que ce soit.",
    ),
}
BEFORE_TOOLS = {
    "en": (
        "Let me look at {f} first.",
        "I'll run the tests of {c} to see where we stand.",
        "Now the callers of {fn}.",
        "That leaves {f}.",
        "I want to see what {fn} does with a {a} {n}.",
        "Let me check whether {t} covers this.",
        "The change in {f} is small; I'll make it now.",
    ),
    "fr": (
        "Je regarde d'abord {f}.",
        "Je lance les tests pour {c} afin de voir où nous en sommes.",
        "Voyons qui appelle {fn}.",
        "Il reste {f}.",
        "Je veux voir ce que fait {fn} avec un `{n}` {a}.",
        "Vérifions si {t} couvre ce cas.",
    ),
}
THOUGHTS = {
    "en": (
        "The user wants me to look at {c}. The obvious place is {f}, where {fn} builds the {n}.",
        "{fn} takes a {n} and gives back a {m}; the caller in {f} ignores the {a} case.",
        "If the {n} is {a}, then {fn} returns early and the {m} is never closed. That could be it.",
        "I should not change the signature of {fn}, since {f} is imported by others.",
        "Wait, {t} passes even without the change. So it does not test what its name says.",
        "There are two ways: move the {n} into {c}, or pass the {m} down. The second is smaller.",
        "The output shows {d} lines, most of them about the {n}. I only need the last ones.",
        "Let me think about what happens when the {m} is {a} and {c} starts a second time.",
        "The diff touches {f} only, which is what was asked.",
        "I have seen {k} before in this session, so this is probably related.",
        "I could write it as a loop over the {n}s, but {fn} already does that.",
    ),
    "fr": (
        "L'utilisateur veut que je regarde {c}. Le bon endroit est {f}, où {fn} construit le `{n}`.",
        "{fn} reçoit un `{n}` et rend un `{m}` ; l'appelant dans {f} oublie un cas.",
        "Si le `{n}` est vide, {fn} sort trop tôt et le `{m}` n'est jamais fermé. C'est peut-être cela.",
        "Mieux vaut ne pas changer la signature de {fn}, puisque {f} est importé ailleurs.",
        "Attention, {t} passe même sans la modification : ce test ne vérifie pas ce que dit son nom.",
        "Deux possibilités : déplacer le `{n}` dans {c}, ou transmettre le `{m}`. La seconde est plus petite.",
        "La sortie fait {d} lignes, presque toutes sur le `{n}`. Seules les dernières m'intéressent.",
        "J'ai déjà vu {k} dans cette session, il y a sans doute un lien.",
    ),
}
REPLIES = {
    "en": (
        "{C} reads the {n} once, at start, and keeps it in {fn} until the {m} is closed.",
        "The important part is in {f}, where {fn} decides what a {a} {n} means.",
        "I moved the {m} out of {fn}, because two callers needed it and each made its own.",
        "The tests of {c} pass: {d} of them, none skipped.",
        "{t} was red because it compared a {n} with a {m}; both are strings, so nothing complained.",
        "What I did not touch: {f}, and everything that depends on the {a} {n}.",
        "There is one more place where this happens, {fn} in {f}, but nothing calls it any more.",
        "If you prefer, the {n} could be made in {c} itself; it would save one parameter and cost one import.",
        "The old code caught every exception and went on, so a {a} {m} was never noticed.",
        "In short, {c} now has one path through {fn} instead of three.",
        "The log shows {d} entries for the {n}, which is what we expected.",
        "I left a comment in {f} that says why the {m} comes before the {n}.",
        "Nothing outside {c} imports {fn}, so the rename is safe.",
        "The {a} {n} is still there for the old clients; it can go when the last of them is gone.",
        "You will see the difference in {f}: the {m} is passed in and no longer looked up.",
        "The first run takes longer, since {fn} has nothing to start from.",
        "Please look at the names again; {fn} says what it does, but not to which {n}.",
        "Next I would split {f}, which has grown to {d} lines, but that is another change.",
        "The failing case was a {n} without a {m}, which happens when somebody cancels half way.",
        "It is the same pattern as in {k}, which we saw earlier.",
        "I checked this against {k} and found nothing else.",
    ),
    "fr": (
        "Dans {c}, le `{n}` est lu une seule fois, au départ, puis gardé par {fn} jusqu'à la fermeture.",
        "L'essentiel se trouve dans {f}, où {fn} décide de ce que veut dire un `{n}` vide.",
        "J'ai sorti le `{m}` de {fn}, car deux appelants en avaient besoin et chacun fabriquait le sien.",
        "Les tests passent pour {c} : {d} en tout, aucun ignoré.",
        "{t} était rouge parce qu'il comparait un `{n}` avec un `{m}` ; ce sont deux chaînes, rien ne protestait.",
        "Je n'ai pas touché à {f}, ni à ce qui dépend du `{n}`.",
        "Il y a un autre endroit où cela arrive, {fn} dans {f}, mais plus personne ne l'appelle.",
        "L'ancien code attrapait toutes les exceptions et continuait, si bien qu'un `{m}` perdu passait inaperçu.",
        "En bref, il n'y a plus dans {c} qu'un chemin à travers {fn} au lieu de trois.",
        "Le journal montre {d} entrées pour le `{n}`, comme prévu.",
        "J'ai laissé dans {f} un commentaire qui dit pourquoi le `{m}` vient avant le `{n}`.",
        "Rien hors de {c} n'importe {fn}, donc le changement de nom est sans danger.",
        "La première exécution est plus longue, puisque {fn} part de rien.",
        "Ensuite je couperais {f} en deux, qui fait maintenant {d} lignes, mais c'est un autre changement.",
        "Le cas en échec était un `{n}` sans `{m}`, ce qui arrive quand quelqu'un annule en route.",
        "C'est le même schéma que pour {k}, vu plus tôt.",
    ),
}
HEADINGS = {
    "en": ("What I found", "What changed", "Not done", "How it works", "Next steps", "Summary"),
    "fr": ("Constat", "Ce qui change", "Pas fait", "Fonctionnement", "La suite", "Résumé"),
}
RECALLS = {
    "en": (
        "Is this the same thing as {k}?",
        "Have another look at {k}, I think we forgot something there.",
        "What about {k} that we saw earlier?",
    ),
    "fr": (
        "Est-ce la même chose que {k} ?",
        "Regarde encore {k}, je crois qu'on a oublié quelque chose.",
        "Et {k}, qu'on a vu tout à l'heure ?",
    ),
}
"""Prompts that come back to something seen before."""
SUMMARY = """\
This session is being continued from a previous conversation that ran out of context. The conversation is \
summarized below:
Analysis:
The conversation went through {components} of the project, one after the other.

Summary:
1. Primary Request and Intent:
   The user asked for changes in {components}, with tests for each.

2. Key Technical Concepts:
{concepts}

3. Files and Code Sections:
{files}

4. Errors and fixes:
{errors}

5. All user messages:
{messages}

6. Current Work:
   {current}
"""
