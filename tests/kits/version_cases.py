"""Pairs of statements that a search finds together, labelled by hand: are they two versions of one thing, or not?

A case has three lines: `+` or `-` with its sort and the query that found both; what was said first; what was said
later. `+`: the later statement gives the same thing another value, or takes a refusal back. A statement begins with who
said it (u the user, a Claude, s a summary of a compaction), perhaps followed by what its turn was about, in brackets.

FIRST was written before the matcher and served to make it. HELD was written at the same time and put away: it was
measured once, when the matcher was done, and that figure stands in the test.
"""

from __future__ import annotations

ROLES = {"u": "user", "a": "assistant", "s": "summary"}


class Told:
    """A statement of a case. role: who said it. about: what its turn was about, or ""."""

    def __init__(self, line: str) -> None:
        who, _, rest = line.strip().partition(" ")
        self.role = ROLES[who]
        about, bracket, text = rest.removeprefix("[").partition("] ") if rest.startswith("[") else ("", "]", rest)
        assert bracket
        self.about, self.text = about, text


class Case:
    """Two statements with the query that found both. versions: the later one replaces the earlier one."""

    def __init__(self, first: str, older: str, newer: str) -> None:
        label, _, self.query = first.partition("|")
        sign, self.sort = label.split()
        self.versions = {"+": True, "-": False}[sign]
        self.query = self.query.strip()
        self.older, self.newer = Told(older), Told(newer)

    def __repr__(self) -> str:
        return f"{self.sort}: {self.query}\n    {self.older.text}\n    {self.newer.text}"


def cases(table: str) -> list[Case]:
    lines = table.strip().split("\n")
    return [Case(*lines[at : at + 3]) for at in range(0, len(lines), 3)]


