"""Words that people use for the same thing, English and French, on one line each.

Everyday and programmers' vocabulary, written by hand. A query's word also finds the others of its line, for less
than itself: who asks for a `bug` in English finds the `bogue` of a French session, and who asks for a `job` the
`work`. A word may stand on one line only.
"""

from __future__ import annotations

from functools import lru_cache

from rlm_core.language.folding import fold
from rlm_core.language.irregular import FORMS

_LINES = """
job work career profession occupation employment travail emploi métier boulot
kid child son daughter enfant gosse fils fille
parent mother father mom dad mum mère père maman papa
sibling brother sister frère soeur
spouse husband wife partner mari femme conjoint
friend buddy pal mate ami copain
trip travel vacation holiday journey visit voyage vacances
hike hiking trek walk camp randonnée promenade
movie film cinema
book novel reading livre roman
song music melody concert musique chanson
paint painting drawing art artwork peinture dessin tableau
car vehicle automobile voiture auto véhicule
house home apartment flat maison appartement logement
city town village ville
country nation
doctor physician médecin docteur
sick ill illness disease malade maladie
injure injury hurt wound blessure blesser
pet dog cat puppy kitten chien chat
food meal dish cuisine repas plat nourriture
cook bake recipe cuisiner recette
money cash funds argent
buy purchase acquire acheter achat
sell sale vendre vente
price cost fee expense prix coût tarif
gift present cadeau
party celebration celebrate festival fête célébrer
wedding marry marriage mariage épouser
sport exercise workout fitness gym training
win victory champion gagner victoire
lose defeat loss perdre perte
competition contest tournament race compétition concours tournoi
hobby pastime interest loisir
study studies education school college university étude école université
teacher professor instructor mentor professeur enseignant
class course lesson workshop cours leçon atelier
goal aim objective plan objectif but
dream hope wish rêve souhait
worry fear anxiety stress afraid scared concern peur inquiétude
happy glad joy excited thrilled heureux content
sad upset unhappy triste
angry mad annoyed fâché colère
love enjoy adore fond aimer
hate dislike détester
begin start launch commencer débuter démarrer lancer
end finish complete stop terminer arrêter
help assist support aide aider
try attempt essayer essai tentative
show display afficher montrer
say tell mention dire mentionner
talk speak discuss conversation parler discuter discussion
ask request question demander demande
answer reply response répondre réponse
think believe opinion penser croire avis
decide choose choice pick select decision décider choisir choix
agree accept approve accord accepter approuver
refuse reject decline refuser rejeter
prefer favorite favourite favori préférer préféré
recommend suggest suggestion advice advise recommander suggérer conseil
change modify alter edit changer modifier modification changement
replace swap substitute remplacer remplacement
remove delete drop erase supprimer effacer retirer enlever
add insert append ajouter ajout
create make build construct créer construire
fix repair resolve solve mend corriger réparer résoudre correction
break crash casser planter
fail failure échouer échec
error exception erreur
bug defect bogue défaut
issue problem trouble problème souci
test check verify validate tester vérifier vérification
run execute exécuter
deploy release ship déployer déploiement livrer livraison
version
file document fichier
folder directory dossier répertoire
function method procedure fonction méthode
variable parameter argument option setting paramètre réglage
config configuration settings
value amount quantity valeur quantité montant
number count total nombre
size length width taille longueur
limit maximum max cap ceiling limite plafond
minimum min least
threshold seuil
timeout deadline delay délai échéance
retry retries reattempt réessayer réessai
wait pause sleep attendre attente
fast quick rapid speed rapide vitesse
slow lent lenteur
performance latency latence
memory ram mémoire
database db
table relation
key clé
password passphrase credential passe
user customer client account utilisateur compte
server host machine serveur hôte
network réseau
url link address lien adresse
page screen view écran vue
button click bouton
image picture photo photograph
log trace journal
queue
branch branche
merge fusion fusionner
commit
library package dependency module bibliothèque paquet dépendance
framework cadriciel
language langue langage
token jeton
secret confidential confidentiel
backup sauvegarde sauvegarder
restore recover restaurer récupérer
update upgrade refresh
reason why cause because raison
result outcome résultat
measure benchmark mesure mesurer
meeting appointment réunion
schedule calendar planning calendrier
today aujourd'hui
week semaine
month mois
year année ans
morning matin
evening night soir nuit
old age aged âge
big large huge grand gros
small little tiny petit
new recent nouveau récent
company business firm employer entreprise société
team group équipe groupe
boss manager supervisor chef patron
assistance
move relocate relocation déménager
live reside residence habiter résider
born birth birthday naissance anniversaire
die death dead mort décès
garden plant flower jardin plante fleur
beach sea ocean coast plage mer océan
mountain hill montagne
forest woods forêt bois
weather rain snow météo pluie neige
clothes dress shirt shoe vêtement robe chaussure
phone telephone mobile téléphone
computer laptop pc ordinateur
game gaming jeu
volunteer volunteering charity donate donation bénévole bénévolat don
church religion faith religious église foi
"""

_ENDINGS = ("s", "es", "ed", "d", "ing", "e", "er")


@lru_cache(maxsize=1)
def _lines() -> dict[str, tuple[str, ...]]:
    lines = [tuple(line.split()) for line in _LINES.strip().split("\n")]
    return {fold(word): line for line in lines for word in line}


def synonyms(word: str) -> tuple[str, ...]:
    """The words for the same thing as a word, itself included; () when it stands on no line, with or without ending."""
    typed = fold(word)
    plain = fold(FORMS["english"].get(typed, FORMS["french"].get(word.lower(), typed)))
    known = _lines()
    candidates = [typed, plain, *(plain.removesuffix(e) for e in _ENDINGS if plain.endswith(e)), f"{plain}e"]
    return next((known[c] for c in candidates if c in known), ())
