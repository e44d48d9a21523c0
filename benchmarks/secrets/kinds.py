"""Kinds of secrets, each as it stands in the documentation of its format, with the stretch that must not be kept.

A kind is a line: its group, its name, and a template in which `{…}` is made anew each time. What stands between `‹` and
`›` is the secret. Makers: a letters and digits, h hex digits, H capital hex digits, u capitals and digits, l small
letters and digits, b base64, s base64url, d digits, n letters alone, c small ones, o base32, with a length; p a
password of word, number and letters; q a password of signs; w a password that is a word with a number; v a password of
any of many makes, y one without signs that mean something in URLs and shells, z one of words alone; g a GUID; m twelve
words of a wallet, f of a French one.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass

ALNUM = string.ascii_letters + string.digits
_WORDS = """
amber birch cedar cerise coral dune ember fjord ginger harbor indigo jasper kestrel lagoon maple nectar onyx poppy
quartz russet saffron tundra umber velvet willow zephyr abricot brume cannelle falaise
""".split()  # noqa: SIM905
_WALLET = """
abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid
acoustic acquire across act action actor actress actual adapt add addict address adjust admit adult advance advice
aerobic affair afford afraid again age agent agree ahead aim air airport aisle alarm album alcohol alert alien all
alley allow almost alone alpha already also alter always amateur amazing among amount amused analyst anchor ancient
""".split()  # noqa: SIM905
_FRENCH_WALLET = """
abaisser abandon abdiquer abeille abolir aborder aboutir aboyer abrasif abreuver abriter abroger abrupt absence absolu
absurde abusif abyssal académie acajou acarien accabler accepter acclamer accolade accroche accuser acerbe achat acheter
aciduler acier acompte acquérir acronyme acteur actif actuel adepte adéquat adhésif adjectif adjuger admettre admirer
adopter adorer adoucir adresse adroit adulte adverbe aérer aéronef affaire affecter affiche affreux affubler agacer
""".split()  # noqa: SIM905


def _from(alphabet: str) -> Callable[[random.Random, int], str]:
    def make(pick: random.Random, length: int) -> str:
        return "".join(pick.choices(alphabet, k=length))

    return make


def _password(pick: random.Random, _: int) -> str:
    word, more = pick.choice(_WORDS).capitalize(), "".join(pick.choices(string.ascii_letters, k=3))
    return f"{word}{pick.randrange(1000, 9999)}{pick.choice('_-.!')}{more}"


def _signs(pick: random.Random, _: int) -> str:
    body = [*pick.choices(string.ascii_letters, k=7), *pick.choices(string.digits, k=2), *pick.choices("!#%^*+?~", k=2)]
    pick.shuffle(body)
    return pick.choice(string.ascii_letters) + "".join(body)


def _guid(pick: random.Random, _: int) -> str:
    return "-".join(_MAKERS["h"](pick, n) for n in (8, 4, 4, 4, 12))


def _plain(pick: random.Random, _: int) -> str:
    one, other = pick.choices(_WORDS, k=2)
    number = pick.randrange(10, 9999)
    return pick.choice(
        [
            f"{one}{number}",
            f"{one.capitalize()}{other.capitalize()}{number}",
            f"{one}-{other}-{number}",
            f"{one}_{other}{number}",
            f"{number}{one.capitalize()}.{other}",
            _MAKERS["h"](pick, 16),
            _MAKERS["a"](pick, 14),
            _MAKERS["l"](pick, 20),
            _password(pick, 0).replace("!", "_"),
        ]
    )


def _any(pick: random.Random, _: int) -> str:
    one, other = pick.choices(_WORDS, k=2)
    leet = one.capitalize().replace("a", "4").replace("e", "3").replace("o", "0").replace("i", "1")
    return pick.choice(
        [
            _plain(pick, 0),
            _plain(pick, 0),
            _signs(pick, 0),
            f"{leet}!{other.capitalize()}{pick.randrange(10, 99)}",
            f"{one.capitalize()}#{pick.randrange(1000, 9999)}",
            f"{one.capitalize()}@{other}{pick.randrange(10, 99)}!",
            _MAKERS["b"](pick, 24),
        ]
    )


_MAKERS: dict[str, Callable[[random.Random, int], str]] = {
    "a": _from(ALNUM),
    "h": _from("0123456789abcdef"),
    "H": _from("0123456789ABCDEF"),
    "u": _from(string.ascii_uppercase + string.digits),
    "l": _from(string.ascii_lowercase + string.digits),
    "b": _from(ALNUM + "+/"),
    "s": _from(ALNUM + "-_"),
    "d": _from(string.digits),
    "n": _from(string.ascii_letters),
    "c": _from(string.ascii_lowercase),
    "o": _from(string.ascii_uppercase + "234567"),
    "p": _password,
    "q": _signs,
    "w": lambda pick, _: f"{pick.choice(_WORDS).capitalize()}{pick.randrange(10, 9999)}",
    "g": _guid,
    "v": _any,
    "y": _plain,
    "z": lambda pick, _: "-".join(pick.sample(_WORDS, 4)),
    "m": lambda pick, _: " ".join(pick.choices(_WALLET, k=12)),
    "f": lambda pick, _: " ".join(pick.choices(_FRENCH_WALLET, k=12)),
}
_HOLE = re.compile(r"\{([ahHulbsdncopqwgmvyzf])(\d*)\}")


def filled(template: str, pick: random.Random) -> str:
    """The template with its holes filled, `\\n` as an end of a line, `␤` as a backslash and an n, `⇥` as a tab."""
    made = _HOLE.sub(lambda hole: _MAKERS[hole[1]](pick, int(hole[2] or 0)), template)
    return made.replace("\\n", "\n").replace("␤", "\\n").replace("⇥", "\t")


@dataclass(frozen=True)
class Kind:
    """group: what family it is of. template: as above."""

    group: str
    name: str
    template: str

    def sample(self, pick: random.Random) -> tuple[str, str]:
        """A text with the secret, and the secret."""
        made = filled(self.template, pick)
        start, end = made.index("‹"), made.index("›")
        return made[:start] + made[start + 1 : end] + made[end + 1 :], made[start + 1 : end]


def kinds() -> list[Kind]:
    """All of them."""
    return kinds_of(_TABLE)


def kinds_of(table: str) -> list[Kind]:
    """The kinds of a table, by its groups: a line `# group` before those that belong to it."""
    made, group = [], ""
    for line in table.strip().split("\n"):
        if line.startswith("# "):
            group = line[2:]
        elif line:
            name, _, template = line.partition(": ")
            made.append(Kind(group, name, template))
    return made


_TABLE = r"""
# provider
anthropic api: ‹sk-ant-api03-{s93}AA›
anthropic admin: ‹sk-ant-admin01-{s93}AA›
anthropic oauth: ‹sk-ant-oat01-{s90}›
openai legacy: ‹sk-{a48}›
openai project: ‹sk-proj-{s74}T3BlbkFJ{s74}›
openai service account: ‹sk-svcacct-{s60}T3BlbkFJ{s60}›
openrouter: ‹sk-or-v1-{h64}›
deepseek: ‹sk-{h32}›
aws access key id: ‹AKIA{u16}›
aws temporary id: ‹ASIA{u16}›
google api key: ‹AIza{s35}›
google oauth access: ‹ya29.{s120}›
google oauth secret: ‹GOCSPX-{s28}›
google refresh token: "refresh_token": "‹1//0{s60}›"
github classic: ‹ghp_{a36}›
github oauth: ‹gho_{a36}›
github app: ‹ghs_{a36}›
github refresh: ‹ghr_{a76}›
github fine-grained: ‹github_pat_{a22}_{a59}›
gitlab personal: ‹glpat-{s20}›
gitlab deploy: ‹gldt-{s20}›
gitlab runner: ‹glrt-{s20}›
gitlab pipeline trigger: ‹glptt-{h40}›
gitlab runner registration: ‹GR1348941{s20}›
bitbucket app password: ‹ATBB{a32}›
atlassian api: ‹ATATT3xFfGF0{s180}›
atlassian connect: ‹ATCTT3xFfG{s60}=1A2B3C4D›
slack bot: ‹xoxb-{d12}-{d13}-{a24}›
slack user: ‹xoxp-{d12}-{d12}-{d13}-{h32}›
slack app: ‹xapp-1-A0{u9}-{d13}-{h64}›
slack config refresh: ‹xoxe-1-{a146}›
slack webhook: https://hooks.slack.com/services/‹T0{u8}/B0{u8}/{a24}›
slack workflow: https://hooks.slack.com/workflows/‹T0{u8}/A0{u8}/{d18}/{a24}›
discord bot: ‹M{a23}.{s6}.{s38}›
discord webhook: https://discord.com/api/webhooks/{d18}/‹{s68}›
telegram bot: {d10}‹:AA{s33}›
teams webhook: https://contoso.webhook.office.com/webhookb2/{g}@{g}/IncomingWebhook/‹{h32}/{g}›
stripe secret live: ‹sk_live_{a24}›
stripe secret test: ‹sk_test_{a24}›
stripe restricted: ‹rk_live_{a24}›
stripe webhook: ‹whsec_{a32}›
square access: ‹EAAA{s60}›
square oauth: ‹sq0csp-{s43}›
square token: ‹sq0atp-{s22}›
paypal braintree: ‹access_token$production${l16}${h32}›
shopify admin: ‹shpat_{h32}›
shopify shared: ‹shpss_{h32}›
shopify private: ‹shppa_{h32}›
shopify custom: ‹shpca_{h32}›
adyen api: ‹AQE{b80}-{b44}=-{a16}›
razorpay: key_secret = "‹{a24}›"
twilio api key: ‹SK{h32}›
twilio auth: TWILIO_AUTH_TOKEN=‹{h32}›
sendgrid: ‹SG.{s22}.{s43}›
mailgun key: ‹key-{h32}›
mailgun new: ‹{h32}-{h8}-{h8}›
mailchimp: ‹{h32}-us12›
postmark: X-Postmark-Server-Token: ‹{g}›
brevo: ‹xkeysib-{h64}-{a16}›
resend: ‹re_{a8}_{a24}›
npm token: ‹npm_{a36}›
npmrc auth: //registry.npmjs.org/:_authToken=‹{g}›
npmrc base64: _auth=‹{b40}=›
pypi token: ‹pypi-AgEIcHlwaS5vcmc{s80}›
rubygems: ‹rubygems_{h48}›
nuget: ‹oy2{l43}›
crates.io: ‹cio{a32}›
docker hub: ‹dckr_pat_{s27}›
docker config auth: "auths": {"https://index.docker.io/v1/": {"auth": "‹{b40}=›"}}
huggingface: ‹hf_{n34}›
replicate: ‹r8_{a37}›
groq: ‹gsk_{a52}›
xai: ‹xai-{a80}›
perplexity: ‹pplx-{a48}›
cohere: COHERE_API_KEY=‹{a40}›
mistral: MISTRAL_API_KEY=‹{a32}›
together: TOGETHER_API_KEY=‹{h64}›
fireworks: ‹fw_{a24}›
elevenlabs: ‹sk_{h48}›
langsmith: ‹lsv2_pt_{h32}_{h10}›
pinecone: ‹pcsk_{a6}_{a63}›
voyage: ‹pa-{s43}›
nvidia: ‹nvapi-{s64}›
tavily: ‹tvly-dev-{a32}›
exa: EXA_API_KEY=‹{g}›
jina: ‹jina_{h32}{s32}›
weights and biases: WANDB_API_KEY=‹{h40}›
databricks: ‹dapi{h32}›
snowflake pat: snowflake.token=‹{s120}›
digitalocean: ‹dop_v1_{h64}›
digitalocean refresh: ‹dor_v1_{h64}›
heroku: ‹HRKU-{g}›
heroku new: ‹HRKU-AA{s58}›
fly.io: ‹FlyV1 fm2_{b120}›
render: ‹rnd_{a28}›
vercel: VERCEL_TOKEN=‹{a24}›
netlify: ‹nfp_{a36}›
cloudflare api: CLOUDFLARE_API_TOKEN=‹{s40}›
cloudflare global: X-Auth-Key: ‹{h37}›
cloudflare origin ca: ‹v1.0-{h24}-{h146}›
fastly: Fastly-Key: ‹{s32}›
linode: LINODE_TOKEN=‹{h64}›
hetzner: HCLOUD_TOKEN=‹{a64}›
scaleway: SCW_SECRET_KEY=‹{g}›
ovh: OVH_APPLICATION_SECRET=‹{l32}›
alibaba: ‹LTAI{a20}›
alibaba secret: AccessKeySecret=‹{a30}›
tencent id: ‹AKID{a32}›
yandex: ‹AQVN{s36}›
ibm: IBMCLOUD_API_KEY=‹{s44}›
supabase service: ‹sbp_{h40}›
supabase secret: ‹sb_secret_{s22}_{s8}›
planetscale password: ‹pscale_pw_{s43}›
planetscale token: ‹pscale_tkn_{s43}›
neon: ‹napi_{l64}›
upstash: UPSTASH_REDIS_REST_TOKEN=‹{s56}=›
mongodb atlas: MONGODB_ATLAS_PRIVATE_KEY=‹{g}›
airtable: pat{a14}.‹{h64}›
notion: ‹ntn_{d11}{a35}›
notion old: ‹secret_{a43}›
linear: ‹lin_api_{a40}›
linear oauth: ‹lin_oauth_{h64}›
asana: ‹1/{d16}:{h32}›
clickup: ‹pk_{d8}_{u32}›
figma: ‹figd_{s40}›
zapier hook: https://hooks.zapier.com/hooks/catch/‹{d7}/{l7}›
ifttt: https://maker.ifttt.com/trigger/x/with/key/‹{s43}›
dropbox: ‹sl.{s130}›
dropbox app secret: DROPBOX_APP_SECRET=‹{l15}›
box: BOX_CLIENT_SECRET=‹{a32}›
sentry token: ‹sntrys_{b60}›
sentry user: ‹sntryu_{h64}›
sentry dsn: SENTRY_DSN=https://‹{h32}:{h32}›@o123456.ingest.sentry.io/42
datadog api: DD_API_KEY=‹{h32}›
datadog app: DD_APP_KEY=‹{h40}›
new relic user: ‹NRAK-{u27}›
new relic license: ‹{h36}NRAL›
new relic insert: ‹NRII-{s32}›
grafana service: ‹glsa_{a32}_{h8}›
grafana cloud: ‹glc_{b80}›
honeycomb: ‹hcaik_01{l26}{a32}›
dynatrace: ‹dt0c01.{u24}.{u64}›
splunk hec: Authorization: Splunk ‹{g}›
logz: LOGZIO_TOKEN=‹{n32}›
pagerduty: PAGERDUTY_TOKEN=‹u+{s18}›
opsgenie: Authorization: GenieKey ‹{g}›
algolia admin: ALGOLIA_ADMIN_KEY=‹{h32}›
mapbox secret: ‹sk.eyJ1{s60}.{s22}›
okta: SSWS ‹00{s40}›
okta header: Authorization: SSWS ‹00{s40}›
auth0 client: AUTH0_CLIENT_SECRET=‹{s64}›
vault service: ‹hvs.{s95}›
vault batch: ‹hvb.{s140}›
vault legacy: VAULT_TOKEN=‹s.{a24}›
terraform cloud: {a14}.atlasv1.‹{s64}›
pulumi: ‹pul-{h40}›
doppler: ‹dp.pt.{a43}›
1password service: ‹ops_eyJ{s120}›
age: AGE-SECRET-KEY-1‹{u58}›
tailscale: ‹tskey-auth-{a12}CNTRL-{a32}›
ngrok: NGROK_AUTHTOKEN=‹{a27}_{a21}›
buildkite: ‹bkua_{h40}›
circleci: ‹CCIPAT_{a22}_{h40}›
travis: TRAVIS_TOKEN=‹{s22}›
codecov: CODECOV_TOKEN=‹{g}›
sonar: ‹sqp_{h40}›
sonar user: ‹squ_{h40}›
snyk: SNYK_TOKEN=‹{g}›
jfrog: ‹AKCp{a69}›
artifactory reference: ‹cmVmdGtu{a56}›
launchdarkly: ‹sdk-{g}›
launchdarkly api: ‹api-{g}›
posthog personal: ‹phx_{a43}›
segment: SEGMENT_WRITE_KEY=‹{a32}›
hubspot: ‹pat-na1-{g}›
intercom: INTERCOM_TOKEN=‹dG9rOm{b50}=›
salesforce: ‹00D{a12}!AQ{s90}›
zendesk: ZENDESK_API_TOKEN=‹{a40}›
facebook: ‹EAA{a160}›
facebook app secret: FACEBOOK_APP_SECRET=‹{h32}›
twitter bearer: ‹AAAAAAAAAAAAAAAAAAAAA{a80}›
twitter consumer: TWITTER_CONSUMER_SECRET=‹{a50}›
linkedin secret: LINKEDIN_CLIENT_SECRET=‹WPL_AP1.{a16}.{a8}==›
twitch: TWITCH_CLIENT_SECRET=‹{l30}›
spotify: SPOTIFY_CLIENT_SECRET=‹{h32}›
instagram: ‹IGQVJ{s120}›
plaid: PLAID_SECRET=‹{h30}›
coinbase: COINBASE_API_SECRET=‹{a64}›
binance: BINANCE_SECRET_KEY=‹{a64}›
kraken: KRAKEN_PRIVATE_KEY=‹{b86}==›
infura: https://mainnet.infura.io/v3/‹{h32}›
alchemy: https://eth-mainnet.g.alchemy.com/v2/‹{s32}›
etherscan: ETHERSCAN_API_KEY=‹{u34}›
prefect: ‹pnu_{a36}›
dbt: ‹dbtc_{s44}›
rootly: ‹rootly_{h64}›
readme: ‹rdme_{l70}›
typeform: ‹tfp_{a44}_{a14}›
contentful: ‹CFPAT-{s43}›
shodan: SHODAN_API_KEY=‹{a32}›
virustotal: x-apikey: ‹{h64}›
# cloud
aws secret env: AWS_SECRET_ACCESS_KEY=‹{b40}›
aws secret ini: aws_secret_access_key = ‹{b40}›
aws session token: aws_session_token = ‹IQoJb3JpZ2luX2Vj{b200}==›
aws csv: Access key ID,Secret access key\nAKIA{u16},‹{b40}›
aws presigned: https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z&X-Amz-Signature=‹{h64}›
aws v2 signed: https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIA{u16}&Expires=1790000000&Signature=‹{b27}%3D›
cloudfront signed: https://d111.cloudfront.net/a?Expires=1790000000&Signature=‹{s180}›&Key-Pair-Id=K2{u12}
gcs signed: https://storage.googleapis.com/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=‹{h256}›
azure storage: AccountName=acct;AccountKey=‹{b86}==›;EndpointSuffix=core.windows.net
azure service bus: Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=‹{b43}=›
azure sas: https://acct.blob.core.windows.net/c/b?sv=2025-01-05&se=2027-01-01&sr=b&sp=r&sig=‹{a40}%2F%3D›
azure iot: HostName=h.azure-devices.net;DeviceId=d;SharedAccessKey=‹{b43}=›
azure client secret: ‹{a3}8Q~{s34}›
azure devops pat: AZURE_DEVOPS_EXT_PAT=‹{l52}›
azure function key: https://f.azurewebsites.net/api/x?code=‹{s54}==›
azure cosmos: AccountEndpoint=https://x.documents.azure.com:443/;AccountKey=‹{b86}==›;
gcp service account: "private_key": "‹-----BEGIN PRIVATE KEY-----\\n{b64}\\n{b64}\\n-----END PRIVATE KEY-----\\n›"
firebase server key: AAAA{s7}:‹APA91b{s134}›
kubernetes secret: data:\n  password: ‹{b28}=›
kubeconfig key: client-key-data: ‹LS0tLS1CRUdJTi{b200}›
kubeconfig token: users:\n- name: a\n  user:\n    token: ‹{a64}›
kubernetes sa: token: ‹eyJhbGciOiJSUzI1NiIsImtpZCI6{s20}.{s120}.{s80}›
# command
mysql -p: mysql -u root -p‹{p}› shop
mysqldump --password: mysqldump --user=root --password=‹{p}› shop > a.sql
mysql host: mysql -h db.example.net -u app -p‹{q}› -e 'select 1'
PGPASSWORD: PGPASSWORD=‹{p}› psql -h db -U app
PGPASSWORD quoted: PGPASSWORD='‹{q}›' pg_dump shop
MYSQL_PWD: MYSQL_PWD=‹{p}› mysql -u app
curl -u: curl -u admin:‹{p}› https://example.net/api
curl --user: curl --user 'admin:‹{q}›' https://example.net/api
curl bearer: curl -H "Authorization: Bearer ‹{a40}›" https://example.net
curl api header: curl -H 'X-API-Key: ‹{a32}›' https://example.net
curl apikey header: curl -H "apikey: ‹{h32}›" https://example.net
curl cookie: curl -b 'session=‹{a40}›' https://example.net
curl data: curl -d 'username=bob&password=‹{p}›' https://example.net/login
curl json: curl -d '{"login":"bob","password":"‹{p}›"}' https://example.net/login
wget: wget --user=bob --password=‹{p}› https://example.net/f
wget http-password: wget --http-user=bob --http-password=‹{p}› https://example.net/f
httpie: http -a bob:‹{p}› example.net
sshpass: sshpass -p ‹{p}› ssh bob@host
sshpass quoted: sshpass -p '‹{q}›' scp a bob@host:
sshpass env: SSHPASS=‹{p}› sshpass -e ssh bob@host
docker login: docker login -u bob -p ‹{p}› registry.example.net
docker login long: docker login --username bob --password ‹{p}›
docker run env: docker run -e POSTGRES_PASSWORD=‹{p}› postgres
podman secret: printf '‹{p}›' | podman secret create db_password -
echo stdin: echo ‹{p}› | docker login -u bob --password-stdin
sudo stdin: echo '‹{p}›' | sudo -S apt update
openssl pass: openssl enc -aes-256-cbc -pass pass:‹{p}› -in a
openssl passin: openssl rsa -in k.pem -passin pass:‹{p}›
openssl -k: openssl enc -aes-256-cbc -k ‹{p}› -in a
gpg passphrase: gpg --batch --passphrase ‹{p}› -d a.gpg
ansible vault: ansible-playbook x.yml -e "ansible_password=‹{p}›"
ansible become: ansible all -e ansible_become_pass=‹{p}› -m ping
zip: zip -P ‹{p}› a.zip a
unzip: unzip -P ‹{p}› a.zip
7z: 7z x -p‹{p}› a.7z
rar: unrar x -p‹{p}› a.rar
redis-cli: redis-cli -h cache -a ‹{p}› ping
redis auth: AUTH ‹{p}›
mongo: mongosh -u bob -p ‹{p}› --authenticationDatabase admin
mongodump: mongodump --username bob --password ‹{p}›
mssql: sqlcmd -S db -U sa -P ‹{p}›
mssql quoted: sqlcmd -S db -U sa -P '‹{q}›'
oracle: sqlplus scott/‹{p}›@orcl
ldap: ldapsearch -D cn=admin,dc=x -w ‹{p}› -b dc=x
ftp: lftp -u bob,‹{p}› ftp.example.net
smb: smbclient //srv/share -U bob%‹{p}›
mount cifs: mount -t cifs //srv/s /mnt -o username=bob,password=‹{p}›
net use: net use Z: \\\\srv\\share ‹{p}› /user:bob
xfreerdp: xfreerdp /u:bob /p:‹{p}› /v:host
cmdkey: cmdkey /add:host /user:bob /pass:‹{p}›
powershell securestring: ConvertTo-SecureString '‹{p}›' -AsPlainText -Force
htpasswd: htpasswd -b .htpasswd bob ‹{p}›
chpasswd: echo 'bob:‹{p}›' | chpasswd
useradd: useradd -p '‹$6${a8}${a86}›' bob
keytool: keytool -list -keystore k.jks -storepass ‹{p}›
jarsigner: jarsigner -keypass ‹{p}› a.jar x
rabbitmqctl: rabbitmqctl add_user bob ‹{p}›
nmcli: nmcli dev wifi connect home password ‹{p}›
wpa_passphrase: wpa_passphrase home ‹{p}›
aws configure: aws configure set aws_secret_access_key ‹{b40}›
gh auth: echo ‹ghp_{a36}› | gh auth login --with-token
npm set: npm config set //registry.npmjs.org/:_authToken ‹{g}›
twine: twine upload -u bob -p ‹{p}› dist/*
heroku config: heroku config:set SECRET_KEY_BASE=‹{h128}›
fly secrets: fly secrets set SESSION_SECRET=‹{h64}›
kubectl literal: kubectl create secret generic db --from-literal=password=‹{p}›
helm set: helm install x . --set auth.password=‹{p}›
terraform var: terraform apply -var db_password=‹{p}›
vault kv: vault kv put secret/db password=‹{p}›
borg: BORG_PASSPHRASE=‹{p}› borg list
restic: RESTIC_PASSWORD=‹{p}› restic snapshots
set windows: set DB_PASSWORD=‹{p}›
setx: setx API_TOKEN ‹{a32}›
powershell env: $env:DB_PASSWORD = "‹{p}›"
fish: set -x DB_PASSWORD ‹{p}›
svn: svn co --username bob --password ‹{p}› https://x
flag token space: tool --token ‹{a32}›
flag token equals: tool --token=‹{a32}›
flag api-key: tool --api-key ‹{a32}›
flag secret: tool --client-secret=‹{a40}›
flag access-key: tool --secret-key ‹{a40}›
flag pat: tool --pat ‹{a40}›
flag pass: tool --pass=‹{p}›
flag pw: tool --pw ‹{p}›
# file
netrc line: machine api.example.net login bob password ‹{p}›
netrc lines: machine api.example.net\n  login bob\n  password ‹{p}›
pgpass: db.example.net:5432:shop:bob:‹{p}›
my.cnf: [client]\nuser=bob\npassword=‹{p}›
libpq: host=db port=5432 dbname=shop user=bob password=‹{p}› sslmode=require
odbc: Driver={SQL Server};Server=db;Uid=bob;Pwd=‹{p}›;
ado.net: Server=db;Database=shop;User Id=bob;Password=‹{p}›;Encrypt=True
jdbc: jdbc:mysql://db/shop?user=bob&password=‹{p}›
jdbc oracle: jdbc:oracle:thin:bob/‹{p}›@db:1521:orcl
jdbc sqlserver: jdbc:sqlserver://db;user=sa;password=‹{p}›;
postgres url: postgres://bob:‹{p}›@db/shop
mysql url: mysql+pymysql://bob:‹{p}›@db/shop
mongodb url: mongodb+srv://bob:‹{p}›@c0.mongodb.net/shop
redis url: redis://:‹{p}›@cache:6379/0
amqp url: amqp://bob:‹{p}›@mq:5672/
ftp url: ftp://bob:‹{p}›@ftp.example.net/a
https url: https://bob:‹{p}›@git.example.net/r.git
git token url: https://oauth2:‹{s20}›@gitlab.com/g/r.git
git token alone url: https://‹{h40}›@github.com/o/r.git
smtp url: smtp://bob:‹{p}›@mail.example.net:587
htpasswd apr1: bob:‹$apr1${a8}${a22}›
htpasswd bcrypt: bob:‹$2y$10${a53}›
shadow: bob:‹$6${a16}${a86}›:19800:0:99999:7:::
shadow yescrypt: bob:‹$y$j9T${a22}${a43}›:19800:0:99999:7:::
htdigest: bob:realm:‹{h32}›
wpa_supplicant: network={\n  ssid="home"\n  psk="‹{p}›"\n}
networkmanager: [wifi-security]\nkey-mgmt=wpa-psk\npsk=‹{p}›
wireguard: PrivateKey = ‹{b43}=›
wireguard preshared: PresharedKey = ‹{b43}=›
openvpn auth: <auth-user-pass>\nbob\n‹{p}›\n</auth-user-pass>
ipsec.secrets: 10.0.0.1 10.0.0.2 : PSK "‹{p}›"
chap-secrets: bob * ‹{p}› *
msmtprc: account x\nuser bob\npassword ‹{p}›
fetchmail: poll mail.example.net user bob password ‹{p}›
mutt: set imap_pass="‹{p}›"
git-credentials: https://bob:‹{p}›@git.example.net
gradle: signing.password=‹{p}›
maven: <server><id>x</id><username>bob</username><password>‹{p}›</password></server>
nuget config: <add key="ClearTextPassword" value="‹{p}›" />
web.config: <add key="ApiSecret" value="‹{a32}›" />
connectionStrings: <add name="x" connectionString="Server=db;User Id=sa;Password=‹{p}›" />
tomcat: <user username="bob" password="‹{p}›" roles="x"/>
spring properties: spring.datasource.password=‹{p}›
spring yaml: spring:\n  datasource:\n    password: ‹{p}›
django: SECRET_KEY = '‹django-insecure-{a40}›'
rails master: RAILS_MASTER_KEY=‹{h32}›
rails secret: secret_key_base: ‹{h128}›
laravel: APP_KEY=base64:‹{b43}=›
symfony: APP_SECRET=‹{h32}›
wordpress: define('DB_PASSWORD', '‹{p}›');
wordpress salt: define('AUTH_KEY', '‹{q}{q}{q}{q}›');
flask: app.secret_key = "‹{h32}›"
express session: session({ secret: '‹{p}{a12}›' })
next auth: NEXTAUTH_SECRET=‹{b43}=›
docker compose: environment:\n  POSTGRES_PASSWORD: ‹{p}›
compose list: environment:\n  - MYSQL_ROOT_PASSWORD=‹{p}›
dockerfile: ENV DB_PASSWORD=‹{p}›
dockerfile space: ENV DB_PASSWORD ‹{p}›
actions: env:\n  API_TOKEN: ‹{a40}›
terraform: password = "‹{p}›"
tfvars: db_password = "‹{p}›"
ansible: ansible_ssh_pass: ‹{p}›
inventory: host1 ansible_user=bob ansible_password=‹{p}›
toml: password = "‹{p}›"
json: "password": "‹{p}›"
json camel: "clientSecret": "‹{a32}›"
json short: "pwd": "‹{p}›"
yaml: password: ‹{p}›
yaml quoted: password: "‹{q}›"
ini: password = ‹{p}›
env lower: db_password=‹{p}›
env word: DB_PASSWORD=‹{w}›
env pass: SMTP_PASS=‹{p}›
env pw: DB_PW=‹{p}›
env passphrase: KEY_PASSPHRASE=‹{p}›
env private: PRIVATE_KEY=0x‹{h64}›
env mnemonic: MNEMONIC="‹{m}›"
env hash: SESSION_KEY=‹{h64}›
env salt: HASH_SALT=‹{h32}›
redis conf: requirepass ‹{p}›
redis masterauth: masterauth ‹{p}›
mosquitto: bob:‹$7$101${b12}==${b86}==›
ldif: userPassword: ‹{SSHA}{b38}=›
slapd: rootpw ‹{p}›
sssd: ldap_default_authtok = ‹{p}›
krb5: password=‹{p}›
snmp: rocommunity ‹{p}›
cisco: enable secret 5 ‹$1${a4}${a22}›
cisco 7: password 7 ‹{H16}›
cisco user: username bob secret 9 ‹$9${a14}${a43}›
juniper: encrypted-password "‹$6${a8}${a86}›";
hashicorp unseal: Unseal Key 1: ‹{b43}=›
vault root: Initial Root Token: ‹hvs.{a24}›
# header
authorization basic: Authorization: Basic ‹{b32}=›
authorization bearer: Authorization: Bearer ‹{a40}›
authorization token: Authorization: token ‹{h40}›
authorization apikey: Authorization: ApiKey ‹{b40}==›
proxy authorization: Proxy-Authorization: Basic ‹{b24}=›
x-api-key: X-API-Key: ‹{a32}›
x-auth-token: X-Auth-Token: ‹{h32}›
x-access-token: x-access-token: ‹{a40}›
private-token: PRIVATE-TOKEN: ‹{a20}›
cookie session: Cookie: sessionid=‹{l32}›
cookie connect: Cookie: connect.sid=s%3A‹{s32}.{b43}›
set-cookie: Set-Cookie: auth_token=‹{a40}›; HttpOnly
set-cookie jwt: Set-Cookie: token=‹eyJhbGciOiJIUzI1NiJ9.{s40}.{s43}›; Path=/
csrf: X-CSRF-Token: ‹{s43}›
digest: Authorization: Digest username="bob", realm="x", nonce="{h32}", response="‹{h32}›"
jwt: ‹eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{s60}.{s43}›
query token: https://example.net/a?access_token=‹{a40}›
query api_key: https://example.net/a?api_key=‹{h32}›&x=1
query key: https://example.net/a?key=‹{a32}›
query password: https://example.net/login?user=bob&password=‹{p}›
oauth code body: grant_type=client_credentials&client_id=x&client_secret=‹{a40}›
oauth refresh: grant_type=refresh_token&refresh_token=‹{s60}›
reset link: https://example.net/reset?token=‹{s43}›
# key
rsa pem: ‹-----BEGIN RSA PRIVATE KEY-----\n{b64}\n{b64}\n{b40}==\n-----END RSA PRIVATE KEY-----›
ec pem: ‹-----BEGIN EC PRIVATE KEY-----\n{b64}\n{b64}\n{b20}=\n-----END EC PRIVATE KEY-----›
openssh pem: ‹-----BEGIN OPENSSH PRIVATE KEY-----\n{b70}\n{b70}\n{b30}\n-----END OPENSSH PRIVATE KEY-----›
encrypted pem: ‹-----BEGIN ENCRYPTED PRIVATE KEY-----\n{b64}\n{b64}\n-----END ENCRYPTED PRIVATE KEY-----›
pgp: ‹-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{b64}\n{b64}\n={b4}\n-----END PGP PRIVATE KEY BLOCK-----›
putty: Private-Lines: 2\n‹{b64}\n{b64}›\nPrivate-MAC: {h64}
ssh2: ---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n‹{b64}\n{b64}›\n---- END SSH2 ENCRYPTED PRIVATE KEY ----
minisign: untrusted comment: minisign encrypted secret key\n‹RWRTY0Iy{b200}=›
jwk: {"kty":"RSA","n":"{s60}","e":"AQAB","d":"‹{s86}›"}
jwk oct: {"kty":"oct","k":"‹{s43}›"}
ethereum: private key: 0x‹{h64}›
nostr: ‹nsec1{l58}›
xprv: ‹xprv{a107}›
mnemonic: seed phrase: ‹{m}›
# prose
the password is: The password is ‹{p}›.
password of: My password for the router is ‹{p}›, by the way.
login with: Log in as bob with ‹{p}› as the password.
credentials slash: credentials: bob / ‹{p}›
user pass pair: user: bob, pass: ‹{p}›
login colon: login: bob password: ‹{p}›
use this token: Use this token: ‹{a40}›
api key is: our API key is ‹{a32}›
pin: the PIN of the safe is ‹{d6}›
passphrase prose: the passphrase is "‹{p}›"
wifi: the wifi password is ‹{w}›
changed to: I changed the password to ‹{p}›
temporary: your temporary password: ‹{p}›
fr mot de passe: Le mot de passe est ‹{p}›.
fr mdp: mdp : ‹{p}›
fr mon mot de passe: mon mot de passe pour le serveur, c'est ‹{p}›
fr identifiants: identifiants : bob / ‹{p}›
fr connexion: connecte-toi avec bob et le mot de passe ‹{p}›
fr cle: la clé d'API est ‹{a32}›
fr jeton: utilise ce jeton : ‹{a40}›
fr change: j'ai changé le mot de passe en ‹{p}›
fr code: le code secret est ‹{p}›
fr wifi: le mot de passe du wifi : ‹{w}›
fr phrase: la phrase secrète est « ‹{p}› »
fr env: MOT_DE_PASSE=‹{p}›
"""