FIRST = cases("""
+ setting | retry limit of the importer
u Let's keep the importer's retry limit at 7.
u The importer still loses rows at night, so make its retry limit 12.
+ setting | what did we decide about the retry limit of the importer?
u [retry limit of the importer] let's use 7
u [the importer gives up too early] make it 12
+ port | which port does the metrics endpoint use
u put the metrics endpoint on port 9100
u the metrics endpoint clashes with the node exporter, move it to port 9464
+ tool | library for date parsing
u date parsing: let's use chrono, it handles relative dates
u I'm tired of those bugs. Date parsing goes through luxon from now on, not chrono.
+ person | who reviews database migrations
u Nadia reviews all database migrations before they are merged.
u Nadia is on leave until March, so Oskar reviews the database migrations from today.
+ date | release date of version 3
u We ship version 3 on 14 May.
a Noted: version 3 ships on 2 June instead, and I updated the roadmap.
+ version | python version of the lambda
u The lambda stays on Python 3.9 for now.
u Bump the lambda to Python 3.12, AWS drops the old one in December.
+ name | name of the orders table
u Call the orders table purchase_orders.
u The orders table is now called sales_orders, purchase_orders was misleading.
+ setting | upload size cap
a I capped uploads at 25 MB (`MAX_UPLOAD`).
a `MAX_UPLOAD` is 100 MB now; the upload cap of 25 was too small for scans.
+ refusal | mocks in integration tests
u No mocks in the integration tests please.
u Fine, we allow mocks in the integration tests after all, as long as they are recorded.
+ refusal | telemetry in the cli
u I don't want any telemetry in the CLI.
u OK, let's add opt-in telemetry to the CLI after all, support needs it.
+ setting | session timeout of the admin panel
u Admin panel: session timeout 15 minutes.
u People complain. The session timeout of the admin panel goes up to 60 minutes.
+ tool | message broker for events
a I went with RabbitMQ as the message broker for the events.
a The message broker for the events is NATS now, RabbitMQ is gone.
+ setting | worker count in ci
u CI runs with 4 workers.
u Two of the CI machines are gone. CI runs with 2 workers until they are back.
+ setting | log level of the proxy
u Set the proxy's log level to debug.
u Proxy log level back to warning please, the disk filled up.
+ name | name of the main branch
u The main branch is called master.
u We renamed it: the main branch is called trunk.
+ measure | how long does the full rebuild take
a Measured: a full rebuild takes 340 s.
a After the cache went in, a full rebuild takes 95 s.
+ date | deadline for the audit
u The deadline for the audit is 30 September.
u Good news, the audit's deadline moved to 15 November.
+ setting | batch size of the nightly export
u The nightly export should write batches of 500 rows.
a I raised the batch size of the nightly export from 500 to 2000 rows.
+ setting | font size of the report
u Use 11 pt as font size in the report.
u The report's font size must be 12 pt, the client asked for it.
+ person | who owns the billing service
u Marta owns the billing service.
u Billing service: ownership went to Deniz.
+ version | node version
u We pin Node 18 in the Dockerfile.
u The Dockerfile pins Node 22 now.
+ setting | délai d'attente de la passerelle
u Pour la passerelle, mettons le délai d'attente à 30 s.
u Le délai d'attente de la passerelle passe à 45 s, la banque est lente.
+ tool | bibliothèque pour les graphiques
u On prend Chart.js pour les graphiques.
u Finalement on prend D3 pour les graphiques, Chart.js ne gère pas les arbres.
+ port | port du serveur de test
u Le serveur de test écoute sur le port 8081.
u Conflit avec le proxy : le serveur de test écoute désormais sur le port 8085.
+ refusal | ORM dans le service de facturation
u Pas d'ORM dans le service de facturation.
u Tout compte fait, on met un ORM dans le service de facturation.
+ date | date de la mise en production
u La mise en production est fixée au 12 mars.
u La mise en production est repoussée au 3 avril.
+ person | qui relit les traductions
u C'est Jeanne qui relit les traductions.
u Jeanne part en congé ; c'est Karim qui relit les traductions.
+ name | nom du paquet publié
u On publie le paquet sous le nom outils-compta.
u Le paquet est publié sous le nom compta-kit, outils-compta était déjà pris.
+ setting | durée de conservation des journaux
a C'est noté : les journaux sont conservés 90 jours.
a Les journaux sont maintenant conservés 30 jours au lieu de 90.
+ version | version de Java
u On reste en Java 17.
u On passe à Java 21 pour les threads virtuels.
+ setting | taille du pool de connexions
u [taille du pool de connexions] mets 20
u [le pool de connexions sature] mets 40
+ setting | seuil d'alerte du disque
u Seuil d'alerte du disque : 80 %.
u Le seuil d'alerte du disque à 80 % réveille tout le monde, mets 92 %.
+ tool | outil de migration de la base
u Les migrations de la base se font avec Flyway.
u On abandonne Flyway : les migrations de la base se font avec Liquibase.
+ setting | page size
u `page_size = 25` is what we want in the list view.
u `page_size = 100` in the list view, people scroll too much.
+ setting | nombre de tentatives du paiement
u Le paiement fait trois tentatives.
u Le paiement fait désormais cinq tentatives.
- component | timeout
u The timeout of the gateway is 30 s.
u The timeout of the mailer is 10 s.
- component | timeout of the gateway
u The timeout of the gateway is 30 s.
u The timeout of the gateway's health check is 2 s.
- component | cache lifetime
u Let's set the cache lifetime of the price cache to 2 h, because the catalogue changes twice a day.
u Change of plan: the cache lifetime of the session cache goes to 15 min, customers saw old figures.
- environment | log level
u Set the log level to debug on staging.
u Set the log level to warning in production.
- environment | pool size of the api
u In the test environment the API's pool size is 4.
u In production the API's pool size is 32.
- question | retry limit of the importer
u Let's keep the importer's retry limit at 7.
u Is the importer's retry limit still 7, or was it 12?
- question | port du serveur de test
u Le serveur de test écoute sur le port 8081.
u Pourquoi le serveur de test écoute sur le port 8085 chez Paul ?
- quotation | message broker
u We use RabbitMQ as message broker.
u The vendor's brochure says "we use Kafka as message broker" and nothing else.
- quotation | upload limit
u The upload limit is 25 MB.
a The error page reads `the upload limit is 10 MB`, which is a hard-coded text.
- summary | release date of version 3
u We ship version 3 on 2 June.
s The user said that version 3 ships on 14 May.
- restated | retry limit of the importer
u Let's keep the importer's retry limit at 7.
a Understood, the importer's retry limit stays at 7.
- restated | session timeout
u Session timeout: 15 minutes.
a The session timeout is 15 min, as you asked.
- restated | library for charts
u Let's use D3 for the charts.
a I went with D3 for the charts, as agreed.
- mention | backoff of the webhook sender
u The backoff of the webhook sender is 400 ms.
u We still have to talk about the backoff of the webhook sender, 3 people asked.
- mention | retention period
u The retention period is 90 days.
a I looked at the retention period in 12 files and changed nothing.
- attribute | gateway settings
u The gateway's timeout is 30 s.
u The gateway's retry limit is 5.
- attribute | report
u The report's font size is 11 pt.
u The report's margin is 20 pt.
- condition | batch size of the export
u The batch size of the export is 500.
a If the batch size of the export were 5000, the lock would be held for a minute.
- condition | worker count
u The worker count is 8.
a With a worker count of 16 the test machine would run out of memory.
- measured | timeout of the gateway
u The timeout of the gateway is 30 s.
a The slowest call ran into the timeout of the gateway after 31 s, 14 times.
- other | who reviews
u Nadia reviews the database migrations.
u Oskar reviews the translations.
- other | delete the cache
u Delete the cache folder, it is 3 GB.
u Delete the build folder too, it is 8 GB.
- component | délai d'attente
u Pour la passerelle, mettons le délai d'attente à 30 s.
u Pour l'expéditeur, mettons le délai d'attente à 10 s.
- environment | niveau de journalisation
u En préproduction, le niveau de journalisation est debug.
u En production, le niveau de journalisation est warning.
- restated | durée de conservation des journaux
u Les journaux sont conservés 90 jours.
a Entendu : la durée de conservation des journaux reste de 90 jours.
- mention | pool de connexions
u La taille du pool de connexions est de 20.
u Il faudra reparler de la taille du pool de connexions avant le 12.
""")

