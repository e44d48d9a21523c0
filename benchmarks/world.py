"""What the generated sessions talk about, in English and French: components, settings, choices, faults, rules.

Everything is invented. A French noun stands with its article and in places where neither gender nor number of the
verb depends on it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """The same in English and French."""

    en: str
    fr: str

    def of(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


NOTHING = Pair("", "")


@dataclass(frozen=True)
class Component:
    """A part of the invented product. stem: its name in code."""

    name: Pair
    stem: str


@dataclass(frozen=True)
class Reason:
    """Why something was decided, and the few words by which somebody remembers it later."""

    text: Pair
    hint: Pair


@dataclass(frozen=True)
class Setting:
    """A value that a component can have. other: the same in other words, as people ask."""

    key: str
    name: Pair
    other: Pair
    values: tuple[Pair, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Choice:
    """A question of which tool to take."""

    key: str
    name: Pair
    options: tuple[str, ...]


def _component(en: str, fr: str) -> Component:
    return Component(Pair(en, fr), en.replace(" ", "_"))


def _reason(en: str, fr: str, hint_en: str, hint_fr: str) -> Reason:
    return Reason(Pair(en, fr), Pair(hint_en, hint_fr))


def _values(text: str) -> tuple[Pair, ...]:
    """`30 days|30 jours, 5 s`: values, with their French form where it differs."""
    halves = (v.strip().partition("|") for v in text.split(","))
    return tuple(Pair(en, fr or en) for en, _, fr in halves)


COMPONENTS = tuple(
    _component(en, fr)
    for en, fr in (
        ("nightly import", "l'import de nuit"),
        ("invoice import", "l'import des factures"),
        ("invoice export", "l'export des factures"),
        ("webhook sender", "l'envoi des webhooks"),
        ("session cache", "le cache de session"),
        ("price cache", "le cache des prix"),
        ("search indexer", "l'indexeur de recherche"),
        ("payment gateway", "la passerelle de paiement"),
        ("report builder", "le générateur de rapports"),
        ("report mailer", "l'expéditeur des rapports"),
        ("thumbnail worker", "le worker des vignettes"),
        ("audit log", "le journal d'audit"),
        ("mail queue", "la file des courriels"),
        ("job queue", "la file des tâches"),
        ("rate limiter", "le limiteur de débit"),
        ("tenant migration", "la migration des locataires"),
        ("file upload", "le dépôt de fichiers"),
        ("login form", "le formulaire de connexion"),
        ("price calculator", "le calculateur de prix"),
        ("backup job", "la sauvegarde"),
        ("metrics collector", "le collecteur de métriques"),
        ("document parser", "l'analyseur de documents"),
        ("stock sync", "la synchronisation des stocks"),
        ("address checker", "le vérificateur d'adresses"),
        ("chat relay", "le relais de discussion"),
        ("map tiles", "les tuiles de carte"),
        ("calendar feed", "le flux du calendrier"),
        ("order history", "l'historique des commandes"),
    )
)
UNKNOWN = tuple(
    _component(en, fr)
    for en, fr in (
        ("fraud detector", "le détecteur de fraude"),
        ("label printer", "l'imprimante d'étiquettes"),
        ("voice gateway", "la passerelle vocale"),
        ("coupon import", "l'import des bons de réduction"),
        ("tax calculator", "le calculateur de taxes"),
        ("badge scanner", "le lecteur de badges"),
    )
)
"""Components that no session mentions."""

PEOPLE = ("Camille", "Jonas", "Priya", "Mateo", "Ingrid", "Youssef", "Hana", "Tobias")

SETTINGS = (
    Setting(
        "retry_limit",
        Pair("retry limit", "la limite de tentatives"),
        Pair("number of attempts", "le nombre d'essais"),
        _values("2, 3, 4, 5, 7, 9"),
        (
            _reason(
                "the ledger API drops connections while it restarts",
                "l'API du grand livre coupe les connexions quand elle redémarre",
                "ledger API restart",
                "redémarrage du grand livre",
            ),
            _reason(
                "the partner's server answers 503 around midnight",
                "le serveur du partenaire répond 503 vers minuit",
                "503 at midnight",
                "503 à minuit",
            ),
            _reason(
                "support complained about duplicates", "le support s'est plaint de doublons", "duplicates", "doublons"
            ),
        ),
    ),
    Setting(
        "timeout",
        Pair("timeout", "le délai d'attente"),
        Pair("time we wait", "le temps qu'on attend"),
        _values("8 s, 12 s, 20 s, 45 s, 90 s, 250 ms, 600 ms"),
        (
            _reason(
                "the bank needs up to forty seconds on Mondays",
                "la banque met jusqu'à quarante secondes le lundi",
                "bank on Mondays",
                "banque le lundi",
            ),
            _reason(
                "the proxy cuts idle connections anyway",
                "le proxy coupe de toute façon les connexions inactives",
                "proxy and idle connections",
                "proxy et connexions inactives",
            ),
            _reason(
                "visitors leave the page after that",
                "les visiteurs quittent la page après",
                "visitors leaving",
                "visiteurs qui quittent la page",
            ),
        ),
    ),
    Setting(
        "batch_size",
        Pair("batch size", "la taille des lots"),
        Pair("rows per batch", "le nombre de lignes par lot"),
        _values("40, 64, 250, 500, 750, 1200"),
        (
            _reason(
                "memory peaked at three gigabytes on the small machines",
                "la mémoire montait à trois gigaoctets sur les petites machines",
                "memory on small machines",
                "mémoire des petites machines",
            ),
            _reason(
                "the lock was held for too long",
                "le verrou était tenu trop longtemps",
                "lock held too long",
                "verrou tenu trop longtemps",
            ),
            _reason(
                "one bad row threw away too much work",
                "une seule mauvaise ligne faisait perdre trop de travail",
                "bad row",
                "mauvaise ligne",
            ),
        ),
    ),
    Setting(
        "cache_ttl",
        Pair("cache lifetime", "la durée de vie du cache"),
        Pair("time entries stay cached", "le temps de mise en cache"),
        _values("30 s, 5 min, 15 min, 2 h, 24 h, 36 h"),
        (
            _reason(
                "customers saw yesterday's figures",
                "les clients voyaient les chiffres de la veille",
                "yesterday's figures",
                "chiffres de la veille",
            ),
            _reason(
                "the catalogue changes at most twice a day",
                "le catalogue change au plus deux fois par jour",
                "catalogue changes",
                "changements du catalogue",
            ),
            _reason(
                "the database could not bear the load in the sales week",
                "la base ne tenait pas la charge pendant les soldes",
                "load in the sales week",
                "charge des soldes",
            ),
        ),
    ),
    Setting(
        "pool_size",
        Pair("connection pool size", "la taille du pool de connexions"),
        Pair("number of database connections", "le nombre de connexions à la base"),
        _values("4, 6, 10, 16, 24, 48"),
        (
            _reason(
                "the managed database allows a hundred in all",
                "la base hébergée en permet cent en tout",
                "limit of the managed database",
                "limite de la base hébergée",
            ),
            _reason(
                "requests queued up in the load test",
                "les requêtes s'accumulaient pendant le test de charge",
                "load test",
                "test de charge",
            ),
            _reason(
                "idle ones cost us money", "les inactives nous coûtent de l'argent", "cost of idle ones", "coûtent trop"
            ),
        ),
    ),
    Setting(
        "worker_count",
        Pair("worker count", "le nombre de workers"),
        Pair("number of parallel processes", "le nombre de processus en parallèle"),
        _values("2, 3, 6, 8, 12, 20"),
        (
            _reason(
                "the vendor throttles us beyond that",
                "le fournisseur nous bride au-delà",
                "vendor throttling",
                "bridage du fournisseur",
            ),
            _reason(
                "the machine has only four cores",
                "la machine n'a que quatre cœurs",
                "cores of the machine",
                "cœurs de la machine",
            ),
            _reason(
                "the backlog took until noon",
                "le retard durait jusqu'à midi",
                "backlog until noon",
                "retard jusqu'à midi",
            ),
        ),
    ),
    Setting(
        "retention",
        Pair("retention period", "la durée de conservation"),
        Pair("time we keep the data", "le temps pendant lequel on garde les données"),
        _values("14 days|14 jours, 30 days|30 jours, 90 days|90 jours, 400 days|400 jours, 10 years|10 ans"),
        (
            _reason(
                "the data protection officer asked for it",
                "la déléguée à la protection des données l'a demandé",
                "data protection officer",
                "déléguée à la protection des données",
            ),
            _reason(
                "the disk was full in September", "le disque était plein en septembre", "full disk", "disque plein"
            ),
            _reason(
                "the accountants look things up after the audit",
                "les comptables reviennent dessus après le contrôle",
                "accountants",
                "comptables",
            ),
        ),
    ),
    Setting(
        "page_size",
        Pair("page size", "la taille des pages"),
        Pair("items per page", "le nombre d'éléments par page"),
        _values("20, 25, 60, 80, 150"),
        (
            _reason(
                "the mobile app stutters with more",
                "l'application mobile saccade au-delà",
                "mobile app",
                "application mobile",
            ),
            _reason(
                "people print the list", "les gens impriment la liste", "printing the list", "impression de la liste"
            ),
            _reason(
                "the partner's API gives no more at once",
                "l'API du partenaire n'en donne pas plus à la fois",
                "partner's API",
                "API du partenaire",
            ),
        ),
    ),
    Setting(
        "size_limit",
        Pair("size limit", "la taille maximale"),
        Pair("largest file allowed", "le plus gros fichier permis"),
        _values("4 MB|4 Mo, 8 MB|8 Mo, 25 MB|25 Mo, 60 MB|60 Mo, 2 GB|2 Go"),
        (
            _reason(
                "scans of contracts come to that",
                "les scans de contrats arrivent à cela",
                "scans of contracts",
                "scans de contrats",
            ),
            _reason("the load balancer refuses more", "le répartiteur refuse plus", "load balancer", "répartiteur"),
            _reason(
                "the virus scanner gives up above it",
                "l'antivirus abandonne au-delà",
                "virus scanner",
                "antivirus",
            ),
        ),
    ),
    Setting(
        "backoff",
        Pair("backoff delay", "la pause entre deux essais"),
        Pair("waiting time between attempts", "l'attente entre deux tentatives"),
        _values("200 ms, 400 ms, 2 s, 15 s, 60 s"),
        (
            _reason(
                "all clients came back at the same moment",
                "tous les clients revenaient au même moment",
                "clients coming back",
                "clients qui revenaient",
            ),
            _reason("the carrier blocks us otherwise", "l'opérateur nous bloque sinon", "carrier", "opérateur"),
            _reason("nobody notices a short outage", "personne ne remarque une panne courte", "outage", "panne"),
        ),
    ),
    Setting(
        "rounding",
        Pair("rounding mode", "le mode d'arrondi"),
        Pair("way amounts are rounded", "la façon d'arrondir les montants"),
        _values("half-even, half-up, floor, ceiling"),
        (
            _reason(
                "the tax office's form does it so",
                "le formulaire des impôts fait ainsi",
                "tax office form",
                "formulaire des impôts",
            ),
            _reason(
                "totals were off by a cent",
                "les totaux différaient d'un centime",
                "off by a cent",
                "un centime",
            ),
            _reason("the old system did the same", "l'ancien système faisait de même", "old system", "ancien système"),
        ),
    ),
    Setting(
        "start_time",
        Pair("start time", "l'heure de départ"),
        Pair("hour it runs", "l'heure à laquelle il tourne"),
        _values("01:20, 02:15, 03:40, 05:05, 22:30"),
        (
            _reason(
                "the bank's file arrives at two",
                "le fichier de la banque arrive à deux heures",
                "bank's file",
                "fichier de la banque",
            ),
            _reason(
                "it collided with the vacuum of the database",
                "il y avait collision avec le nettoyage de la base",
                "collision with the vacuum",
                "collision avec le nettoyage",
            ),
            _reason("Asia is still at work before", "l'Asie travaille encore avant", "Asia", "Asie"),
        ),
    ),
    Setting(
        "alert_threshold",
        Pair("alert threshold", "le seuil d'alerte"),
        Pair("point at which we are paged", "le niveau qui réveille l'astreinte"),
        _values("0.5 %|0,5 %, 2 %, 5 %, 12 %"),
        (
            _reason(
                "the pager went off every night", "l'astreinte sonnait toutes les nuits", "pager at night", "astreinte"
            ),
            _reason("the contract promises it", "le contrat le promet", "contract", "contrat"),
            _reason(
                "we noticed the last incident from a tweet",
                "on a appris le dernier incident par un tweet",
                "incident and tweet",
                "incident et tweet",
            ),
        ),
    ),
)

CHOICES = (
    Choice("serialisation", Pair("serialisation", "la sérialisation"), ("msgpack", "orjson", "protobuf", "avro")),
    Choice("hashing", Pair("password hashing", "le hachage des mots de passe"), ("argon2", "bcrypt", "scrypt")),
    Choice("pdf", Pair("PDF output", "la sortie PDF"), ("weasyprint", "reportlab", "typst")),
    Choice("dates", Pair("date handling", "la gestion des dates"), ("pendulum", "arrow", "dateutil")),
    Choice("tasks", Pair("background tasks", "les tâches de fond"), ("celery", "dramatiq", "huey")),
    Choice("http", Pair("HTTP calls", "les appels HTTP"), ("httpx", "aiohttp", "urllib3")),
    Choice("charts", Pair("charts", "les graphiques"), ("vega", "plotly", "echarts")),
    Choice("locking", Pair("locking", "les verrous"), ("redlock", "etcd", "flock")),
    Choice("validation", Pair("validation", "la validation"), ("pydantic", "attrs", "marshmallow")),
    Choice("templates", Pair("templates", "les gabarits"), ("jinja2", "mako", "chevron")),
)
CHOICE_REASONS = (
    _reason(
        "it needs no C compiler on the build machine",
        "aucun compilateur C n'est nécessaire sur la machine de build",
        "C compiler",
        "compilateur C",
    ),
    _reason("its licence suits ours", "sa licence va avec la nôtre", "licence", "licence"),
    _reason(
        "it took half the time in our trial", "notre essai a pris moitié moins de temps", "trial", "essai comparatif"
    ),
    _reason("the other team runs it already", "l'autre équipe s'en sert déjà", "other team", "autre équipe"),
    _reason("its last release is from this year", "sa dernière version date de cette année", "last release", "version"),
)

CAUSES = (
    Pair("a clock that ran four minutes late", "une horloge en retard de quatre minutes"),
    Pair("a byte order mark in the CSV header", "une marque BOM dans l'en-tête du CSV"),
    Pair("a missing index on tenant_id", "un index manquant sur tenant_id"),
    Pair("two processes that shared a temporary file", "deux processus qui partageaient un fichier temporaire"),
    Pair("an expired intermediate certificate", "un certificat intermédiaire expiré"),
    Pair("a trailing space in the tenant's name", "une espace à la fin du nom du locataire"),
    Pair("an overflow of the row counter", "un débordement du compteur de lignes"),
    Pair("a proxy that stripped the Accept header", "un proxy qui enlevait l'en-tête Accept"),
    Pair("an hour counted twice when summer time ended", "une heure comptée deux fois à la fin de l'heure d'été"),
    Pair("a migration that ran before its predecessor", "une migration passée avant la précédente"),
    Pair("a stale DNS entry of the replica", "une entrée DNS périmée de la réplique"),
    Pair("a regular expression that backtracked for minutes", "une expression régulière qui revenait sur ses pas"),
)

LOADS = (
    Pair("a full run over last month's data", "un passage complet sur les données du mois dernier"),
    Pair("a cold start", "un démarrage à froid"),
    Pair("ten thousand rows", "dix mille lignes"),
    Pair("the largest tenant", "le plus gros locataire"),
    Pair("a rebuild from nothing", "une reconstruction à partir de rien"),
    Pair("the end-to-end tests", "les tests de bout en bout"),
)

RULES = (
    Pair("raw SQL", "de SQL brut"),
    Pair("global state", "d'état global"),
    Pair("mail to real customers from staging", "de courriel à de vrais clients depuis la préproduction"),
    Pair("floats for amounts", "de flottants pour les montants"),
    Pair("client names in the logs", "de noms de clients dans les journaux"),
    Pair("binary fixtures in git", "de fixtures binaires dans git"),
    Pair("sleep calls in tests", "d'appels à sleep dans les tests"),
    Pair("direct writes to the replica", "d'écriture directe sur la réplique"),
)
RULE_REASONS = (
    _reason("it bit us twice this year", "cela nous a mordus deux fois cette année", "bit us twice", "mordus"),
    _reason("the auditors would not sign it", "les auditeurs ne le signeraient pas", "auditors", "auditeurs"),
    _reason("nobody can review that", "personne ne peut relire cela", "review", "relire"),
    _reason("the insurance excludes it", "l'assurance l'exclut", "insurance", "assurance"),
)

OPEN = (
    Pair("the order of the columns", "l'ordre des colonnes"),
    Pair("what the empty state looks like", "l'aspect de l'état vide"),
    Pair("who pays for the extra storage", "qui paie le stockage en plus"),
    Pair("how partial failures are shown", "comment montrer les échecs partiels"),
    Pair("the wording of the consent", "la formulation du consentement"),
    Pair("whether old clients may still connect", "si les vieux clients peuvent encore se connecter"),
)

NEVER = (
    Pair("Which Kubernetes version does the staging cluster run?", "Quelle version de Kubernetes en préproduction ?"),
    Pair("Who designed the company logo?", "Qui a dessiné le logo de la société ?"),
    Pair("What did we say about GraphQL federation?", "Qu'avait-on dit de la fédération GraphQL ?"),
    Pair("Which font did we license for the brochure?", "Quelle police a-t-on achetée pour la brochure ?"),
    Pair("When is the office moving to Lisbon?", "Quand le bureau déménage-t-il à Lisbonne ?"),
    Pair("How much was the penetration test?", "Combien a coûté le test d'intrusion ?"),
    Pair("Did we agree on a mascot for the release?", "S'est-on mis d'accord sur une mascotte ?"),
    Pair("What was the verdict on WebAssembly plugins?", "Quel verdict sur les greffons WebAssembly ?"),
    Pair("Which colour blindness palette was chosen?", "Quelle palette pour les daltoniens a été retenue ?"),
    Pair("What salary band did the recruiter mention?", "Quelle fourchette de salaire la recruteuse a-t-elle citée ?"),
    Pair("Why was the Kafka rebalancing so slow?", "Pourquoi le rééquilibrage Kafka était-il si lent ?"),
    Pair("Which Terraform provider is pinned?", "Quel fournisseur Terraform est figé ?"),
)
"""Questions about what no session mentions."""
