"""Sentences labelled by hand: which marks they should get.

One case a line: `kinds | role | text`. Kinds: d decided, c corrected, r refused, m measured, o open, `-` none;
several are joined by `+`. Roles: u user, a assistant. Labelled by these definitions:

- decided: a choice is settled for the work, by whoever says it; not a plan of the next step ("let me check"),
  not a proposal, a question, a report of what code does, or a choice in somebody's private life
- corrected: what was said, decided or believed before is taken back or replaced; a mistake is admitted
- refused: an option is turned down, a thing is not to be done
- measured: a quantity was observed, with a number: times, rates, sizes, shares; not counts of tests or lines,
  not limits and settings
- open: something is left to be decided, found out or done later

A correction is not marked as a decision or a refusal besides.

Four sets, all by the author of the rules, who did not look at them meanwhile; each was measured once before a rule
was changed for it. After that it served to improve them, so that only the first figure of a set tells what the
rules do with new sentences:

| set | precision, recall at first sight, English | French |
|---|---|---|
| DEV | the rules were begun with it | |
| SECOND, THIRD: sought-out, uncommon wordings | .95 .51, then .92 .55 | .94 .51, then .91 .56 |
| HELD: plain wordings | 1.00 .89 | 1.00 .84 |
"""

from __future__ import annotations

KINDS = {"d": "decided", "c": "corrected", "r": "refused", "m": "measured", "o": "open"}
ROLES = {"u": "user", "a": "assistant"}


def parse(table: str) -> list[tuple[frozenset[str], str, str]]:
    """(kinds, role, text) of each line."""
    found = []
    for line in table.strip().split("\n"):
        kinds, role, text = (f.strip() for f in line.split("|", 2))
        labels = frozenset() if kinds == "-" else frozenset(KINDS[k] for k in kinds.split("+"))
        found.append((labels, ROLES[role], text))
    return found


DEV_EN = parse("""
d | u | let's go with SQLite for the cache
d | u | ok let's go with option 2
d | u | We decided to keep the retry limit at 5.
d | a | We've decided on Postgres 16 for the reporting database.
d | u | let's use ruff instead of flake8 + black
d | u | go with the second approach, it's simpler
d | u | I'd rather keep the old endpoint alive until March, so do that.
d | u | from now on every migration gets its own PR
d | u | yes, make it 30 seconds
d | u | fine, we'll ship it behind a feature flag
d | u | retry limit: let's say 3
d | u | We'll stick with the monorepo.
d | u | I've decided that the importer runs nightly.
d | a | Agreed: the public API stays synchronous and the worker becomes async.
d | u | Decision: tokens expire after 24 hours.
d | u | the decision is to drop Python 3.9
d | u | we settled on cursor pagination
d | u | we're going with the blue-green deployment
d | u | let's keep it at 4096 for now
d | u | let's only support Linux and macOS in the first release
d | u | we agreed that errors are returned, never thrown
d | a | As agreed, the limit is 500 rows per page.
d | u | I chose zod because it infers the types.
d | u | we opted for server-side rendering
d | u | Please always use pnpm in this repo.
d | u | let's settle on UTC everywhere
d | u | ok do it, and set the pool size to 20
d | u | The plan is final: two services, one queue.
d | u | option B it is
d | u | let's do the rename in a separate commit
d | a | Per your choice, I'll use the append-only log as the source of truth.
d | u | we'll go for semver, starting at 1.0.0
c | u | scratch that
c | u | actually no, keep it at 3
c | u | scratch that, use port 8443
c | u | no wait, the staging bucket is eu-west-1, not us-east-1
c | u | I was wrong about the header, it's X-Request-Id
c | u | Correction: the deadline is Friday.
c | a | You're right, the session IDs are plain UUIDs, not dates.
c | a | I made a mistake: the lock is taken per row, not per table.
c | u | on second thought, let's not cache that
c | u | I changed my mind, go back to argparse
c | u | we no longer use Redis for sessions
c | u | forget what I said about the index
c | u | it should be 5, not 3
c | a | My earlier statement was incorrect; the timeout applies to the whole batch.
c | u | never mind, use the old config
c | u | actually, let's go to 5, three was too few for the nightly import
c | u | sorry, I meant the billing service
c | u | let's revert to the previous schema
c | u | we switched from Jest to Vitest last week
c | a | I misread the log: the crash happens in the writer.
c | u | that's not right, the flag is called --no-cache
c | u | instead of 3 retries we now do 5
c | u | ok new plan: we drop the queue and call it directly
c | a | That was my mistake, the migration had not run.
r | u | don't use moment.js
r | u | no ORM please
r | u | We won't support Internet Explorer.
r | u | let's not add another dependency
r | u | never push directly to main
r | u | I don't want any telemetry in this tool
r | u | don't touch the generated files
r | u | do not add comments to the generated code
r | a | We rejected Kafka because of the operational cost.
r | u | no, that's overkill
r | u | we are not going to rewrite this in Rust
r | u | Kubernetes is out of the question
r | u | please avoid regexes here
r | u | we decided against GraphQL
r | u | we ruled out DynamoDB because of the query limits
r | u | stop adding emojis to the commit messages
r | u | I'm not a fan of the singleton, get rid of it
r | u | we shouldn't store the raw card number
r | u | no mocks in the integration tests
r | u | under no circumstances delete the backup bucket
r | u | that's not worth it, skip it
r | a | We decided not to vendor the library.
m | a | ran the bench: 41 ms
m | u | p95 is 120 ms now
m | a | The full build took 3 min 12 s.
m | a | Coverage is at 87 %.
m | a | Throughput went from 1,200 to 3,400 req/s.
m | a | The index weighs 38 MB for 1.2 GB of text.
m | a | I measured 4.2 GB of peak memory with 8 workers.
m | a | Benchmarks: parse 72 MB/s, write 31 MB/s.
m | a | The hook costs 23 ms on average.
m | a | That's 3x faster than before.
m | a | Latency dropped by 40 % after the change.
m | a | Recall@5 is 0.94 on the dev set.
m | u | the import took 14 minutes last night
m | a | The test suite runs in 8.4 s now.
m | a | median 12 ms, p99 88 ms over 10,000 requests
m | a | Error rate is down to 0.3%.
o | u | I haven't decided yet
o | u | still unclear whether we need the lock
o | u | TODO: rotate the signing key
o | a | Open question: do we encrypt the backups?
o | u | we still need to decide who owns the schema
o | a | The cause of the flaky test is still unknown.
o | u | let's decide that later
o | u | not sure yet whether to split the service
o | a | It remains to be seen whether this holds under load.
o | u | the naming is TBD
o | u | we'll figure out the pricing later
o | a | I did not find out why the second request fails.
o | a | This is not fixed yet: the socket leak remains.
o | u | to be discussed with Marie: the retention period
o | a | Pending: approval of the new DPA.
o | u | parking this for now, we come back to it after the release
o | u | undecided between Redis and Memcached
o | a | Next steps: write the migration guide.
- | u | let me decide
- | u | should we decide?
- | u | the decision tree is too deep
- | u | should we use Redis or Memcached?
- | u | what did we decide about the retry limit?
- | u | why did you choose this pattern?
- | a | Let me check the logs first.
- | a | I'll use grep to find the callers.
- | a | Let's look at the failing test.
- | a | Would you like me to go with the first option?
- | u | do you think we should go with Kafka?
- | a | The decision function returns True for odd numbers.
- | a | Now let me update the documentation.
- | a | The parser rejects empty strings.
- | a | The loop never terminates when the list is empty.
- | a | I don't see the file.
- | u | I don't know
- | u | it doesn't work
- | u | don't worry about it
- | a | If we decide to use sharding, the ids must be global.
- | a | We could use a queue instead.
- | a | You can either use the cache or call the API directly.
- | a | I recommend going with the first option.
- | u | the timeout is 30 s by default
- | a | Set the limit to 500 MB in the config.
- | a | This takes a while.
- | a | There are 3 files and 12 tests.
- | a | All 47 tests pass.
- | u | can we unify the two ways that settings are parsed?
- | u | thanks, looks great
- | u | actually it's working fine
- | a | Actually, the function already handles that.
- | a | I see the issue now.
- | a | This no longer compiles.
- | a | The correction factor is applied twice.
- | a | The todo app lists its items.
- | a | The file was opened in read mode and is still open.
- | a | Open the settings and choose a theme.
- | a | The server chose a random port.
- | u | is 120 ms ok for p95?
- | u | how long does the build take?
- | a | It returns null instead of throwing.
- | a | If the value is not set, use the default.
- | a | The user should not see this message.
- | a | Avoiding allocations here makes sense.
- | a | The measured value is stored in the struct.
- | a | We need to read the file before we can edit it.
- | a | Let me try a different approach.
- | u | never seen that error before
- | u | no problem
- | u | no idea why
- | u | go on
- | u | let's go
- | u | let's see what happens
- | a | I'm going to run the tests.
- | a | I'll go ahead and create the file.
- | u | let me know what you decide
- | u | remember what we decided yesterday?
- | a | The scheduler decides which job runs next.
""")

