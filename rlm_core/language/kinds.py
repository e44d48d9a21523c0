"""Kinds of things, and things of each kind: what somebody asks for by the kind, and was told by the thing's own name.

English and French, everyday and software, written by hand; the commonest things of a kind, not all there are. A thing
may be of several kinds.
"""

# The names of a kind, a colon, and things of it; a line that begins with spaces goes on with the one above.
KINDS = """
sport: football soccer basketball tennis baseball volleyball hockey golf rugby cricket badminton swimming running
    cycling boxing karate judo surfing skiing climbing yoga foot natation vélo boxe escalade ski équitation
instrument: guitar piano violin drums cello flûte saxophone trumpet clarinet harp ukulélé bass keyboard guitare violon
    batterie violoncelle trompette clarinette harpe basse accordion accordéon
music: rock jazz pop classical blues metal rap reggae folk country electronic classique
pet: dog cat hamster rabbit parrot turtle goldfish snake lizard chien chat lapin perroquet tortue poisson serpent
animal: dog cat horse cow sheep pig goat bird duck chicken deer bear wolf fox lion tiger éléphant monkey whale dolphin
    shark rabbit turtle snake cheval vache mouton chèvre oiseau canard poule ours loup renard tigre singe baleine
    dauphin lapin tortue
fruit: apple banana orange strawberry blueberry raspberry cherry grape peach pear mango pineapple lemon melon pomme
    banane fraise cerise raisin pêche poire mangue ananas citron
vegetable légume: tomato potato carrot onion pepper broccoli cucumber lettuce spinach pumpkin zucchini tomate carotte
    oignon poivron concombre salade épinard courgette
food dish meal plat: pizza pasta burger sushi salad soup curry rice bread cheese chicken steak taco sandwich lasagna
    noodles fish seafood pâtes salade soupe riz pain fromage poulet gratin
dessert: cake cookie pie brownie chocolate pudding gâteau tarte glace chocolat crêpe
drink beverage boisson: coffee tea beer wine juice water milk soda cocktail whisky café thé bière vin jus eau lait
color colour couleur: red blue green yellow orange purple pink brown black white grey gray turquoise beige rouge bleu
    vert jaune violet rose marron noir blanc gris
season saison: spring summer autumn fall winter printemps été automne hiver
month mois: january february march april may june july august september october november december janvier février mars
    avril mai juin juillet août septembre octobre novembre décembre
weekday: monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche
country pays: france england germany spain italy portugal sweden norway denmark finland switzerland austria belgium
    netherlands ireland scotland greece poland russia turkey japan china india korea thailand vietnam australia canada
    mexico brazil argentina america egypt morocco kenya angleterre allemagne espagne italie suède norvège danemark
    finlande suisse autriche belgique irlande écosse grèce pologne russie turquie japon chine inde thaïlande australie
    mexique brésil argentine amérique égypte maroc
city ville: paris london berlin madrid rome barcelona lisbon amsterdam vienna prague tokyo york boston chicago seattle
    francisco angeles toronto sydney dublin edinburgh londres lisbonne vienne lyon marseille bordeaux lille nantes
    toulouse bruxelles genève montréal
language langue: english french german spanish italian portuguese chinese mandarin japanese korean arabic russian
    dutch swedish anglais français allemand espagnol italien portugais chinois japonais coréen arabe russe néerlandais
    suédois
job profession occupation métier: teacher nurse doctor engineer lawyer accountant chef writer artist photographer
    designer programmer developer manager salesman waiter mechanic architect journalist scientist counselor enseignant
    infirmière médecin ingénieur avocat comptable cuisinier écrivain photographe développeur architecte journaliste
relative family famille: mother father brother sister son daughter aunt uncle cousin nephew nièce grandma grandpa
    grandmother grandfather mère père frère soeur fils fille tante oncle cousine neveu
vehicle véhicule: car truck bus van motorcycle motorbike scooter bicycle bike boat camion moto vélo bateau voiture
hobby loisir pastime: painting reading gardening cooking hiking photography knitting fishing chess dancing running
    pottery gaming collecting peinture lecture jardinage cuisine randonnée photographie tricot pêche échecs danse
    course poterie
clothing clothes vêtement: shirt dress jacket coat trousers jeans skirt sweater hat scarf gloves shoes boots socks
    chemise robe veste manteau pantalon jupe chapeau écharpe gants chaussures bottes
furniture meuble: table chair sofa couch desk bed shelf lamp wardrobe cupboard chaise canapé bureau lit étagère
    armoire
illness disease maladie: flu cold cancer diabetes asthma migraine covid dépression grippe rhume asthme diabète
weather météo: rain snow sun wind storm fog pluie neige soleil vent orage brouillard
flower fleur: rose tulip lily daisy sunflower orchid lavender tulipe marguerite tournesol orchidée lavande
tree arbre: oak pine maple birch willow chêne pin érable bouleau
religion: christian catholic muslim jewish buddhist hindu islam chrétien catholique musulman juif bouddhiste
room pièce: kitchen bedroom bathroom living hallway attic basement garage cuisine chambre salon couloir grenier cave
art: painting drawing sculpture pottery photography watercolor peinture dessin poterie aquarelle
database db: postgres postgresql mysql mariadb sqlite mongodb mongo redis cassandra dynamodb duckdb clickhouse oracle
    elasticsearch
language langage: python javascript typescript java kotlin rust golang ruby php scala swift csharp haskell elixir
framework: django flask fastapi react vue angular svelte nextjs rails spring express laravel
editor ide éditeur: vim neovim emacs vscode pycharm intellij sublime
os: linux ubuntu debian macos windows alpine fedora android ios
browser navigateur: chrome firefox safari chromium edge
cloud hosting hébergement: aws gcp azure heroku vercel netlify digitalocean cloudflare
container conteneur: docker kubernetes k8s podman compose helm
queue broker: kafka rabbitmq sqs nats celery redis pubsub
cache: redis memcached lru ttl
protocol protocole: http https grpc websocket tcp udp rest graphql mqtt ssh smtp
format: json yaml toml csv xml protobuf avro parquet markdown
test: pytest jest unittest mocha vitest cypress playwright selenium junit hypothesis
package: pip npm yarn pnpm cargo poetry uv conda brew apt
vcs: git github gitlab bitbucket mercurial svn
pipeline ci: jenkins github gitlab circleci workflow actions travis
linter formatter: eslint ruff flake8 pylint prettier black mypy clippy
monitoring observability: prometheus grafana datadog sentry splunk newrelic opentelemetry
hash digest: sha256 sha1 md5 blake2 bcrypt argon2
compression: gzip zstd lz4 brotli zip snappy
authentication auth: oauth jwt saml sso session cookie token ldap
encoding encodage: utf8 ascii unicode latin1 base64
payment paiement: stripe paypal visa card carte
error erreur: exception traceback timeout segfault panic
"""