HELD = cases("""
+ setting | rate limit of the public api
u The public API gets a rate limit of 100 requests per minute.
u A partner ran into it twice. Raise the rate limit of the public API to 300 requests per minute.
+ setting | thumbnail width
u thumbnails are 240 px wide
u make the thumbnails 320 px wide, retina screens blur them
+ tool | test runner for the frontend
u We'll use Jest as the test runner for the frontend.
a The frontend's test runner is now Vitest; Jest is removed from package.json.
+ port | grafana port
u grafana runs on 3000
u 3000 is taken by the dev server, so grafana runs on 3300
+ person | on-call for payments
u Ines is on call for payments this month.
u Swap: Bruno is on call for payments this month.
+ date | when do we freeze the schema
u The schema is frozen on Friday.
u We freeze the schema on Monday instead, Friday is a holiday.
+ version | terraform version
u terraform is pinned to 1.5.7
u we pin terraform to 1.9.2, the provider needs it
+ name | prefix of the redis keys
u Redis keys start with the prefix shop:.
u The prefix of the Redis keys becomes store:, shop: collides with the old service.
+ refusal | windows support
u We won't support Windows.
u Two customers pay for it, so we will support Windows in the next release.
+ refusal | comments in generated code
u Don't add comments to generated code.
u I changed my mind, do add comments to generated code, reviewers get lost.
+ setting | quality of the jpeg export
a I set the JPEG export quality to 80.
a JPEG export quality is 92 now, since 80 showed banding.
+ measure | p95 latency of the search
a The p95 latency of the search is 180 ms.
a With the new index the p95 latency of the search is 62 ms.
+ tool | css framework
u Let's go with Bootstrap as the CSS framework.
u Drop Bootstrap, Tailwind is our CSS framework.
+ setting | heartbeat interval
u Heartbeat interval: 30 seconds.
u Set the heartbeat interval to 5 seconds, failover is too slow.
+ date | demo for the customer
u The demo for the customer is on 9 October.
u The customer asked to move the demo to 16 October.
+ setting | max tokens of the summariser
u the summariser's max_tokens is 1024
u the summariser cuts off; max_tokens should be 4096 for the summariser
+ person | who signs the releases
u Releases are signed by Theo.
u From now on releases are signed by Lucia, Theo has left.
+ tool | which linter
u We lint with pylint.
u We lint with ruff now.
+ name | feature flag of the new checkout
u The feature flag for the new checkout is new_checkout.
u I renamed the feature flag for the new checkout to checkout_v2.
+ setting | swap of the build machine
u Give the build machine 2 GB of swap.
u The linker was killed again; give the build machine 8 GB of swap.
+ version | api version in the header
u Clients send API version 2024-06-01 in the header.
u Clients send API version 2025-01-15 in the header from this release on.
+ setting | taille maximale des pièces jointes
u La taille maximale des pièces jointes est de 10 Mo.
u Les scans dépassent : la taille maximale des pièces jointes passe à 25 Mo.
+ tool | moteur de recherche du site
u Le moteur de recherche du site sera Solr.
u On remplace Solr par Meilisearch comme moteur de recherche du site.
+ person | responsable de la sécurité
u La responsable de la sécurité est Anne.
u Le responsable de la sécurité est maintenant Victor.
+ date | date de la formation
u La formation a lieu le 4 juin.
u La formation est décalée au 18 juin, la salle était prise.
+ port | port de la base de test
u La base de test tourne sur le port 5433.
u La base de test tourne sur le port 5440 depuis ce matin.
+ refusal | dépendances dans le client
u Je ne veux pas de dépendance dans le client.
u D'accord, on accepte une dépendance dans le client : httpx.
+ version | version de PHP
u Le serveur tourne en PHP 7.4.
u Le serveur tourne en PHP 8.3 maintenant.
+ setting | intervalle de synchronisation
u La synchronisation se fait toutes les 15 minutes.
u La synchronisation se fait toutes les 5 minutes, le stock était faux.
+ name | nom de la file des courriels
u La file des courriels s'appelle mail_out.
u La file des courriels s'appelle outbox, mail_out prêtait à confusion.
+ setting | nombre de répliques
u [nombre de répliques de l'API] trois
u [l'API tombe la nuit, nombre de répliques] finalement cinq
+ setting | quota par utilisateur
a Quota par utilisateur : 5 Go (`user_quota`).
a `user_quota` passe de 5 Go à 20 Go.
+ tool | format des échanges
u Les échanges se font en XML.
u Les échanges se font en JSON plutôt qu'en XML.
+ setting | seuil de fraude
u Le seuil de fraude est à 0,8.
u Trop de faux positifs, le seuil de fraude monte à 0,95.
+ measure | durée des tests de bout en bout
a Les tests de bout en bout durent 14 minutes.
a En parallèle, les tests de bout en bout durent 6 minutes.
- component | rate limit
u The rate limit of the public API is 100 requests per minute.
u The rate limit of the webhook endpoint is 20 requests per minute.
- component | heartbeat interval
u Heartbeat interval of the agents: 30 seconds.
u Heartbeat interval of the broker: 5 seconds.
- component | quality
a I set the JPEG export quality to 80.
a I set the WebP export quality to 70.
- component | which linter
u We lint the backend with ruff.
u We lint the frontend with eslint.
- environment | replicas
u Production runs 5 replicas.
u Staging runs 2 replicas.
- environment | database host
u On my laptop the database host is localhost.
u On the server the database host is db.internal.
- question | heartbeat interval
u Heartbeat interval: 30 seconds.
u Wasn't the heartbeat interval 10 seconds at some point?
- question | css framework
u Let's go with Bootstrap as the CSS framework.
u What about Tailwind as the CSS framework?
- question | seuil de fraude
u Le seuil de fraude est à 0,8.
u Est-ce que le seuil de fraude doit vraiment être à 0,95 ?
- quotation | rate limit of the public api
u The public API has a rate limit of 100 requests per minute.
u Their docs claim “the public API has a rate limit of 60 requests per minute”, that is outdated.
- quotation | terraform version
u terraform is pinned to 1.5.7
a The failing job printed "terraform is pinned to 1.4.0" because it used an old image.
- summary | who signs the releases
u From now on releases are signed by Lucia.
s Decided: releases are signed by Theo.
- restated | thumbnail width
u thumbnails are 240 px wide
a Done, the thumbnails are 240 px wide in all three templates.
- restated | demo for the customer
u The demo for the customer is on 9 October.
a I put the customer demo on 9 October into the calendar.
- restated | test runner for the frontend
u We'll use Jest as the test runner for the frontend.
u As I said, Jest is the test runner for the frontend.
- restated | quota par utilisateur
u Le quota par utilisateur est de 5 Go.
a Le quota par utilisateur vaut bien 5 Go dans les deux fichiers.
- mention | jpeg export
u The JPEG export quality is 80.
u The JPEG export failed 3 times yesterday.
- mention | schema freeze
u The schema is frozen on Friday.
u Remind me of the schema freeze in 2 weeks.
- mention | search latency
a The p95 latency of the search is 180 ms.
a I added 4 tests for the latency of the search.
- attribute | build machine
u Give the build machine 2 GB of swap.
u Give the build machine 4 cores.
- attribute | redis
u Redis keys start with the prefix shop:.
u Redis listens on port 6380.
- attribute | thumbnails
u thumbnails are 240 px wide
u thumbnails are 180 px high
- condition | replicas
u The API runs on 3 replicas.
u If traffic doubles, the API will need 6 replicas.
- condition | heartbeat interval
u Heartbeat interval: 30 seconds.
a A heartbeat interval of 1 second would flood the log.
- measured | upload size cap
u Uploads are capped at 25 MB.
a The largest upload last week had 18 MB.
- other | who is on call
u Ines is on call for payments.
u Bruno is on call for search.
- other | frozen
u The schema is frozen on Friday.
u The design is frozen on Tuesday.
- component | taille maximale
u La taille maximale des pièces jointes est de 10 Mo.
u La taille maximale des avatars est de 2 Mo.
- environment | port de la base
u En local, la base tourne sur le port 5433.
u En recette, la base tourne sur le port 5440.
- mention | synchronisation
u La synchronisation se fait toutes les 15 minutes.
u La synchronisation a échoué 4 fois cette nuit.
- condition | quota par utilisateur
u Le quota par utilisateur est de 5 Go.
a Avec un quota par utilisateur de 50 Go, il faudrait un second disque.
- attribute | formation
u La formation a lieu le 4 juin.
u La formation a lieu en salle 12.
""")