DEV_FR = parse("""
d | u | on part sur Postgres
d | u | ok on part là-dessus, avec un TTL d'une heure
d | u | On a décidé de garder la limite à 5.
d | u | on garde l'ancienne API jusqu'en mars
d | u | allons-y avec la deuxième option
d | u | je préfère rester sur argparse, donc on garde ça
d | u | on va utiliser des curseurs pour la pagination
d | u | Décision : les jetons expirent au bout de 24 h.
d | u | c'est décidé, on passe par une file
d | a | Comme convenu, la limite est de 500 lignes par page.
d | u | on s'est mis d'accord sur UTC partout
d | u | désormais chaque migration a sa propre PR
d | u | à partir de maintenant, les commits sont en anglais
d | u | j'ai choisi zod parce qu'il infère les types
d | u | nous avons opté pour le rendu côté serveur
d | u | on retient la solution B
d | u | va pour 30 secondes
d | u | on fait ça en deux étapes, d'abord le schéma puis les données
d | u | mets la taille du pool à 20
d | u | on reste sur le monorepo
d | u | partons sur une file par client
d | u | on choisit SQLite
d | u | disons 3 tentatives
d | u | utilise toujours pnpm dans ce dépôt
d | a | Nous avons retenu une architecture à deux services.
d | u | il a été décidé que l'import tourne la nuit
d | u | c'est validé, on déploie lundi
d | u | le choix est fait : ce sera du Go
d | u | on prend la version longue
c | u | finalement non, on garde 3
c | u | finalement on garde 3
c | u | non attends, c'est le port 8443
c | u | en fait non, laisse comme avant
c | u | je me suis trompé, l'en-tête c'est X-Request-Id
c | u | Correction : la date limite est vendredi.
c | a | Vous avez raison, ce sont des UUID, pas des dates.
c | a | Tu as raison, le verrou est pris par ligne.
c | u | au temps pour moi, c'était la préprod
c | u | on revient à l'ancien schéma
c | u | j'ai changé d'avis, on reste sur REST
c | u | oublie ce que j'ai dit sur l'index
c | u | on n'utilise plus Redis pour les sessions
c | u | pardon, je voulais dire le service de facturation
c | u | plutôt 5 que 3, la limite était trop basse
c | u | ce n'est pas 3 mais 5
c | u | on passe de 3 à 5 tentatives
c | a | C'était une erreur de ma part : la migration n'avait pas tourné.
c | u | à la réflexion, pas de cache ici
r | u | laisse tomber la file, appelle directement le service
c | u | contrairement à ce que j'ai dit, le bucket est à Paris
c | a | J'avais mal lu le journal : le plantage vient de l'écrivain.
r | u | on abandonne Kafka, RabbitMQ suffit
r | u | pas de ORM
r | u | pas d'ORM dans ce projet
r | u | n'utilise pas moment.js
r | u | on ne supportera pas Internet Explorer
r | u | surtout ne touche pas aux fichiers générés
r | u | ne pousse jamais sur main
r | u | je ne veux pas de télémétrie
r | u | hors de question de réécrire ça en Rust
r | u | on a décidé de ne pas embarquer la bibliothèque
r | u | on laisse tomber l'idée du cache distribué
r | u | évite les regex ici
r | u | on ne va pas ajouter une dépendance de plus
r | a | Nous avons écarté Kafka à cause du coût d'exploitation.
r | u | pas la peine, c'est trop compliqué pour ce que c'est
r | u | arrête d'ajouter des émojis dans les commits
r | u | non, on ne fait pas ça
r | u | il ne faut pas stocker le numéro de carte
r | u | jamais de mocks dans les tests d'intégration
r | u | inutile d'ajouter des commentaires partout
r | u | je refuse qu'on stocke les mots de passe en clair
m | a | J'ai lancé le bench : 41 ms.
m | u | le p95 est à 120 ms maintenant
m | a | La compilation complète a pris 3 min 12 s.
m | a | La couverture est de 87 %.
m | a | Le débit passe de 1 200 à 3 400 req/s.
m | a | L'index pèse 38 Mo pour 1,2 Go de texte.
m | a | J'ai mesuré 4,2 Go de mémoire au pic.
m | a | C'est 3 fois plus rapide qu'avant.
m | a | La latence a baissé de 40 %.
m | u | l'import a duré 14 minutes cette nuit
m | a | Les tests tournent en 8,4 s désormais.
m | a | Le taux d'erreur est descendu à 0,3 %.
m | a | médiane 12 ms, p99 88 ms sur 10 000 requêtes
o | u | je n'ai pas encore décidé
o | u | reste à voir si on a besoin du verrou
o | u | il faudrait décider qui possède le schéma
o | u | à voir plus tard
o | u | on verra ça après la release
o | a | La cause de l'échec reste inconnue.
o | u | pas encore tranché entre Redis et Memcached
o | a | Question ouverte : faut-il chiffrer les sauvegardes ?
o | u | à faire : renouveler la clé de signature
o | u | on en reparle demain
o | u | je ne sais pas encore si on découpe le service
o | u | à discuter avec Marie : la durée de rétention
o | a | Il reste à écrire le guide de migration.
o | u | à confirmer par l'équipe sécu
o | a | Ce n'est toujours pas clair pourquoi la deuxième requête échoue.
o | u | le nom est encore à définir
o | a | En attente : l'accord du juridique.
- | u | on décide quoi ?
- | u | faut-il décider maintenant ?
- | u | qu'est-ce qu'on avait décidé pour la limite ?
- | u | l'arbre de décision est trop profond
- | u | pourquoi as-tu choisi ce motif ?
- | u | tu préfères qu'on parte sur Redis ?
- | u | on part sur Redis ou sur Memcached ?
- | a | Je vais d'abord regarder les journaux.
- | a | Voulez-vous que je parte sur la première option ?
- | a | Je vais utiliser grep pour trouver les appelants.
- | a | L'analyseur refuse les chaînes vides.
- | a | La boucle ne se termine jamais.
- | u | je ne sais pas
- | u | ça ne marche pas
- | u | ne t'inquiète pas
- | u | pas de souci
- | u | pas de problème
- | u | pas mal du tout
- | a | On pourrait utiliser une file à la place.
- | a | Je recommande la première option.
- | a | Si on décide de partitionner, les identifiants doivent être globaux.
- | u | le délai est de 30 s par défaut
- | a | Le fichier fait 212 lignes.
- | a | Les 47 tests passent.
- | a | Cela prend un moment.
- | u | merci, c'est parfait
- | u | en fait ça marche très bien
- | a | En fait, la fonction gère déjà ce cas.
- | a | La fonction de correction est appelée deux fois.
- | a | Le serveur choisit un port au hasard.
- | u | 120 ms au p95, c'est bon ?
- | u | combien de temps prend la compilation ?
- | a | Elle renvoie null au lieu de lever une exception.
- | a | L'utilisateur ne doit pas voir ce message.
- | a | Si la valeur n'est pas définie, la valeur par défaut est utilisée.
- | a | Il faut lire le fichier avant de le modifier.
- | u | finalement, où en est-on ?
- | u | vas-y
- | u | on y va
- | u | voyons ce que ça donne
- | u | dis-moi ce que tu choisis
- | u | tu te rappelles ce qu'on avait choisi hier ?
- | a | L'ordonnanceur décide quelle tâche tourne ensuite.
- | u | jamais vu cette erreur
- | u | pas compris
- | a | Je ne trouve pas le fichier.
- | a | Ce code ne compile plus.
- | a | Reste un point à vérifier dans le code, je regarde.
- | a | Ouvrez les réglages et choisissez un thème.
- | u | on garde un œil dessus
""")

