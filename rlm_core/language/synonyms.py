"""Words that people use for the same thing, English and French, on one line each, and the kinds of things there are.

Everyday and programmers' vocabulary, written by hand. A query's word also finds the others of its line, for less
than itself: who asks for a `bug` in English finds the `bogue` of a French session, and who asks for a `job` the
`work`. A word with several meanings may stand on as many lines. A word that names a kind (`kinds`) finds what is of
it, and not the other way round: who asks for a `database` finds `sqlite`.
"""

from __future__ import annotations

from functools import lru_cache

from rlm_core.language.folding import fold, fold_in_place
from rlm_core.language.irregular import FORMS
from rlm_core.language.kinds import KINDS

_LINES = """
job work career profession occupation employment vocation livelihood travail emploi métier boulot carrière
kid child son daughter toddler teenager teen youngster enfant gosse fils fille ado
baby newborn infant bébé nourrisson
pregnant pregnancy expecting enceinte grossesse
parent mother father mom dad mum mommy daddy mère père maman papa
grandmother grandma granny grandfather grandpa grandparent mamie papi
sibling brother sister twin frère soeur jumeau
relative aunt uncle cousin nephew nièce family oncle tante neveu famille proche
spouse husband wife partner fiancé fiancée girlfriend boyfriend mari femme conjoint compagne compagnon
married marry wedding marriage bride groom engaged engagement mariage épouser mariée fiançailles
divorce séparation breakup divorcer rupture
friend buddy pal mate friendship ami amie copain copine pote amitié
neighbor neighbour neighborhood neighbourhood voisin voisine quartier
colleague coworker teammate collègue
stranger unknown inconnu
trip travel vacation holiday journey visit getaway tour voyage vacances séjour voyager
flight fly plane airplane airport airline vol avion aéroport
train railway station rail gare
luggage suitcase baggage backpack bag valise bagage sac
hôtel hostel accommodation airbnb lodging auberge hébergement
tourist sightseeing landmark touriste visite tourisme
abroad overseas foreign étranger
hike hiking trek walk camp camping trail randonnée promenade marche sentier
bike bicycle cycle cycling vélo bicyclette
commute drive ride conduire trajet
movie film cinéma flick
show series épisode season série saison
book novel reading read author writer livre roman lire lecture auteur écrivain
story tale narrative histoire récit
poem poetry poet poème poésie
song music melody tune concert band gig album musique chanson mélodie
sing singer singing vocal choir chanter chanteur chorale
dance dancing dancer ballet danse danser danseur
paint painting drawing draw art artwork sketch artist peinture dessin dessiner tableau artiste
pottery ceramics clay poterie céramique argile
craft handmade knit knitting crochet sew sewing artisanat tricot tricoter couture coudre
photo picture image photograph photography snapshot photographe photographie
camera appareil
museum gallery exhibition exhibit musée galerie exposition
theater théâtre stage play drama scène
car vehicle automobile truck van voiture auto véhicule camion
mechanic garage workshop mécanicien
house home apartment flat condo maison appartement logement studio
room bedroom kitchen bathroom pièce chambre
furniture couch sofa chair meuble canapé chaise
rent landlord tenant lease loyer propriétaire locataire bail louer
renovate rénovation remodel rénover travaux
clean tidy declutter wash laundry nettoyer ranger laver lessive ménage
city town village ville
country nation pays
place location spot venue site lieu endroit emplacement
street road avenue rue route
bridge pont
doctor physician clinic hospital nurse médecin docteur clinique hôpital infirmière
dentist tooth teeth dentiste dent
sick ill illness disease unwell malade maladie
flu cold fever cough grippe rhume fièvre toux
injure injury hurt wound sprain fracture blessure blesser entorse
pain ache sore douleur mal
medicine medication drug pill prescription médicament ordonnance pilule
surgery opération chirurgie
diagnose diagnosis symptom diagnostic symptôme
allergy allergic intolerance allergie allergique
therapy therapist counseling counselor psychologist thérapie thérapeute psychologue
health healthy wellness wellbeing santé sain
diet nutrition weight régime alimentation poids maigrir
sleep insomnia nap asleep bed sommeil dormir sieste insomnie
tired exhausted exhaustion fatigué fatigued burnout épuisé épuisement
relax relaxing rest unwind calm détendre repos reposer détente
meditate méditation mindfulness yoga méditer
pet dog cat puppy kitten chien chat chaton chiot
animal wildlife creature bête
bird parrot oiseau
fish aquarium fishing poisson pêche pêcher
horse riding cheval équitation
veterinarian vet vétérinaire
adopt adoption foster adopter
food meal dish cuisine repas plat nourriture manger
breakfast brunch lunch dinner supper déjeuner dîner souper
restaurant diner bistro eatery café brasserie
cook bake recipe baking cooking chef cuisiner recette
dessert cake pastry cookie pie gâteau pâtisserie biscuit tarte
snack treat goûter
drink beverage boire boisson
alcohol beer wine cocktail alcool bière vin
vegetarian vegan végétarien végétalien
hungry hunger faim
money cash funds finance financial argent finances financier
salary wage pay income earnings paycheck salaire revenu paie
save savings économiser épargne
debt loan mortgage crédit dette prêt emprunt
invest investment stock shares investir investissement
tax taxes impôt taxe
bank banque bancaire
buy purchase acquire bought acheter achat
sell sale vendre vente
order delivery commande commander
shop store shopping mall boutique magasin
price cost fee expense expensive prix coût tarif dépense cher
cheap affordable inexpensive budget
discount bargain coupon rabais remise promotion
gift present cadeau
party celebration celebrate festival fête célébrer fêter
birthday anniversary born birth anniversaire naissance né
funeral burial enterrement obsèques
ceremony cérémonie
invité invitation guest inviter
sport exercise workout fitness gym training athletic entraînement musculation
running jog jogging marathon courir course
swim swimming pool nager natation piscine
climb climbing grimper escalade
ski skiing snowboard snowboarding
win victory champion won gagner victoire
lose defeat loss lost perdre perte défaite
medal trophy award prize médaille trophée récompense
compétition contest tournament race championship concours tournoi
hobby pastime interest leisure loisir
study studies education school college university student étude étudier école université étudiant
teacher professor instructor mentor coach tutor professeur enseignant entraîneur
class course lesson workshop seminar cours leçon atelier
graduate graduation degree diploma diplôme
exam quiz examen
grade mark score note
learn learning apprendre apprentissage
teach teaching enseigner
skill ability talent compétence capacité
scholarship grant bourse subvention
research researcher recherche chercheur
goal aim objective plan ambition objectif plans
purpose intention intend
dream hope wish aspiration rêve souhait espoir
future upcoming avenir futur
worry fear anxiety stress afraid scared concern nervous anxious worried peur inquiétude inquiet angoisse
happy glad joy excited thrilled cheerful delighted happiness heureux content joie
sad upset unhappy depressed grief sadness triste tristesse chagrin
angry mad annoyed furious anger frustrated fâché colère énervé
surprise surprised unexpected amazed surpris inattendu
proud pride fier fierté
grateful thankful gratitude appreciate reconnaissant
lonely alone loneliness isolated seul solitude
bored boring dull ennui ennuyeux
embarrassed ashamed shame honte gêné
jealous envy jaloux
courage brave bravery courageux
confident confidence confiance
love enjoy adore fond passion passionate aimer adorer amour
hate dislike detest détester
admire respect inspire inspiration admirer inspirer
motivate motivation motivated encourage encouragement motiver encourager
support help assist aid assistance aide aider soutien soutenir
thank thanks merci remercier
sorry apologize apology excuse désolé excuser
begin start launch commence beginning started commencer débuter démarrer lancer début
end finish complete stop terminate ending terminer arrêter finir fin
continue resume proceed ongoing continuer reprendre poursuivre
try attempt essayer essai tentative tenter
show display render afficher montrer affichage
say tell mention state dire mentionner raconter
talk speak discuss conversation chat discussion parler discuter
message text email mail letter courriel mél lettre
call phone téléphone mobile smartphone cellphone appel appeler portable
ask request question inquire demander demande
answer reply response respond réponse répondre
explain explanation describe description clarify expliquer explication décrire
think believe opinion view thought penser croire avis pensée
understand comprehend understanding comprendre compréhension
remember recall memory memories reminisce souvenir rappeler souvenirs
forget forgot oublier oubli
decide choose choice pick select décision opt settle décider choisir choix retenir
agree accept approve accord consent accepter approuver
refuse reject decline deny refuser rejeter refus rejet
prefer favorite favourite favori préférence préférer préféré
recommend suggest suggestion advice advise recommendation recommander suggérer conseil conseiller
promise commit commitment promesse engager
lie dishonest mensonge mentir
secret confidential confidentiel
change modify alter edit adjust modification changer modifier changement
replace swap substitute switch replacement remplacer remplacement
improve improvement enhance better améliorer amélioration mieux
grow growth increase expand croissance augmenter grandir
reduce decrease shrink lower réduire diminuer baisser réduction
remove delete drop erase discard supprimer effacer retirer enlever suppression
add insert append include ajouter ajout insérer
create make build construct produce créer construire création construction
design concevoir conception
invent invention innovation inventer
repair fix resolve solve mend patch corriger réparer résoudre correction correctif réparation
break crash broken casser planter cassé plantage
fail failure failing échouer échec
error exception erreur
bug defect glitch flaw bogue défaut anomalie
issue problem trouble difficulty struggle challenge problème souci difficulté défi
cause reason because why motive raison parce motif pourquoi
result outcome conséquence effect impact résultat effet
advantage benefit pros upside avantage bénéfice
drawback disadvantage downside cons inconvénient
risk danger dangerous hazard risque dangereux
safe safety secure security sûr sécurité
accident collision incident
crime theft steal stolen robbery vol voler cambriolage
police cop gendarme policier
law légal lawyer attorney court loi avocat tribunal juridique
rule policy regulation guideline règle règlement politique consigne
permission allow authorization authorize permit permettre autoriser autorisation
forbid ban prohibit disallow interdire interdiction
test check verify validate vérification tester vérifier valider
run execute exécution exécuter
deploy release ship rollout deployment deliver publish déployer déploiement livrer livraison publier publication
production prod
staging preprod préproduction
rollback revert undo restaurer annuler annulation
cancel abort cancellation interrompre
file document fichier
folder directory dossier répertoire
path chemin
function method procedure routine fonction méthode
variable parameter argument option setting flag paramètre réglage
configuration config configure settings setup configurer
env environnement
default défaut
value amount quantity valeur quantité montant
number count total nombre compte
size length width height taille longueur largeur hauteur
limit maximum max cap ceiling quota plafond limite
minimum min least floor
threshold seuil
average mean median moyenne médiane
percent percentage ratio rate share pourcentage taux proportion
timeout deadline delay expiry expiration délai échéance
retry retries reattempt réessayer réessai relance
wait pause sleep backoff attendre attente
interval frequency period intervalle fréquence période
fast quick rapid speed fastest rapide vitesse
slow sluggish slowness lent lenteur ralenti
performance latency throughput latence débit
memory ram mémoire
disk storage disque stockage
processor cpu core processeur coeur
database db sql
table relation
row record enregistrement
column field colonne champ
query requête
schéma migration migrate migrer
key clé
password passphrase credential credentials passe identifiant identifiants
login signin authentication authenticate auth connexion authentification authentifier
user customer client account utilisateur compte
server host machine instance serveur hôte
network networking réseau
connection connect socket connecter
endpoint route api
url link address lien adresse
website webpage site
page screen view écran vue
button click bouton cliquer
menu dropdown
dialog modal popup dialogue fenêtre window
layout style css
log trace logging logs journal journalisation
monitor monitoring observability supervision surveiller surveillance
alert warning notification notify alerte avertissement notifier
queue broker backlog
worker thread process processus
task tâche
schedule calendar planning cron scheduler calendrier planifier planification
lock mutex deadlock verrou verrouiller
concurrency parallel race simultaneous concurrence parallèle
cache caching cached
encrypt encryption cipher chiffrer chiffrement
sign signature signer
certificate tls ssl certificat
role access accès droit droits
attack vulnerability exploit attaque vulnérabilité faille
branch branche
merge rebase fusion fusionner
pull request mr
review reviewer relecture relire revue
library package dependency module bibliothèque paquet dépendance
framework cadriciel
component composant
service microservice
language langue langage
translate translation traduire traduction
token jeton
backup sauvegarde sauvegarder
restore recover recovery récupérer récupération
update upgrade refresh bump maj
install installation setup installer
convert conversion transform convertir transformer
parse parser parsing analyser analyse
format formatting formatter
lint linter style
refactor refactoring restructure cleanup rewrite refactoriser refactorisation réécrire réécriture remaniement
rename renamed renommer
move relocate relocation déménager déplacer déménagement
copy duplicate clone copier copie doublon
compress compression zip gzip compresser
ordering trier tri ordre
filter filtre filtrer
search find lookup chercher trouver rechercher
compare comparison versus différence comparer comparaison
split divide separate diviser séparer
join combine joindre combiner
measure benchmark metric measurement mesure mesurer métrique
estimate estimation guess estimer
algorithm algorithme
architecture structure
type kind sort genre sorte
example sample exemple échantillon
name title nom titre
identifier id uuid
documentation docs readme manual guide doc
comment remark commentaire remarque
note mémo notes
report summary rapport résumé
requirement specification spec exigence cahier
feature functionality fonctionnalité
prototype demo mockup maquette démonstration
meeting appointment standup réunion
conférence talk summit
event occasion évènement
today tonight
tomorrow demain
yesterday hier
week weekly semaine hebdomadaire
weekend samedi dimanche
month monthly mois mensuel
year annual yearly année annuel ans
morning matin
evening night soir nuit soirée
noon afternoon midi
hour minute heure
date day jour
old âge aged vieux
young youth jeune jeunesse
big large huge grand gros enormous
small little tiny petit
new récent latest nouveau dernier
hard difficult tough difficile dur
easy simple facile
good great excellent bon
bad terrible awful mauvais
important essential crucial essentiel
strange weird odd unusual bizarre étrange
beautiful pretty gorgeous lovely beau belle joli
funny hilarious humor joke drôle blague humour
famous celebrity célèbre
busy occupied occupé
free gratuit libre
company business firm employer startup enterprise entreprise société
entrepreneur founder owner fondateur patron
team group équipe groupe
boss manager supervisor chef responsable
hire recruit recruitment applicant candidate embaucher recruter recrutement candidat
interview entretien
resume cv
promotion promoted raise
quit resign fired layoff démissionner licencié licenciement
retire retirement pension retraite
internship intern stage stagiaire
project initiative projet
office desk workplace bureau
remote telework hybrid télétravail
contract agreement contrat
invoice billing bill facture facturation
payment pay paiement payer
refund reimbursement remboursement rembourser
insurance assurance
live reside residence lived habiter résider vivre
origin roots native hometown origine natal
immigrant immigration refugee immigrer immigré
identity gender identité
transgender lgbtq lgbt queer trans gay lesbian
community association club communauté
volunteer volunteering charity donate donation nonprofit bénévole bénévolat don association
activist activism protest march militant manifestation manifester
politics political élection vote politique voter
religion faith religious church pray prayer religieux église foi prier prière
war army military soldier veteran guerre armée soldat
die death dead passed mort décès mourir
garden plant flower gardening jardin plante fleur jardinage
tree arbre
beach sea océan coast shore plage mer côte
lake river waterfall lac rivière fleuve cascade
mountain hill peak montagne colline sommet
forest woods forêt bois
park parc
farm farmer ferme agriculteur
nature outdoors outdoor
weather rain snow storm sunny météo pluie neige orage
hot warm heat chaud chaleur
cold freezing froid
environment climate sustainability sustainable pollution climat écologie écologique
science scientist scientifique
space astronomy star planet espace astronomie étoile
computer laptop pc ordinateur
keyboard mouse clavier souris
monitor display
device gadget hardware appareil matériel
software program app application logiciel programme
internet online web
vidéo youtube vlog
blog post article billet
podcast radio
news newspaper journalist actualité journaliste
social facebook instagram twitter
game gaming gamer console jeu jouer joueur
toy doll lego jouet poupée
chess échecs
magic wizard fantasy magie
comic manga anime bd
clothes dress shirt outfit clothing fashion vêtement robe
shoe sneakers boots chaussure basket bottes
jewelry necklace ring bracelet bijou collier bague
hair haircut cheveux coiffure
tattoo tatouage
color colour couleur
glasses lunettes
tool outil
wood wooden woodworking carpentry bois menuiserie
electricity power outage électricité courant
water eau
fire blaze incendie feu
noise loud sound bruit
smell scent odeur
taste flavor goût saveur
download télécharger téléchargement
upload téléverser téléversement
"""

