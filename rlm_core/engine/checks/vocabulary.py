"""Words by what they tell of a thing that has a value, English and French, as stems."""

from __future__ import annotations

import re

from rlm_core.language.folding import fold

STEM_CHARS = 7  # letters that two forms of a word have in common


def stem(word: str) -> str:
    """A folded word without the ending of a plural, cut."""
    word = word.rstrip("sx") if len(word) > 3 else word
    return word[:STEM_CHARS]


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(fold(w)) for w in words.split())


# Properties: a thing has one value of each at a time.
PROPERTIES = _stems("""
limit timeout port size price cost fee rate version budget deadline owner colour color default interval delay duration
threshold level address url host hostname path language format branch licence license salary phone capacity quota
frequency maximum minimum max min ratio share length width height weight temperature age timezone currency mode backend
database db engine retention expiry expiration password username email headcount target estimate balance schedule
indentation indent locale theme provider supplier vendor strategy policy storage cache speed score grade priority status
state stage location place venue office lead leader manager maintainer assignee responsible name title date time day
count number amount total value setting option parameter framework runtime compiler
limite delai port taille prix cout tarif taux version budget echeance proprietaire couleur defaut intervalle duree seuil
niveau adresse hote chemin langue format branche licence salaire telephone capacite quota frequence maximum minimum
ratio part longueur largeur hauteur poids temperature age devise mode base moteur retention expiration effectif objectif
solde calendrier horaire fournisseur strategie politique stockage cache vitesse note priorite statut etat etape lieu
bureau responsable chef nom titre date heure jour nombre montant total valeur reglage parametre
""")
# Of these, anything has one: by themselves they do not tell what is meant.
OF_ANYTHING = _stems("""
price cost fee owner name title date time day count number amount total value email phone address place venue location
age share length width height weight temperature url host status state stage score grade note schedule responsible
prix cout tarif proprietaire nom titre date heure jour nombre montant total valeur telephone adresse lieu age part
longueur largeur hauteur poids temperature hote statut etat etape calendrier horaire responsable
""")
# Of these there are many: the word does not tell which.
MANY = _stems("""
bug issue error defect problem incident failure outage decision choice change fix task todo action item person people
user customer client member colleague developer team project meeting question answer file feature request ticket note
thing result finding test case comment complaint review suggestion proposal idea plan step order rule requirement
preference opinion event entry message topic risk lesson release product tool library dependency service server machine
assistant author speaker company
erreur defaut probleme incident panne decision choix changement correction correctif tache action personne gens
utilisateur utilisatrice client cliente membre collegue developpeur equipe projet reunion question reponse fichier
fonctionnalite demande ticket note chose resultat constat test cas commentaire plainte revue suggestion proposition idee
plan etape ordre regle exigence preference avis evenement entree message sujet risque lecon produit outil bibliotheque
dependance service serveur machine auteur entreprise societe anomalie
""")
# How a change is told; they say nothing of what is changed.
CHANGE = _stems("""
set sets setting raise raised lower lowered change changed move moved switch switched go goes went become becomes became
keep keeps kept stay stays make made take took put puts choose chose chosen pick picked decide decided agree agreed
decision use uses used using adopt adopted run runs now new old still again instead longer anymore since then
update updated increase increased decrease decreased reduce reduced bump bumped replace replaced cut turn turned be been
being will shall let lets
fix fixed finally currently right yes no ok only just already really well it that this these those
say says said tell told according please today yesterday tomorrow ago value current previous former latest last next
first second per each every about around exactly least most
regler regle regl fixer fixe fixons fixee monter monte monte baisser baisse changer change passer passe passons passe
devenir devient garder garde gardons rester reste mettre met mettons mis mise prendre prend prenons pris choisir choisi
choisit choisissons decider decide decidons decidee accord convenu utiliser utilise utilisons adopter adopte adoptons
tourner tourne maintenant nouveau nouvelle ancien ancienne encore desormais plutot depuis puis augmenter augmente
reduire reduit reduisons remplacer remplace etre sera seront sont faire fait faisons oui non enfin actuellement
seulement
deja vraiment bien cela dire dit selon hier demain aujourd hui valeur actuel actuelle precedent precedente dernier
derniere prochain prochaine premier chaque environ exactement moins plus lieu
""")
# They tell two sayings about somebody apart, and do not make one of them.
WEAK = _stems("""
prefer prefers preferred like likes want wants wanted need needs work works have has had think thinks believe love
loves hate hates enjoy live lives report reported open opened close closed find found see saw happen happened
preferer prefere aimer aime vouloir veut voulait besoin travailler travaille avoir penser pense croire croit detester
deteste vivre vit habiter habite signaler signale ouvrir ouvert fermer ferme trouver trouve voir vu arriver arrive
""")
TIMES = _stems("""
january february march april may june july august september october november december monday tuesday wednesday thursday
friday saturday sunday now moment time end today week month year day reason beginning spring summer autumn winter
morning evening night janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi
mercredi jeudi vendredi samedi dimanche instant moment temps fin semaine mois an annee jour raison debut printemps ete
automne hiver matin soir nuit second seconds seconde secondes minute minutes hour hours heure heures percent
""")
PREPOSITIONS = _words("of for in on at de du des d pour sur dans chez en")
ARTICLES = _words("the a an our their his her its my your le la les l un une notre leur nos leurs son sa ses")
STATES = _words("""
yes no oui non true false vrai faux on off ✓ ✗ enabled disabled open closed active inactive done pending accepted
rejected approved blocked resolved unresolved merged cancelled canceled started finished running stopped allowed
forbidden required optional up down activé activée désactivé désactivée ouvert ouverte fermé fermée actif active
inactif inactive fait faite accepté acceptée refusé refusée approuvé approuvée bloqué bloquée résolu résolue annulé
annulée terminé terminée démarré démarrée arrêté arrêtée autorisé autorisée interdit interdite obligatoire facultatif
""")
# Unit -> what it measures.
MEASURES = {
    **dict.fromkeys(_words("""
ms s sec secs second seconds seconde secondes min mins minute minutes h hour hours heure heures day days jour jours
week weeks semaine semaines month months mois year years an ans annee annees
"""), "time"),
    **dict.fromkeys(_words("b kb mb gb tb kib mib gib ko mo go to byte bytes octet octets"), "size"),
    **dict.fromkeys(("%", "percent"), "share"),
    **dict.fromkeys(_words("$ € £ dollar dollars euro euros eur usd gbp pound pounds"), "money"),
}  # fmt: skip
INSTEAD = re.compile(
    r"\b(?:instead of|rather than|no longer|not|from|replac\w{1,4}|anymore|formerly|previously|used to|was|were"
    r"|drop\w{0,4}|over|au lieu d|plutôt qu|n['’e]\s?\w{0,20} plus|plus|remplac\w{1,5}|auparavant|était|avant"
    r"|abandonn\w{1,4}|de)\b"
)