SECOND_EN = parse("""
d | u | we're settling for int8 quantization, fp4 loses too much
d | u | ok, the batch job stays in Airflow
d | u | my call: we ship without dark mode
d | u | let's go ahead with the rollout on Thursday
d | u | so the canonical format is Parquet, everyone agreed
d | u | I went with a B-tree here since range scans dominate
d | u | use snake_case for the column names
d | u | alright, two replicas then
d | u | we picked Terraform over Pulumi
d | u | The team decided last Tuesday to freeze the schema until launch.
d | u | final answer: 16 kHz mono
d | u | let's make the font size configurable but default to 14
d | u | name it `ingest-worker`
d | u | please keep the CLI flags backwards compatible
d | u | we'll do weekly releases starting in June
d | a | Decided: the gateway owns authentication.
d | a | We agreed to cap uploads at 25 MB.
d | a | Since you chose option A, the tokens live in Redis.
d | u | let's have the linter fail the build
d | u | I want every endpoint versioned under /v1
d | u | we'll take the simple route and poll every minute
d | u | sounds good, go for the lazy loading variant
d | u | stick to the 80 column limit
d | u | the winner is Playwright, Cypress was flaky
d | u | I'm going with Hetzner for the staging box
d | u | From now on the changelog is generated by CI.
d | u | let's use one bucket per tenant
d | u | ok merge it as a squash commit
d | u | yes, use the second design, the one with the sidebar
d | u | It's settled: no weekends on call, and the rota changes on Mondays.
c | u | wait no, that's the wrong branch, use release/2.4
c | u | hmm actually make it 10 seconds
c | u | I take that back, the cron should stay
c | u | my bad, the key is called api_key not apiKey
c | u | oops, I meant the German translations
c | a | Good catch, I had the sign flipped in the gradient.
c | a | I was mistaken about the cache: it is invalidated on every deploy.
c | u | ignore my previous message, the build was green all along
c | u | we moved away from Heroku, everything runs on Fly now
c | u | changed my mind about the colors, go back to the blue palette
c | u | that's wrong, the API returns cents, not euros
c | a | Apologies, I misunderstood: you want the totals per week, not per day.
c | u | on reflection a single table is enough
c | u | the limit isn't 100 any more, it's 250 since the last release
c | u | no, not the header, the footer
c | u | we used to sign with RS256 but since last month it's EdDSA
c | u | let's undo that and return to the old retry logic
c | a | My previous estimate was off by a factor of ten.
c | u | strike that, Monday doesn't work, ship it on Wednesday
c | a | You are right, the index is built lazily.
c | u | instead of Celery we use a plain cron job now
c | u | correction, the meeting is at 3
c | u | turns out I had it backwards, the child process holds the lock
c | u | we dropped the idea of two databases and merged them again
r | u | please don't reformat files you haven't changed
r | u | no Docker on the laptops
r | u | I'd rather not pull in lodash for one function
r | u | we are never doing a big bang migration again
r | u | that approach is a non-starter
r | u | don't bother with Windows support
r | u | nah, too complicated
r | u | let's not go down the microservices path
r | u | skip the tests for the generated client
r | a | We rejected the trie because of its memory footprint.
r | u | you must not call the payment API from the tests
r | u | never commit the .env file
r | u | no magic numbers please
r | u | we won't translate the admin pages
r | u | I don't like the global state, don't do it that way
r | u | leave out the animations
r | a | Webpack was ruled out because of its build times.
r | u | absolutely no inline styles
r | u | we don't need an abstraction for that
r | u | do not bump the major version
r | u | forget about GraphQL, it's too much for this
r | a | We will not store raw audio.
m | a | Training took 6 h 20 min on one A100.
m | a | The new parser handles 210k lines per second.
m | u | got 0.91 F1 on the validation set
m | a | Before: 2.3 s, after: 310 ms.
m | a | Memory usage peaked at 780 MB.
m | u | cold start is around 900 ms on the free tier
m | a | The Docker image shrank from 1.4 GB to 230 MB.
m | a | After the fix the page loads in 1.8 s instead of 4.5 s.
m | u | we see about 2% packet loss on the VPN
m | a | The query now runs in 18 ms, it was 640 ms before.
m | a | Results over five runs: mean 12.4 ms, standard deviation 0.8 ms.
m | a | Accuracy dropped from 93.1% to 91.8%.
m | u | disk usage on prod is at 91 percent
m | a | gzip gives 4.1x smaller files.
m | a | The profile shows 62 % of the time in json.loads.
m | u | battery drain is 7%/h with GPS on
m | a | Bundle size: 412 kB, 118 kB gzipped.
o | u | we haven't agreed on a name yet
o | u | no decision on the hosting provider so far
o | u | I need to think about the pricing model
o | u | jury's still out on whether we keep the old dashboard
o | a | I could not determine which client sends the malformed requests.
o | u | still waiting for legal to approve the wording
o | u | remind me to renew the certificate before December
o | a | One question remains: who rotates the keys?
o | u | let's revisit this after the beta
o | a | TODO: handle the case of an empty playlist.
o | u | whether we need sharding is an open issue
o | a | What's left: the export to CSV and the docs.
o | u | I'm torn between Svelte and Vue
o | u | we have to sort out the licensing at some point
o | a | The root cause has not been identified yet.
o | u | the retention period is yet to be confirmed by compliance
o | u | not decided, ask me again on Friday
o | u | for later: support for right-to-left languages
- | u | how did you decide on that threshold?
- | u | I can't decide if I like it
- | a | I'll now decide which files to read.
- | u | could you use the existing helper here?
- | u | let's look at the next ticket
- | u | let's start with the tests
- | u | what if we used Rust?
- | u | can we keep it simple?
- | u | should the default be 5 or 10?
- | u | what's the difference between the two options?
- | a | Option A uses a queue, option B a cron job.
- | a | You may want to use a connection pool.
- | a | I would go with Postgres, but it's your call.
- | a | Do you want me to keep the old endpoint?
- | a | I've added the retry logic and updated the tests.
- | a | I'll use the Edit tool to change the file.
- | a | Let me use a different search term.
- | a | Now I'll set up the test environment.
- | a | The function should not be called with a null pointer.
- | a | The server will not start if the port is taken.
- | a | The API rejects requests without a token.
- | a | This error occurs when the connection is closed.
- | a | I don't have access to that repository.
- | u | I don't get it
- | u | it never worked on my machine
- | u | no output at all
- | u | nothing happens when I click the button
- | u | why is this so slow?
- | u | does it take more than 5 s?
- | a | The timeout is set to 30 s and the retry delay to 500 ms.
- | a | Lambda allows at most 15 min per invocation.
- | a | Images larger than 5 MB should be compressed.
- | a | The cache expires after 10 minutes.
- | a | It should take about 5 minutes.
- | u | the meeting takes an hour
- | a | The script waits 200 ms between requests.
- | a | I found 14 occurrences in 6 files.
- | a | 152 passed, 3 skipped.
- | a | Line 88 is never reached.
- | a | The variable is no longer used after line 40.
- | a | The method was renamed in version 3.2.
- | a | Use `git rebase -i` to squash the commits.
- | a | To fix this, set the flag to false in your settings.
- | a | Open questions aside, the code compiles.
- | u | open the file and show me line 12
- | u | is the build still pending?
- | a | The pull request is open and the checks pass.
- | u | what's still open?
- | u | tell me what we agreed on last week
- | u | did we ever measure the startup time?
- | u | great, that works
- | u | perfect, thank you
- | u | yes please
- | u | continue
- | u | wrong window, sorry
- | a | Wrong arguments lead to exit status 2.
- | a | The correct way is to pass a callback.
- | a | Right, next I'll read the config.
- | a | The user decides which theme is shown.
- | a | If you prefer tabs, change the setting.
- | u | I prefer coffee
- | u | never tried that library
""")