_ENDINGS = ("s", "es", "ed", "d", "ing", "e", "er")


@lru_cache(maxsize=1)
def _folded_lines() -> str:
    return fold_in_place(_LINES)


def _lines_of(word: str) -> str:
    """The lines on which a word without accents stands. They are looked through: a table of all words would take a
    search ten times as long to make as it takes to look for its few words.
    """
    found: list[str] = []
    text, at = _folded_lines(), -1
    while word and (at := text.find(word, at + 1)) >= 0:
        if text[at - 1] in " \n" and text[at + len(word)] in " \n":
            found.append(_LINES[text.rfind("\n", 0, at) + 1 : text.find("\n", at)])
    return " ".join(found)


@lru_cache(maxsize=1)
def _things() -> dict[str, str]:
    """What is of the kind that a word without accents names."""
    kinds: dict[str, str] = {}
    for kind in KINDS.strip().replace("\n    ", " ").split("\n"):
        names, things = kind.split(": ")
        for name in fold(names).split():
            kinds[name] = f"{kinds[name]} {things}" if name in kinds else things
    return kinds


def synonyms(word: str) -> tuple[str, ...]:
    """The words for the same thing as a word, itself included, and what is of the kind that it names.

    () when it stands on no line, with or without an ending.

    >>> synonyms("deployed")[:3], "cello" in synonyms("instruments"), "instrument" in synonyms("cello")
    (('deploy', 'release', 'ship'), True, False)
    """
    typed = fold(word)
    plain = fold(FORMS["english"].get(typed, FORMS["french"].get(word.lower(), typed)))
    endings = (plain.removesuffix(e) for e in _ENDINGS if plain.endswith(e))
    candidates = dict.fromkeys((typed, plain, *endings, f"{plain}e"))
    found = [next(filter(None, map(of, candidates)), "") for of in (_lines_of, _things().get)]
    return tuple(dict.fromkeys(" ".join(found).split()))