SECOND_FR = parse("""
d | u | on tranche : une base par client
d | u | bon, ce sera Terraform
d | u | je valide la maquette avec la barre latérale
d | u | ok pour le format Parquet
d | u | on livre sans le mode sombre
d | u | l'équipe a décidé mardi de geler le schéma jusqu'au lancement
d | u | nous avons choisi Playwright, Cypress était instable
d | u | partons du principe que chaque boutique a son propre compte
d | u | nomme-le `ingest-worker`
d | u | je veux que chaque route soit versionnée sous /v1
d | u | on interroge le serveur toutes les minutes, c'est plus simple
d | u | garde les options de la ligne de commande compatibles
d | a | Décision prise : la passerelle gère l'authentification.
d | a | On s'est accordés sur 25 Mo par envoi.
d | u | dorénavant le changelog est généré par la CI
d | u | on opte pour la variante paresseuse
d | u | respecte la limite de 80 colonnes
d | u | c'est acté, deux répliques
d | u | fais comme ça : un bucket par locataire
d | u | utilise snake_case pour les colonnes
d | u | on va rester sur du REST classique
d | u | je pars sur Hetzner pour la préprod
d | u | oui, prends la deuxième maquette
d | u | le format retenu est le CSV avec point-virgule
d | u | on fige la version 2.4 vendredi
d | a | Vous avez choisi l'option A, donc les jetons sont dans Redis.
d | u | la règle : un commit par ticket
c | u | attends non, c'est la mauvaise branche, prends release/2.4
c | u | en fait mets plutôt 10 secondes
c | u | je retire ce que j'ai dit, le cron reste
c | u | erreur de ma part, la clé s'appelle api_key
c | u | oups, je parlais des traductions allemandes
c | a | Bien vu, le signe du gradient était inversé.
c | a | Je m'étais trompé sur le cache : il est vidé à chaque déploiement.
c | u | ne tiens pas compte de mon dernier message, le build était vert
c | u | on a quitté Heroku, tout tourne sur Fly maintenant
c | u | j'ai changé d'avis pour les couleurs, remets la palette bleue
c | u | c'est faux, l'API renvoie des centimes, pas des euros
c | a | Toutes mes excuses, j'ai mal compris : vous voulez les totaux par semaine.
c | u | réflexion faite, une seule table suffit
c | u | la limite n'est plus de 100, c'est 250 depuis la dernière version
c | u | non pas l'en-tête, le pied de page
c | u | avant on signait en RS256, maintenant c'est EdDSA
c | u | annule ça et reviens à l'ancienne logique
c | a | Mon estimation précédente était fausse d'un facteur dix.
c | u | finalement pas lundi, mercredi
c | a | Vous avez tout à fait raison, l'index est construit à la demande.
c | u | à la place de Celery on utilise un simple cron
c | u | on a renoncé aux deux bases et on les a refusionnées
r | u | ne reformate pas les fichiers que tu n'as pas modifiés
r | u | pas de Docker sur les portables
r | u | je préfère ne pas ajouter lodash pour une seule fonction
r | u | on ne fera plus jamais de migration en une fois
r | u | cette approche est exclue
r | u | ne t'embête pas avec Windows
r | u | non, trop compliqué
r | u | on ne part pas sur des microservices
r | u | saute les tests du client généré
r | a | Le trie a été écarté à cause de sa consommation mémoire.
r | u | il ne faut surtout pas appeler l'API de paiement depuis les tests
r | u | ne commite jamais le fichier .env
r | u | pas de nombres magiques stp
r | u | on ne traduira pas les pages d'administration
r | u | je n'aime pas l'état global, ne fais pas comme ça
r | u | aucun style en ligne
r | u | on n'a pas besoin d'une abstraction pour ça
r | u | n'incrémente pas la version majeure
r | u | oublie GraphQL, c'est trop lourd ici
r | a | Nous ne stockerons pas l'audio brut.
m | a | L'entraînement a pris 6 h 20 min sur une A100.
m | a | Le nouveau parseur traite 210 000 lignes par seconde.
m | u | j'obtiens un F1 de 0,91 sur la validation
m | a | Avant : 2,3 s, après : 310 ms.
m | a | La mémoire a atteint 780 Mo au maximum.
m | u | le démarrage à froid tourne autour de 900 ms
m | a | L'image Docker est passée de 1,4 Go à 230 Mo.
m | a | La page se charge en 1,8 s au lieu de 4,5 s.
m | u | on voit environ 2 % de pertes de paquets
m | a | La requête s'exécute en 18 ms contre 640 ms auparavant.
m | a | Moyenne sur cinq essais : 12,4 ms, écart type 0,8 ms.
m | a | La précision chute de 93,1 % à 91,8 %.
m | u | le disque de prod est plein à 91 %
m | a | Le profil montre 62 % du temps dans json.loads.
o | u | on n'a pas encore trouvé de nom
o | u | aucune décision pour l'hébergeur pour l'instant
o | u | il faut que je réfléchisse au modèle de prix
o | a | Je n'ai pas pu déterminer quel client envoie ces requêtes.
o | u | on attend toujours le feu vert du juridique
o | u | rappelle-moi de renouveler le certificat avant décembre
o | a | Une question demeure : qui fait tourner les clés ?
o | u | on en reparlera après la bêta
o | a | À faire : traiter le cas d'une liste vide.
o | a | Ce qu'il reste : l'export CSV et la documentation.
o | u | j'hésite entre Svelte et Vue
o | u | il faudra bien régler la question des licences
o | a | La cause première n'a pas encore été identifiée.
o | u | la durée de conservation doit encore être confirmée
o | u | rien n'est décidé, redemande-moi vendredi
o | u | pour plus tard : les langues de droite à gauche
- | u | comment as-tu choisi ce seuil ?
- | u | je n'arrive pas à me décider si j'aime ou pas
- | u | tu peux utiliser la fonction existante ?
- | u | regardons le ticket suivant
- | u | commençons par les tests
- | u | et si on utilisait Rust ?
- | u | on peut garder ça simple ?
- | u | la valeur par défaut, c'est 5 ou 10 ?
- | u | quelle différence entre les deux options ?
- | a | L'option A utilise une file, l'option B un cron.
- | a | Vous pouvez utiliser un pool de connexions.
- | a | Je prendrais plutôt Postgres, mais c'est à vous de voir.
- | a | Voulez-vous garder l'ancienne route ?
- | a | J'ai ajouté la logique de reprise et mis à jour les tests.
- | a | Je vais modifier le fichier avec l'outil Edit.
- | a | Essayons un autre terme de recherche.
- | a | La fonction ne doit pas être appelée avec un pointeur nul.
- | a | Le serveur ne démarre pas si le port est pris.
- | a | L'API rejette les requêtes sans jeton.
- | a | Cette erreur survient quand la connexion est fermée.
- | a | Je n'ai pas accès à ce dépôt.
- | u | je ne comprends pas
- | u | ça n'a jamais marché chez moi
- | u | aucune sortie
- | u | rien ne se passe quand je clique
- | u | pourquoi c'est si lent ?
- | a | Le délai est fixé à 30 s et la pause à 500 ms.
- | a | Lambda autorise au plus 15 min par appel.
- | a | Le cache expire au bout de 10 minutes.
- | a | Cela devrait prendre environ 5 minutes.
- | u | la réunion dure une heure
- | a | J'ai trouvé 14 occurrences dans 6 fichiers.
- | a | La ligne 88 n'est jamais atteinte.
- | a | La variable n'est plus utilisée après la ligne 40.
- | a | La méthode a été renommée en version 3.2.
- | a | Utilisez `git rebase -i` pour fusionner les commits.
- | u | ouvre le fichier et montre-moi la ligne 12
- | a | La demande est ouverte et les contrôles passent.
- | u | qu'est-ce qu'il reste ?
- | u | dis-moi ce qu'on avait convenu la semaine dernière
- | u | on avait mesuré le temps de démarrage ?
- | u | super, ça marche
- | u | merci beaucoup
- | u | oui
- | u | continue
- | u | mauvaise fenêtre, désolé
- | a | Bien, je lis maintenant la configuration.
- | a | L'utilisateur choisit le thème affiché.
- | a | Si vous préférez les tabulations, changez le réglage.
- | u | je préfère le café
- | u | jamais essayé cette bibliothèque
- | a | On obtient une liste vide dans ce cas.
- | a | Cette option n'a rien à voir avec le cache.
""")


THIRD_EN = parse("""
d | u | alright I'm convinced, we use the actor model for the scheduler
d | u | the importer should fail loudly, not skip rows, so raise on the first bad line
d | u | let's do 90 days of log retention and be done with it
d | u | for v1 we only support English and Portuguese
d | u | ok so we're all in favor of moving the auth code into its own crate
d | u | go with your first suggestion but keep the old config key as an alias
d | u | let's call the new table ledger_entries
d | u | after talking to Priya: we keep the nightly job and drop the hourly one
d | u | we've chosen the MIT license
d | u | I decided to write the physics loop with a fixed timestep of 1/120
d | u | use the european date format everywhere in the reports
d | u | yeah split it into two PRs
d | u | the header should be sticky and the sidebar collapsible, that's my final word
d | u | please default to dark mode if the OS says so
d | u | fine by me, 8 workers
d | u | we'll target Android 10 and up
d | u | make the tolerance 1e-6
d | u | so be it: no more than three levels of nesting
d | a | Understood: from here on I will write all commit messages in the imperative mood.
d | a | As we decided earlier, failed jobs are retried three times with exponential backoff.
d | a | You settled on protobuf for the wire format, so I generated the stubs with buf.
d | a | The team chose feature branches over trunk-based development because of the audit.
d | a | We went with a materialized view, since the join was the bottleneck.
d | a | I've decided to keep the two parsers separate because their error handling differs.
d | u | put the feature behind the LaunchDarkly flag `new-checkout`
d | u | I'd like the totals rounded to two decimals
d | u | let's standardize on ISO 8601 timestamps
d | u | decision from the meeting: customers can export at most 10k rows
c | u | hold on, I gave you the wrong bucket name, it's assets-prod-2
c | u | ah no, revert that, the old behaviour was correct
c | u | I said 30 minutes but I meant 30 seconds
c | u | we're back to MySQL, the Postgres migration got cancelled
c | u | no no, the left join, not the inner one
c | u | forget the weekly digest idea, we do daily after all
c | u | the spec changed: amounts are now integers in minor units
c | u | not eu-central, us-west please
c | u | I misremembered, the SLA is 99.5 and not 99.9
c | u | actually scrap the whole plugin system and hardcode the three formats
c | u | since yesterday the staging database is called stg2, the old name no longer works
c | a | You're right, I conflated the two config files; the port is read from server.toml.
c | a | Sorry about that, the previous patch removed the wrong branch of the if.
c | a | I need to correct what I said about the mutex: it is reentrant.
c | a | Looking again, my diagnosis was wrong: the leak comes from the event listener.
c | a | I incorrectly assumed that the ids were unique per tenant.
c | u | ok I was wrong, the bug is on our side
c | u | instead of the wizard we're now doing a single page form
c | u | let's go back to fixed-width columns after all
c | u | correction: it's 14 days, not two months
r | u | please no new dependencies
r | u | don't you dare touch the migrations folder
r | u | I really don't want to maintain a fork
r | u | we are not going to support IE11, period
r | u | no need for a factory there
r | u | never use floats for money
r | u | let's not overcomplicate this
r | u | nope, a plain dict is enough
r | u | we agreed not to store IP addresses
r | u | do not squash, keep the history
r | u | avoid wildcard imports
r | u | that's a bad idea, the lock would be held during IO
r | u | drop the animation, it's distracting
r | a | We decided against a plugin API for now.
r | a | The option of sharding by country was discarded as too complex.
r | u | I won't accept a PR without tests
r | u | there's no way we put that in the public repo
r | u | you shouldn't edit the lock file by hand
r | u | keep jQuery out of this
r | u | hard pass on the monorepo idea
m | a | The migration of 4.2 million rows took 11 minutes.
m | a | With the index the lookup drops from 480 ms to 6 ms.
m | u | just timed it, 1m40 for a clean build
m | a | CPU sits at 35 % while idle.
m | a | Lighthouse gives 92 for performance, and the largest paint is at 1.9 s.
m | a | The compressed archive is 3.4 MB, 61 % smaller than the original.
m | u | p99 went up to 2.4 s after yesterday's deploy
m | a | On average a request costs 0.8 ms of CPU time.
m | a | In the load test the service handled 2,300 req/s with an error rate of 0.02 %.
m | a | Validation loss after epoch 10: 0.213.
m | u | we're using 14 GB of RAM out of 16
m | a | Startup is twice as fast: 1.1 s versus 2.3 s.
m | a | Measured on the same machine, ripgrep needs 90 ms and our search 140 ms.
m | a | The flame graph shows that serialization accounts for 38 % of the time.
m | u | the report job ran for 47 minutes and then died
m | a | FPS is stable at 58 with 200 sprites.
o | u | I still have no idea how we want to handle refunds
o | u | let me think about it overnight
o | u | to do: ask ops about the backup window
o | u | not sure if we want soft deletes here
o | a | It is not yet known whether the vendor will fix this upstream.
o | a | I have not been able to reproduce the crash on Linux.
o | u | we'll decide on the name next week
o | u | remind me that the license header is missing in two files
o | a | Remaining work: error handling, retries and the docs.
o | a | One open point is the behaviour for empty input.
o | u | the budget hasn't been approved yet
o | u | I'm undecided on tabs vs sidebar
o | u | leave the pagination for later
o | u | we should figure out what to do with orphaned uploads
o | a | Whether this also affects Windows still has to be checked.
o | a | The question of who owns the topic remains unanswered.
o | u | pending security review
o | u | can't say yet, depends on the client's answer
- | u | what's your take on this?
- | u | which one did we end up choosing?
- | u | would it make sense to use websockets?
- | u | do we still support Node 16?
- | u | how do I make it faster?
- | u | explain why you went with a heap
- | u | show me the decision log
- | u | run the tests again
- | u | can you rename the variable?
- | u | here's the stack trace
- | u | it fails on line 40 with a KeyError
- | u | I get a 502 when I log in
- | u | looks good to me
- | u | hmm, interesting
- | u | the page is blank and there are no errors in the console
- | u | no, I haven't tried that
- | u | nothing in the logs
- | u | is there a limit on the file size?
- | u | we have about 40 customers
- | a | I'll start by reading the configuration.
- | a | Let me run the benchmark again with a larger input.
- | a | Next, I'll add the route and wire it to the controller.
- | a | I've updated the three call sites and the tests pass.
- | a | Both approaches work; the first is simpler, the second more flexible.
- | a | You could also consider using a view.
- | a | If you want, I can set the timeout to 10 s.
- | a | Would you rather keep the current behaviour?
- | a | My recommendation is to keep the cache.
- | a | The default pool size is 10 connections.
- | a | This function decides which handler to call.
- | a | The validator refuses values above 100.
- | a | A request that takes longer than 30 s is cancelled.
- | a | The token is valid for 15 minutes.
- | a | Each batch contains up to 500 items.
- | a | The process should use less than 100 MB.
- | a | The socket is not closed when an exception is thrown.
- | a | Do not confuse this with the outer scope.
- | a | The flag has no effect on Windows.
- | a | This was introduced in version 1.9 and removed in 2.0.
- | a | The open file handle is passed to the child process.
- | a | There is no such method in the class.
- | a | I couldn't find any usages of this helper.
- | a | The test expects 404, but the server returns 200.
- | a | Note that the order of the keys is not guaranteed.
- | a | Here is what changed in each file.
- | a | The second argument is the radius in metres.
- | a | The loop runs 10 times and prints the index.
- | a | Let me know if you would like me to continue.
- | u | the todo comments in the parser are outdated, what do they refer to?
- | u | why is there no index on that column?
- | u | ok
- | u | go ahead
- | u | try again with sudo
- | u | I prefer working in the morning
- | u | my battery is at 12 percent, brb
""")

THIRD_FR = parse("""
d | u | ok je suis convaincu, on prend le modèle d'acteurs
d | u | on conserve les journaux 90 jours et puis c'est tout
d | u | pour la v1 on ne gère que le français et l'anglais
d | u | pars sur ta première proposition mais garde l'ancienne clé en alias
d | u | la nouvelle table s'appellera ecritures
d | u | après discussion avec Priya : on garde le job de nuit et on supprime celui de l'heure
d | u | on a choisi la licence MIT
d | u | j'ai décidé d'écrire la boucle physique avec un pas fixe
d | u | mets les dates au format européen dans tous les rapports
d | u | oui, coupe ça en deux PR
d | u | l'en-tête doit rester fixe et le menu repliable, c'est mon dernier mot
d | u | ça me va, 8 workers
d | u | on vise Android 10 minimum
d | u | va pour une tolérance de 1e-6
d | u | décision de la réunion : les clients exportent au plus 10 000 lignes
d | u | j'aimerais que les totaux soient arrondis à deux décimales
d | u | adoptons l'ISO 8601 pour les dates
d | a | Compris : à partir de maintenant j'écris les messages de commit à l'impératif.
d | a | Comme décidé plus tôt, les tâches en échec sont relancées trois fois.
d | a | Vous avez retenu protobuf pour le format d'échange, j'ai donc généré les classes.
d | a | L'équipe a opté pour des branches courtes à cause de l'audit.
d | a | On est partis sur une vue matérialisée, car la jointure était le goulot.
d | u | ce sera du Kotlin pour l'appli mobile
d | u | on centralise tout dans un seul dépôt
d | u | allez, on met la fonctionnalité derrière un drapeau
c | u | attends, je t'ai donné le mauvais bucket, c'est assets-prod-2
c | u | ah non, annule, l'ancien comportement était bon
c | u | j'ai dit 30 minutes mais c'était 30 secondes
c | u | on est revenus à MySQL, la migration Postgres est annulée
c | u | non non, la jointure gauche, pas l'interne
c | u | oublie l'idée du résumé hebdo, on fait du quotidien finalement
c | u | la spec a changé : les montants sont maintenant des entiers
c | u | pas eu-central, us-west
c | u | je me souvenais mal, le SLA est de 99,5 et non 99,9
c | u | depuis hier la base de préprod s'appelle stg2, l'ancien nom ne marche plus
c | a | Vous avez raison, j'ai confondu les deux fichiers de configuration.
c | a | Désolé, le correctif précédent supprimait la mauvaise branche du if.
c | a | Je dois rectifier ce que j'ai dit sur le verrou : il est réentrant.
c | a | En y regardant de plus près, mon diagnostic était faux : la fuite vient de l'écouteur.
c | a | J'ai supposé à tort que les identifiants étaient uniques par client.
c | u | j'avais tort, le bug est de notre côté
c | u | au lieu de l'assistant on fait maintenant un formulaire sur une page
c | u | revenons aux colonnes à largeur fixe
c | u | correction : c'est 14 jours, pas deux mois
r | u | pas de nouvelle dépendance s'il te plaît
r | u | surtout ne touche pas au dossier des migrations
r | u | je n'ai vraiment pas envie de maintenir un fork
r | u | on ne supportera pas IE11, point final
r | u | pas besoin d'une fabrique ici
r | u | n'utilise jamais de flottants pour de l'argent
r | u | ne compliquons pas les choses
r | u | non, un simple dictionnaire suffit
r | u | on s'est mis d'accord pour ne pas stocker les adresses IP
r | u | évite les imports avec étoile
r | u | mauvaise idée, le verrou serait tenu pendant les entrées-sorties
r | u | vire l'animation, ça distrait
r | a | Nous avons décidé de ne pas proposer d'API de plugins pour le moment.
r | a | L'option d'un découpage par pays a été écartée, trop complexe.
r | u | je n'accepterai pas de PR sans tests
r | u | il est hors de question de mettre ça dans le dépôt public
r | u | tu ne dois pas modifier le fichier de verrouillage à la main
r | u | on se passe de jQuery
m | a | La migration de 4,2 millions de lignes a pris 11 minutes.
m | a | Avec l'index, la recherche passe de 480 ms à 6 ms.
m | u | je viens de chronométrer, 1 min 40 pour une compilation complète
m | a | Le processeur est à 35 % au repos.
m | a | L'archive compressée fait 3,4 Mo, soit 61 % de moins.
m | u | le p99 est monté à 2,4 s depuis le déploiement d'hier
m | a | En moyenne une requête coûte 0,8 ms de processeur.
m | a | Pendant le test de charge, le service a tenu 2 300 req/s avec 0,02 % d'erreurs.
m | u | on utilise 14 Go de RAM sur 16
m | a | Le démarrage est deux fois plus rapide : 1,1 s contre 2,3 s.
m | a | Mesuré sur la même machine : 90 ms pour ripgrep, 140 ms pour nous.
m | u | le job a tourné 47 minutes avant de planter
o | u | je n'ai toujours aucune idée de comment gérer les remboursements
o | u | laisse-moi y réfléchir cette nuit
o | u | à faire : demander aux ops la fenêtre de sauvegarde
o | u | pas sûr qu'on veuille de la suppression logique ici
o | a | On ne sait pas encore si le fournisseur corrigera le problème.
o | a | Je n'ai pas réussi à reproduire le plantage sous Linux.
o | u | on décidera du nom la semaine prochaine
o | a | Travail restant : la gestion des erreurs et la documentation.
o | a | Un point reste ouvert : le comportement pour une entrée vide.
o | u | le budget n'est pas encore validé
o | u | laisse la pagination pour plus tard
o | u | il va falloir trancher pour les fichiers orphelins
o | a | Il reste à vérifier si cela touche aussi Windows.
o | u | ça dépend de la réponse du client, je te dirai
- | u | t'en penses quoi ?
- | u | on avait pris lequel finalement ?
- | u | ça aurait du sens d'utiliser des websockets ?
- | u | on supporte encore Node 16 ?
- | u | explique-moi pourquoi tu es parti sur un tas
- | u | montre-moi le registre des décisions
- | u | relance les tests
- | u | tu peux renommer la variable ?
- | u | voilà la trace
- | u | ça plante ligne 40 avec une KeyError
- | u | j'ai une 502 quand je me connecte
- | u | ça me paraît bien
- | u | la page est blanche et il n'y a pas d'erreur dans la console
- | u | non, je n'ai pas essayé
- | u | rien dans les logs
- | u | on a environ 40 clients
- | a | Je commence par lire la configuration.
- | a | Je relance le banc d'essai avec une entrée plus grande.
- | a | J'ai mis à jour les trois appels et les tests passent.
- | a | Les deux approches fonctionnent ; la première est plus simple.
- | a | Vous pourriez aussi envisager une vue.
- | a | Si vous voulez, je peux mettre le délai à 10 s.
- | a | Préférez-vous garder le comportement actuel ?
- | a | Ma recommandation est de garder le cache.
- | a | La taille du pool est de 10 connexions par défaut.
- | a | Cette fonction décide quel gestionnaire appeler.
- | a | Le validateur refuse les valeurs au-dessus de 100.
- | a | Une requête de plus de 30 s est annulée.
- | a | Le jeton est valable 15 minutes.
- | a | Chaque lot contient jusqu'à 500 éléments.
- | a | Le processus devrait utiliser moins de 100 Mo.
- | a | La socket n'est pas fermée quand une exception est levée.
- | a | L'option n'a aucun effet sous Windows.
- | a | Il n'y a pas de telle méthode dans la classe.
- | a | Je n'ai trouvé aucun appel de cette fonction.
- | a | Le test attend 404, mais le serveur renvoie 200.
- | a | L'ordre des clés n'est pas garanti.
- | a | Voici ce qui change dans chaque fichier.
- | a | La boucle tourne 10 fois et affiche l'indice.
- | a | Dites-moi si vous souhaitez que je continue.
- | u | pourquoi il n'y a pas d'index sur cette colonne ?
- | u | vas-y
- | u | réessaie avec sudo
- | u | je préfère travailler le matin
- | u | on se voit demain
- | u | on est mardi
- | u | tu as fini ?
""")


HELD_EN = parse("""
d | u | ok, sqlite it is
d | u | let's go with the token bucket, 100 requests per minute
d | u | we decided that admins can see deleted posts
d | u | I think we should keep it simple: one config file, toml
d | u | let's use uuid v7 for the primary keys
d | u | yes to the second option
d | u | We'll keep backwards compatibility until 3.0
d | u | the agreed naming scheme is kebab-case for routes
d | u | please use async/await instead of promises chains
d | u | go for the smaller image, alpine
d | u | let's make the retry count configurable, default 3
d | u | set the cache TTL to one hour
d | u | I prefer composition over inheritance here, do it that way
d | u | we'll have two environments, staging and prod
d | u | we chose Stripe because of the invoicing
d | u | fine, leave the old endpoint in place for six months
d | u | decided: the CLI is written in Go
d | u | use port 9090 for the metrics
d | a | We agreed on a 70 % coverage threshold for new code.
d | a | I'll go with the adapter pattern, as you preferred.
d | a | So the decision is: one repository, three packages.
d | a | Let's stick with the existing error codes, then.
d | a | You opted for manual approval before each deploy.
d | u | errors go to stderr, results to stdout, always
c | u | no, use the staging key, not the prod one
c | u | actually, make that 15 minutes
c | u | wait, I was wrong, the column is nullable
c | u | scratch the last idea
c | u | changed my mind, let's keep the modal
c | u | we no longer need the xml export
c | u | sorry I meant the v2 endpoint
c | u | we switched from npm to pnpm
c | u | it's 256, not 255
c | u | let's revert to the old layout
c | u | on second thought, keep both flags
c | u | I misunderstood the requirement, it's per user and not per account
c | u | that's not what I asked for, the filter applies to the export only
c | a | You're right, the array is sorted before this point, so the check is redundant.
c | a | I was wrong about the race condition; the calls are sequential.
c | a | My mistake: I ran the tests against the wrong branch.
c | a | Correction: the limit applies per connection, not per process.
c | a | I misread the spec, the field is optional.
r | u | don't add a new class for this
r | u | no global state please
r | u | we don't want to depend on boto3
r | u | I don't want to rewrite the router
r | u | let's not use inheritance here
r | u | never log the request body
r | u | we won't do i18n in this release
r | u | please don't change the public api
r | u | stop suggesting docker compose
r | u | not worth the effort, skip it
r | u | that's overkill for a script
r | u | no emojis in the docs
r | u | avoid using any in the types
r | u | we decided not to cache the thumbnails
r | a | We ruled out WebRTC because of the NAT issues.
r | a | Redis was rejected because it would add another service.
m | a | The query takes 340 ms on the production data.
m | a | I measured 22 ms per frame before and 9 ms after the change.
m | a | Test coverage went from 64 % to 81 %.
m | u | build time is 4 min now
m | a | The benchmark shows 1.3 million ops/s with one thread.
m | a | Peak memory was 612 MB.
m | u | it took 3 hours to reindex everything
m | a | The hit rate of the cache is 97 %.
m | a | Average response time: 210 ms; 95th percentile: 480 ms.
m | a | This version is 2.4x faster than the old one.
m | a | The bundle went down from 1.8 MB to 940 kB.
m | a | Precision is 0.89 and recall 0.76 on the test set.
o | u | we still have to decide where the logs go
o | u | not sure yet if we need a queue
o | u | TODO: check the license of the font
o | u | let's discuss the schema tomorrow
o | u | I haven't decided on the color scheme
o | a | It is still unclear why the cache is cold after the restart.
o | a | Open questions: the retention period and the owner of the bucket.
o | a | This still needs to be tested on a real device.
o | a | The cause of the memory growth is not known yet.
o | u | to be confirmed by the security team
o | u | we'll come back to the search later
o | a | Next steps: add the migration, then remove the old column.
o | u | the pricing is still open
- | u | what do you recommend?
- | u | why did we choose Go?
- | u | can you check whether the index is used?
- | u | should I use a set or a list here?
- | u | is it possible to avoid the copy?
- | u | add a test for the empty list
- | u | fix the typo in the readme
- | u | please run the linter
- | u | the tests are failing on CI but not locally
- | u | I don't see the button anymore
- | u | it doesn't compile
- | u | no luck, same error
- | u | great, commit it
- | u | show me the diff
- | u | explain this function
- | u | does this handle unicode?
- | a | I'll check the tests first.
- | a | Let me look at how the router is set up.
- | a | Now I'll implement the second part.
- | a | The tests pass and the linter is clean.
- | a | There are two ways to do this.
- | a | Option 1 keeps the current API, option 2 breaks it.
- | a | Which one do you prefer?
- | a | I would suggest a small helper function.
- | a | The default timeout is 30 seconds.
- | a | You can set it to any value below 60 s.
- | a | The parser ignores unknown fields.
- | a | The method is not called anywhere.
- | a | This avoids an extra allocation.
- | a | If the file does not exist, it is created.
- | a | The worker retries up to five times.
- | a | Don't forget to restart the server.
- | a | I've fixed the off-by-one error in the loop.
- | a | The error message was wrong, so I updated it.
- | a | The right operand is evaluated first.
- | a | The changes are in three files.
""")

HELD_FR = parse("""
d | u | ok, va pour sqlite
d | u | on part sur le seau à jetons, 100 requêtes par minute
d | u | on a décidé que les admins voient les messages supprimés
d | u | on fait simple : un seul fichier de config, en toml
d | u | utilisons des uuid v7 pour les clés
d | u | je choisis la deuxième option
d | u | on garde la compatibilité jusqu'à la 3.0
d | u | le nommage retenu est kebab-case pour les routes
d | u | utilise async/await plutôt que des chaînes de promesses
d | u | prends la petite image, alpine
d | u | on rend le nombre de tentatives configurable, 3 par défaut
d | u | mets le TTL du cache à une heure
d | u | je préfère la composition ici, fais comme ça
d | u | on aura deux environnements, préprod et prod
d | u | on a choisi Stripe à cause de la facturation
d | u | décidé : la CLI est écrite en Go
d | a | Nous avons convenu d'un seuil de couverture de 70 %.
d | a | La décision est donc : un dépôt, trois paquets.
d | a | Vous avez opté pour une validation manuelle avant chaque déploiement.
d | a | Je pars sur le patron adaptateur, comme vous le préfériez.
c | u | non, utilise la clé de préprod, pas celle de prod
c | u | en fait, mets 15 minutes
c | u | attends, je me suis trompé, la colonne est nullable
c | u | oublie ma dernière idée
c | u | j'ai changé d'avis, on garde la modale
c | u | on n'a plus besoin de l'export xml
c | u | pardon, je voulais dire la route v2
c | u | on est passés de npm à pnpm
c | u | c'est 256, pas 255
c | u | revenons à l'ancienne mise en page
c | u | à la réflexion, garde les deux options
c | u | finalement on laisse tomber la barre latérale
c | u | ce n'est pas ce que j'ai demandé, le filtre ne concerne que l'export
c | a | Vous avez raison, le tableau est déjà trié à cet endroit.
c | a | Je me suis trompé sur la concurrence : les appels sont séquentiels.
c | a | Erreur de ma part : j'ai lancé les tests sur la mauvaise branche.
c | a | Correction : la limite s'applique par connexion.
c | a | J'ai mal lu la spécification, le champ est facultatif.
r | u | n'ajoute pas de nouvelle classe pour ça
r | u | pas d'état global s'il te plaît
r | u | on ne veut pas dépendre de boto3
r | u | je ne veux pas réécrire le routeur
r | u | on n'utilise pas d'héritage ici
r | u | ne journalise jamais le corps de la requête
r | u | on ne fera pas d'i18n dans cette version
r | u | ne change pas l'API publique
r | u | arrête de proposer docker compose
r | u | ça n'en vaut pas la peine
r | u | trop compliqué pour un script
r | u | pas d'émojis dans la doc
r | u | évite les any dans les types
r | u | on a décidé de ne pas mettre les vignettes en cache
r | a | Nous avons écarté WebRTC à cause des problèmes de NAT.
m | a | La requête prend 340 ms sur les données de production.
m | a | J'ai mesuré 22 ms par image avant et 9 ms après le changement.
m | a | La couverture de tests est passée de 64 % à 81 %.
m | u | la compilation prend 4 min maintenant
m | a | Le pic de mémoire était de 612 Mo.
m | u | ça a pris 3 heures de tout réindexer
m | a | Le taux de succès du cache est de 97 %.
m | a | Temps de réponse moyen : 210 ms ; 95e centile : 480 ms.
m | a | Cette version est 2,4 fois plus rapide que l'ancienne.
o | u | il faut encore décider où vont les journaux
o | u | pas encore sûr qu'il nous faille une file
o | u | à faire : vérifier la licence de la police
o | u | on discute du schéma demain
o | u | je n'ai pas encore choisi les couleurs
o | a | On ne sait toujours pas pourquoi le cache est froid après le redémarrage.
o | a | Questions ouvertes : la durée de rétention et le propriétaire du bucket.
o | a | Cela reste à tester sur un vrai appareil.
o | u | à confirmer par l'équipe sécurité
o | u | on reviendra sur la recherche plus tard
o | a | Prochaines étapes : ajouter la migration, puis supprimer l'ancienne colonne.
- | u | qu'est-ce que tu conseilles ?
- | u | pourquoi on a choisi Go ?
- | u | tu peux vérifier si l'index est utilisé ?
- | u | je prends un set ou une liste ici ?
- | u | on peut éviter la copie ?
- | u | ajoute un test pour la liste vide
- | u | corrige la coquille dans le readme
- | u | lance le linter
- | u | les tests échouent en CI mais pas en local
- | u | je ne vois plus le bouton
- | u | ça ne compile pas
- | u | pas de chance, même erreur
- | u | super, commite
- | u | montre-moi le diff
- | u | explique cette fonction
- | a | Je vérifie d'abord les tests.
- | a | Je regarde comment le routeur est configuré.
- | a | Je passe maintenant à la deuxième partie.
- | a | Les tests passent et le linter est propre.
- | a | Il y a deux façons de faire.
- | a | L'option 1 garde l'API actuelle, l'option 2 la casse.
- | a | Laquelle préférez-vous ?
- | a | Je suggère une petite fonction utilitaire.
- | a | Le délai par défaut est de 30 secondes.
- | a | L'analyseur ignore les champs inconnus.
- | a | La méthode n'est appelée nulle part.
- | a | Cela évite une allocation.
- | a | Si le fichier n'existe pas, il est créé.
- | a | Le worker réessaie jusqu'à cinq fois.
- | a | N'oubliez pas de redémarrer le serveur.
- | a | J'ai corrigé l'erreur de décalage dans la boucle.
- | a | Le message d'erreur était faux, je l'ai mis à jour.
- | a | L'opérande de droite est évalué en premier.
- | a | Les changements tiennent en trois fichiers.
""")


# Pairs of statements: `kind | text | context` of the older one, then of the newer one. Kinds as above.
# Of the first 25 and 25 the rules were made; of the next 20 and 20 they found 14 pairs and one too many at first sight,
# of the last 15 and 15 eleven and none.


def pairs(table: str) -> list[tuple[str, str, str, str, str, str]]:
    """(kind, text, context) of the older and of the newer statement of each line."""
    found = []
    for line in table.strip().split("\n"):
        old, text, about, new, newer, topic = line.split("|")
        found.append((KINDS[old], text, about, KINDS[new], newer, topic))
    return found


REPLACED = pairs("""
d|let's use Redis for the session cache||d|let's use Memcached for the session cache instead|
d|retries: 3 should do|what is the retry limit?|c|let's go to 5, three was too few for the import|the retry limit again
d|we use flake8 for linting||d|let's use ruff instead of flake8|
d|let's go with moment.js||r|don't use moment.js|
d|keep the retry limit at 3||d|retry limit: let's say 5|
d|the retry_limit is 3||c|retry_limit should be 5|
d|on part sur Postgres pour les rapports||c|finalement on part sur SQLite pour les rapports|
d|on garde 3 tentatives||c|on passe de 3 à 5 tentatives|
d|on utilise Redis pour les sessions||c|on n'utilise plus Redis pour les sessions|
r|pas d'ORM||c|finalement on utilise un ORM|
d|we decided on GraphQL for the public API||r|we decided against GraphQL|
d|the upload limit is 25 MB||c|actually, make the upload limit 50 MB|
d|we'll go with Jest||c|we switched from Jest to Vitest last week|
d|let's use port 8080|which port for the metrics server?|c|scratch that, use port 9090|port of the metrics server?
d|tokens expire after 24 hours||c|tokens expire after 12 hours, not 24|
d|on choisit Kafka||r|on abandonne Kafka, RabbitMQ suffit|
d|we store the sessions in Redis, so use Redis||c|we no longer use Redis for sessions|
d|deploys run on Heroku, we settled on Heroku||c|we moved away from Heroku, everything runs on Fly now|
d|on prend RabbitMQ pour les événements||d|on prend Kafka pour les événements plutôt que RabbitMQ|
d|le délai est de 30 s|quel délai pour l'import ?|c|finalement on garde 60 s|quel délai pour l'import ?
r|no Docker on the laptops||d|ok let's use Docker on the laptops after all|
d|the pool size is 20||d|set the pool size to 40|
d|let's call the table ledger_entries||c|rename: let's call the table bookings instead of ledger_entries|
d|commit messages in French||d|from now on commit messages are in English|
d|we chose Stripe for the payments||d|we're going with Adyen for the payments|
d|We decided to keep sessions for 30 days.||c|Actually, let's keep sessions for 90 days.|
d|the importer runs hourly||c|changed my mind, the importer runs nightly|
d|use tabs in the go files||c|no, use spaces in the go files|
d|let's use uuid v4 for the primary keys||c|on second thought, uuid v7 for the primary keys|
d|We agreed to cap uploads at 25 MB.||d|Decision: uploads are capped at 100 MB.|
d|we picked Terraform over Pulumi||c|we're back to Pulumi, Terraform was a mistake|
d|set max_workers to 8||d|set max_workers to 4, the box swaps|
d|let's go with cursor pagination for /orders||r|we decided against cursor pagination for /orders|
d|le TTL du cache est d'une heure, mets 60 min||c|finalement mets 15 min pour le TTL du cache|
d|on utilise moment.js pour les dates||r|n'utilise pas moment.js|
d|on garde l'ancienne API jusqu'en mars||c|on ne garde plus l'ancienne API|
d|l'équipe a choisi Playwright||c|on revient à Cypress, Playwright était trop lent|
d|la CLI est écrite en Go||c|finalement la CLI est écrite en Rust|
d|tokens live in Redis|where do the tokens live?|c|scratch that, tokens live in Postgres|where do the tokens live?
d|three replicas|how many replicas for the API?|c|make it five|how many replicas for the API?
r|we won't support Windows||d|ok, let's support Windows in 2.0|
d|the header should be sticky||c|the header should no longer be sticky|
d|we went with Hetzner for staging||c|we moved staging from Hetzner to Scaleway|
d|retryLimit stays at 3||c|retryLimit is now 5|
d|on part sur REST pour l'API publique||c|j'ai changé d'avis, on part sur GraphQL pour l'API publique|
d|let's log in JSON||c|let's go back to plain text logs instead of JSON|
d|the API listens on port 8443||c|correction: the API listens on port 9443|
d|we'll deploy with Ansible||d|let's use Nix instead of Ansible|
d|use gpt-4 for the summaries||d|use claude-sonnet for the summaries, not gpt-4|
d|cache entries live for 10 minutes||c|actually make cache entries live for 2 minutes|
d|the chunk size is 2000 tokens||d|set the chunk size to 4000 tokens|
r|no TypeScript in the scripts folder||c|changed my mind: TypeScript in the scripts folder is fine, use it|
d|we chose Svelte for the dashboard||c|we switched the dashboard from Svelte to React|
d|keep the XML export||c|we no longer need the XML export|
d|releases are weekly||c|releases are monthly now, not weekly|
d|on livre le vendredi||c|on ne livre plus le vendredi|
d|la limite d'envoi est de 25 Mo||c|la limite d'envoi passe de 25 à 50 Mo|
d|on stocke les images sur S3||d|on stocke les images en local plutôt que sur S3|
d|le seuil de couverture est de 70 %||c|le seuil de couverture est de 80 %, pas 70|
r|pas de cache pour les vignettes||c|finalement on met un cache pour les vignettes|
""")

UNRELATED = pairs("""
d|let's use Postgres for the users table||d|let's use Postgres for the audit log|
d|set the timeout of the upload to 30 s||d|set the timeout of the download to 10 s|
d|keep the retry limit at 3||d|as agreed, the retry limit is 3|
d|let's use Redis for the session cache||d|let's use Memcached for the image cache|
d|the retry limit of the gateway is 3||d|the retry limit of the importer is 5|
d|use port 8080 for the API||d|use port 9090 for the metrics|
r|don't use moment.js||r|don't use lodash|
r|no ORM||d|let's go with plain SQL|
d|we'll go with semver||d|we'll go with Terraform|
d|let's use ruff instead of flake8||d|let's use pnpm instead of npm|
d|on part sur Postgres||d|on part sur une file par client|
d|on garde la limite à 5||d|on garde la limite à 5 pour l'import aussi|
d|use snake_case for the column names||d|use kebab-case for the routes|
d|pool size of the reader is 20||d|pool size of the writer is 40|
d|we decided to freeze the schema until launch||d|we decided to rename the schema|
r|never push directly to main||d|let's deploy from main|
d|let's split the PR||c|my mistake, the PR is in the other repository|
d|the cache TTL is 60 s||d|the session TTL is 600 s|
r|avoid regexes here||d|use a regex in the log parser|
d|let's go with option 2|which database?|d|let's go with option 3|which logo?
d|les jetons expirent au bout de 24 h||d|les sauvegardes expirent au bout de 30 jours|
d|on utilise Redis pour les sessions||r|pas de Redis pour les tests|
d|ok do it||c|scratch that|
d|yes, make it 30 seconds|how long should the upload take?|d|make it 10|what about the font size?
d|errors are returned, never thrown||d|errors go to stderr|
d|We decided to keep sessions for 30 days.||d|We decided to keep backups for 90 days.|
d|use tabs in the go files||d|use two spaces in the yaml files|
d|set max_workers to 8||d|set max_retries to 4|
d|the importer runs hourly||d|the exporter runs nightly|
d|We agreed to cap uploads at 25 MB.||c|My mistake, the upload fails because of the proxy.|
d|let's use Redis for the queue||d|let's use Redis for the locks as well|
r|no mocks in the integration tests||d|use mocks in the unit tests|
d|we chose the MIT license||d|we chose Stripe because of the invoicing|
d|let's split the parser into two modules||d|let's rename the parser module|
r|don't touch the migrations folder||d|let's add a migration for the new column|
c|I misread the log, the crash is in the writer||d|the writer gets its own thread|
d|on met le TTL du cache à une heure||d|on met le TTL des sessions à 24 heures|
d|on garde les journaux 90 jours||d|on garde les sauvegardes 30 jours|
r|pas de Docker sur les portables||d|on utilise Docker en CI|
d|la première page affiche 20 résultats||d|la page d'accueil affiche 3 articles|
d|errors go to stderr||d|results go to stdout|
d|v1 supports English only||d|v1 ships without dark mode|
d|make the font size 14|font of the report?|d|make the margin 20|margin of the report?
d|Alice reviews the backend PRs||d|Bob reviews the frontend PRs|
d|use port 9090 for the metrics||d|use port 9090 for the metrics, as agreed|
d|let's log in JSON||d|let's export the report in CSV|
d|the API listens on port 8443||d|the admin panel listens on port 8444|
d|we'll deploy with Ansible||d|we'll test with pytest|
d|the chunk size is 2000 tokens||d|the overlap is 200 tokens|
r|no TypeScript in the scripts folder||r|no Python in the web folder|
d|keep the XML export||d|add a CSV export|
d|cache entries live for 10 minutes||d|sessions live for 10 hours|
d|use claude-sonnet for the summaries||d|use claude-sonnet for the titles|
d|releases are weekly||d|backups are daily|
c|I was wrong about the header||c|I was wrong about the cookie|
d|on livre le vendredi||d|on déploie la base le lundi|
d|la limite d'envoi est de 25 Mo||d|la limite de lignes est de 500|
d|on stocke les images sur S3||d|on stocke les vidéos en local|
r|pas de cache pour les vignettes||d|on met un cache pour les profils|
d|le seuil de couverture est de 70 %||d|le seuil d'alerte est de 90 %|
""")
