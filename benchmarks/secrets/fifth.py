"""A fifth set, written from the public documentation of formats before the rules were looked at again.

Measured before any rule was changed for it. As in `kinds.py` a line is a kind: a name and a template, in which the
secret stands between `‹` and `›`; a look-alike is a line without them. Most passwords are drawn from many makes.
"""
# ruff: noqa: E501

from __future__ import annotations

import random

from benchmarks.secrets.kinds import Kind, filled, kinds_of


def fifth_kinds() -> list[Kind]:
    """All of them, by groups."""
    return kinds_of(_KINDS)


def fifth_lookalikes(pick: random.Random) -> list[str]:
    """All look-alikes, made anew."""
    return [filled(line, pick) for line in _LOOKALIKES.strip().split("\n") if line]


_KINDS = r"""
# token
github fine grained: github_pat_‹11{u20}_{a59}›
github refresh: ‹ghr_{a76}›
github app installation: ‹ghs_{a36}›
gitlab runner: ‹glrt-{s20}›
gitlab deploy: ‹gldt-{s20}›
gitlab feed: ‹glft-{s20}›
gitlab trigger: ‹glptt-{h40}›
gitlab cluster agent: ‹glagent-{s50}›
gitlab oauth app: ‹gloas-{h64}›
slack bot: ‹xoxb-{d12}-{d12}-{a24}›
slack user: ‹xoxp-{d12}-{d12}-{d12}-{h32}›
slack app: ‹xapp-1-A{u10}-{d13}-{h64}›
slack refresh: ‹xoxe-1-{a146}›
slack workflow: https://hooks.slack.com/workflows/T{u8}/A{u8}/{d18}/‹{a24}›
discord bot: ‹MTA{a21}.G{a5}.{s38}›
discord webhook: https://discord.com/api/webhooks/{d18}/‹{s68}›
telegram bot: ‹{d10}:AA{s33}›
telegram url: https://api.telegram.org/bot‹{d10}:AA{s33}›/sendMessage
teams webhook: https://acme.webhook.office.com/webhookb2/{g}@{g}/IncomingWebhook/‹{h32}›/{g}
google chat webhook: https://chat.googleapis.com/v1/spaces/AAAA{a7}/messages?key=AIzaSy{s33}&token=‹{s43}›
mattermost hook: https://chat.example.net/hooks/‹{l26}›
zapier hook: https://hooks.zapier.com/hooks/catch/{d7}/‹{l7}›/
ifttt: https://maker.ifttt.com/trigger/done/with/key/‹{s22}›
pagerduty url: https://events.pagerduty.com/integration/‹{h32}›/enqueue
google api: ‹AIzaSy{s33}›
google oauth secret: ‹GOCSPX-{s28}›
google refresh: ‹1//0{s60}›
google access: ‹ya29.a0{s100}›
firebase fcm: ‹AAAA{s7}:APA91b{s134}›
aws access: aws_secret_access_key = ‹{b40}›
aws bare pair: AKIA{u16},‹{b40}›
aws session: AWS_SESSION_TOKEN=‹IQoJb3JpZ2luX2VjE{b200}›
aws bedrock: ‹ABSK{b128}=›
aws mws: ‹amzn.mws.{g}›
azure client secret: ‹{a3}8Q~{s34}›
azure storage: DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=‹{b86}==›;EndpointSuffix=core.windows.net
azure devops pat: ‹{a76}AZDO{a4}›
azure sas: https://acme.blob.core.windows.net/c/a.zip?sv=2024-11-04&se=2026-12-01&sr=b&sp=r&sig=‹{a43}%3D›
azure servicebus: Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=‹{b43}=›
azure apim: Ocp-Apim-Subscription-Key: ‹{h32}›
azure function: https://acme.azurewebsites.net/api/run?code=‹{s54}==›
digitalocean: ‹dop_v1_{h64}›
digitalocean refresh: ‹dor_v1_{h64}›
heroku new: ‹HRKU-AA{s58}›
linode: LINODE_TOKEN=‹{h64}›
vultr: VULTR_API_KEY=‹{u36}›
hetzner: HCLOUD_TOKEN=‹{a64}›
ovh: OVH_CONSUMER_KEY=‹{a32}›
scaleway: SCW_SECRET_KEY=‹{g}›
fly: ‹fm2_lJPE{b200}›
fly macaroon: FLY_API_TOKEN="FlyV1 ‹fm2_{b160}›"
cloudflare api: CLOUDFLARE_API_TOKEN=‹{s40}›
cloudflare origin: ‹v1.0-{h24}-{h146}›
cloudflare global: X-Auth-Key: ‹{h37}›
cloudflare turnstile: TURNSTILE_SECRET_KEY=‹0x4AAAAAAA{s27}›
netlify: ‹nfp_{a36}›
vercel: VERCEL_TOKEN=‹{a24}›
vercel blob: BLOB_READ_WRITE_TOKEN=‹vercel_blob_rw_{a16}_{a30}›
render: ‹rnd_{a28}›
railway: RAILWAY_TOKEN=‹{g}›
supabase secret: ‹sb_secret_{s22}_{s8}›
supabase pat: ‹sbp_{h40}›
neon: ‹napi_{l64}›
planetscale password: ‹pscale_pw_{s43}›
planetscale oauth: ‹pscale_oauth_{s43}›
turso: TURSO_AUTH_TOKEN=‹eyJhbGciOiJFZERTQSJ9.{s80}.{s86}›
mongodb atlas sk: ‹mdb_sa_sk_{s40}›
databricks: ‹dapi{h32}-2›
snowflake: SNOWFLAKE_PASSWORD=‹{v}›
dbt cloud: ‹dbtc_{s40}›
confluent: sasl.password=‹{b64}›
stripe restricted: ‹rk_live_{a99}›
stripe webhook: ‹whsec_{a32}›
square: ‹EAAA{s60}›
square old: ‹sq0csp-{s43}›
paypal: PAYPAL_CLIENT_SECRET=‹{s80}›
braintree: ‹access_token$production${l16}${h32}›
adyen: X-API-Key: ‹AQE{b40}-{b43}=-{a16}›
razorpay: RAZORPAY_KEY_SECRET=‹{a24}›
plaid: PLAID_SECRET=‹{h30}›
coinbase: CB-ACCESS-SIGN: ‹{h64}›
shopify: ‹shpat_{h32}›
shopify shared: ‹shpss_{h32}›
woocommerce: ‹cs_{h40}›
twilio: TWILIO_AUTH_TOKEN=‹{h32}›
twilio api key: SK{h32}:‹{a32}›
sendgrid: ‹SG.{s22}.{s43}›
mailgun: ‹key-{h32}›
mailgun new: ‹{h32}-{h8}-{h8}›
mailchimp: ‹{h32}-us14›
brevo: ‹xkeysib-{h64}-{a16}›
postmark: X-Postmark-Server-Token: ‹{g}›
resend: ‹re_{a8}_{a24}›
sparkpost: SPARKPOST_API_KEY=‹{h40}›
npm: ‹npm_{a36}›
pypi: ‹pypi-AgEIcHlwaS5vcmc{s160}›
rubygems: ‹rubygems_{h48}›
crates: ‹cio{a32}›
nuget: ‹oy2{l43}›
docker pat: ‹dckr_pat_{s27}›
docker oat: ‹dckr_oat_{s32}›
clojars: ‹CLOJARS_{h60}›
jfrog: ‹AKCp8{a69}›
jfrog ref: ‹cmVmdGtuOjAx{b52}›
packagist: ‹packagist_uut_{h68}›
hugging face: ‹hf_{n34}›
replicate: ‹r8_{a37}›
groq: ‹gsk_{a52}›
xai: ‹xai-{a80}›
perplexity: ‹pplx-{a48}›
cohere: CO_API_KEY=‹{a40}›
mistral: MISTRAL_API_KEY=‹{a32}›
together: TOGETHER_API_KEY=‹{h64}›
fireworks: ‹fw_{a22}›
elevenlabs: ‹sk_{h48}›
deepgram: Authorization: Token ‹{h40}›
assemblyai: authorization: ‹{h32}›
pinecone: ‹pcsk_{a5}_{a63}›
weaviate: WCD_API_KEY=‹{a36}›
wandb: WANDB_API_KEY=‹{h40}›
langsmith: ‹lsv2_pt_{h32}_{h10}›
langfuse: ‹sk-lf-{g}›
cursor: ‹key_{h64}›
nvidia: ‹nvapi-{s64}›
tavily: ‹tvly-dev-{a32}›
firecrawl: ‹fc-{h32}›
exa: EXA_API_KEY=‹{g}›
serper: X-API-KEY: ‹{h40}›
sentry user: ‹sntryu_{h64}›
sentry org: ‹sntrys_eyJpYXQiOjE3{b100}_{b43}›
datadog: DD_API_KEY=‹{h32}›
datadog app: DD-APPLICATION-KEY: ‹{h40}›
new relic: ‹NRAK-{u27}›
grafana sa: ‹glsa_{a32}_{h8}›
grafana cloud: ‹glc_eyJvIjoi{b120}›
honeycomb: ‹hcaik_01{l56}›
axiom: ‹xaat-{g}›
logtail: LOGTAIL_SOURCE_TOKEN=‹{a24}›
dynatrace: ‹dt0c01.{u24}.{u64}›
posthog personal: ‹phx_{a43}›
segment: SEGMENT_WRITE_KEY=‹{a32}›
launchdarkly: ‹sdk-{g}›
launchdarkly api: ‹api-{g}›
algolia admin: ALGOLIA_ADMIN_KEY=‹{h32}›
mapbox secret: ‹sk.eyJ1Ijoi{a80}.{s22}›
contentful: ‹CFPAT-{s43}›
notion: ‹ntn_{d11}{a35}›
airtable: ‹pat{a14}.{h64}›
linear: ‹lin_api_{a40}›
asana: ‹2/{d16}/{d16}:{h32}›
atlassian: ‹ATATT3xFfGF0{s171}=8{u7}›
bitbucket app: ‹ATBB{a32}›
trello: TRELLO_TOKEN=‹ATTA{h72}›
clickup: ‹pk_{d8}_{u32}›
figma: ‹figd_{s40}›
typeform: ‹tfp_{s40}_{s14}›
hubspot: ‹pat-na1-{g}›
salesforce session: ‹00D{a12}!AQ{s90}›
zendesk: curl -u bob@x.net/token:‹{a40}› https://acme.zendesk.com/api/v2/users.json
intercom: ‹dG9rO{b40}=›
dropbox: ‹sl.{s130}›
facebook: ‹EAA{a120}›
twitter bearer: ‹AAAAAAAAAAAAAAAAAAAAA{a80}›
linkedin: LINKEDIN_CLIENT_SECRET=‹WPL_AP1.{a16}.{b6}==›
reddit: REDDIT_CLIENT_SECRET=‹{s27}›
spotify: SPOTIPY_CLIENT_SECRET=‹{h32}›
terraform cloud: ‹{a14}.atlasv1.{a67}›
vault service: ‹hvs.CAES{s90}›
vault recovery: Unseal Key 1: ‹{b44}›
vault root: Initial Root Token: ‹hvs.{a24}›
consul encrypt: encrypt = "‹{b43}=›"
doppler: ‹dp.pt.{a43}›
1password sa: ‹ops_eyJ{s300}›
1password emergency: ‹A3-{u6}-{u6}-{u5}-{u5}-{u5}-{u5}›
bitwarden sm: ‹0.{g}.{a30}:{b22}==›
infisical: ‹st.{h24}.{h32}.{h32}›
pulumi: ‹pul-{h40}›
buildkite: ‹bkua_{h40}›
circleci: ‹CCIPAT_{a22}_{h40}›
codecov: CODECOV_TOKEN=‹{g}›
sonar: ‹squ_{h40}›
snyk: SNYK_TOKEN=‹{g}›
jenkins api: curl -u bob:‹11{h32}› https://ci.example.net/job/a/build
tailscale: ‹tskey-auth-{a12}CNTRL-{a32}›
tailscale oauth: ‹tskey-client-{a11}CNTRL-{a32}›
ngrok: ngrok config add-authtoken ‹2{a26}_{a21}›
cloudflared: cloudflared service install ‹eyJhIjoi{b150}›
zerotier: ZEROTIER_CENTRAL_TOKEN=‹{a32}›
openvpn static: -----BEGIN OpenVPN Static key V1-----\n‹{h32}\n{h32}\n{h32}›\n-----END OpenVPN Static key V1-----
k8s sa: ‹eyJhbGciOiJSUzI1NiIsImtpZCI6I{s60}.eyJpc3MiOiJrdWJlcm5ldGVz{s200}.{s342}›
k8s bootstrap: kubeadm join 10.0.0.1:6443 --token ‹{l6}.{l16}› --discovery-token-ca-cert-hash sha256:{h64}
docker swarm: docker swarm join --token ‹SWMTKN-1-{l50}-{l25}› 10.0.0.1:2377
rancher: ‹token-{l5}:{l54}›
k3s: K3S_TOKEN=‹K10{h64}::server:{h32}›
paseto: ‹v4.local.{s120}›
jwe: ‹eyJhbGciOiJSU0EtT0FFUCJ9.{s120}.{s16}.{s80}.{s22}›
age key: ‹AGE-SECRET-KEY-1{u58}›
nostr: ‹nsec1{l58}›
eth private: PRIVATE_KEY=‹0x{h64}›
bitcoin wif: privkey: ‹5K{a49}›
solana keypair: SOLANA_PRIVATE_KEY=‹{a88}›
xprv: ‹xprv9{a106}›
seed french: phrase de récupération : ‹{f}›
seed english: Recovery phrase: ‹{m}›
seed numbered: seed phrase\n‹1. abandon\n2. {c6}\n3. absorb\n4. acoustic\n5. across\n6. address\n7. advice\n8. aerobic\n9. again\n10. airport\n11. alarm\n12. ancient›
totp uri: otpauth://totp/Acme:bob?secret=‹{o32}›&issuer=Acme
totp seed: TOTP secret: ‹{o32}›
totp grouped: Setup key: ‹{o4} {o4} {o4} {o4} {o4} {o4} {o4} {o4}›
recovery codes: Recovery codes:\n‹{h5}-{h5}\n{h5}-{h5}\n{h5}-{h5}›
backup code: backup code: ‹{d4} {d4}›
# key
pkcs8: -----BEGIN PRIVATE KEY-----\n‹{b64}\n{b64}\n{b40}=›\n-----END PRIVATE KEY-----
ec key: -----BEGIN EC PRIVATE KEY-----\n‹{b64}\n{b64}\n{b36}==›\n-----END EC PRIVATE KEY-----
encrypted pkcs8: -----BEGIN ENCRYPTED PRIVATE KEY-----\n‹{b64}\n{b64}›\n-----END ENCRYPTED PRIVATE KEY-----
one line key: "private_key": "-----BEGIN PRIVATE KEY-----␤‹{b64}␤{b64}␤{b40}=›␤-----END PRIVATE KEY-----␤"
env key: JWT_PRIVATE_KEY="-----BEGIN RSA PRIVATE KEY-----␤‹{b64}␤{b64}›␤-----END RSA PRIVATE KEY-----"
cut key: -----BEGIN OPENSSH PRIVATE KEY-----\n‹b3BlbnNzaC1rZXktdjEAAAAA{b46}\n{b70}›
pgp private: -----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n‹{b64}\n{b64}\n=›{b4}\n-----END PGP PRIVATE KEY BLOCK-----
putty: PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n‹{b44}›\nPrivate-MAC: {h64}
wireguard private: PrivateKey = ‹{b43}=›
wireguard psk: PresharedKey = ‹{b43}=›
jwk private: {"kty":"EC","crv":"P-256","x":"{s43}","y":"{s43}","d":"‹{s43}›"}
jwk oct: {"kty":"oct","k":"‹{s43}›","alg":"HS256"}
base64 key: TLS_KEY=‹LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t{b200}›
kubeconfig key: client-key-data: ‹LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ{b200}›
kubeconfig token: users:\n- name: admin\n  user:\n    token: ‹{s80}›
ssh concat: key = "-----BEGIN RSA PRIVATE KEY-----\n" +\n  "‹{b64}" +\n  "{b64}›"
dnssec: Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: ‹{b43}=›
bind tsig: key "tsig" {\n  algorithm hmac-sha256;\n  secret "‹{b43}=›";\n};
minisign: untrusted comment: minisign encrypted secret key\n‹RWRTY0Iy{b200}›
# command
psql url: psql postgres://app:‹{y}›@db.internal/shop
pgpassword docker: docker exec -e PGPASSWORD=‹{y}› db psql -U app
psql conninfo: psql "host=db user=app password=‹{y}› dbname=shop"
mysql short: mysql -uroot -p‹{y}› shop
mysql long: mysql --user=root --password=‹{v}› shop
mysqladmin: mysqladmin -u root password '‹{v}›'
mongosh: mongosh --username root --password ‹{y}› --authenticationDatabase admin
mongosh short: mongosh "mongodb://db" -u root -p '‹{v}›'
redis-cli: redis-cli -h cache -a ‹{y}› ping
redis auth: AUTH ‹{y}›
redis acl: ACL SETUSER bob on >‹{y}› ~* +@all
redis config: CONFIG SET requirepass "‹{v}›"
sqlcmd: sqlcmd -S db -U sa -P '‹{v}›' -Q "select 1"
bcp: bcp shop.dbo.t out t.csv -S db -U sa -P ‹{y}›
sqlplus: sqlplus app/‹{y}›@//db:1521/ORCL
oracle imp: impdp system/‹{y}› directory=d dumpfile=a.dmp
cqlsh: cqlsh -u cassandra -p ‹{y}› db
clickhouse: clickhouse-client --host db --user default --password '‹{v}›'
influx: influx query --token ‹{s86}==› 'from(bucket:"a")'
curl user: curl -u admin:‹{y}› https://example.net/api
curl user quoted: curl --user "admin:‹{v}›" https://example.net/api
curl bearer: curl -H "Authorization: Bearer ‹{a40}›" https://example.net/api
curl oauth2 flag: curl --oauth2-bearer ‹{a40}› https://example.net
curl header key: curl -sS -H 'apikey: ‹{h32}›' https://example.net
curl data json: curl -d '{"username":"bob","password":"‹{v}›"}' https://example.net/login
curl data form: curl -d 'grant_type=password&username=bob&password=‹{y}›' https://example.net/token
curl client secret: curl -d client_id=web -d client_secret=‹{a32}› https://idp.example.net/token
curl cookie: curl -b 'sessionid=‹{l32}›' https://example.net
curl ftp: curl ftp://bob:‹{y}›@ftp.example.net/a.zip
curl smtp: curl smtps://mail.example.net --user 'bob@x.net:‹{v}›'
curl cert pass: curl --cert client.pem:‹{y}› https://example.net
httpie auth: http -a bob:‹{y}› example.net/api
httpie bearer: https -A bearer -a ‹{a40}› example.net/api
httpie field: http POST example.net/login user=bob password=‹{y}›
wget pass: wget --user=bob --password='‹{v}›' https://example.net/a
aria2: aria2c --http-user=bob --http-passwd=‹{y}› https://example.net/a
lftp: lftp -u bob,‹{y}› sftp://example.net
ncftp: ncftpget -u bob -p ‹{y}› example.net . a.zip
sshpass: sshpass -p '‹{v}›' ssh bob@host
sshpass joined: sshpass -p‹{y}› scp a bob@host:
plink: plink -ssh bob@host -pw ‹{y}› uptime
smbclient: smbclient //nas/share -U bob%‹{y}›
mount cifs: mount -t cifs //nas/share /mnt -o username=bob,password=‹{y}›,vers=3.0
net use: net use Z: \\srv\share ‹{y}› /user:bob
net user: net user bob ‹{y}› /add
cmdkey: cmdkey /add:nas /user:bob /pass:‹{y}›
kinit: echo '‹{v}›' | kinit bob@EXAMPLE.NET
sudo stdin: echo ‹{y}› | sudo -S apt update
su expect: echo "‹{v}›" | su - postgres -c psql
passwd stdin: echo '‹{v}›' | passwd --stdin bob
chpasswd: echo 'bob:‹{v}›' | sudo chpasswd
useradd: useradd -m -p '‹$6${a8}${a86}›' bob
usermod: usermod --password $(openssl passwd -6 '‹{v}›') bob
openssl passwd: openssl passwd -6 ‹{y}›
openssl pass: openssl enc -d -aes-256-cbc -in a.enc -pass pass:‹{y}›
openssl k: openssl aes-256-cbc -k '‹{v}›' -in a -out b
openssl K: openssl enc -aes-128-cbc -K ‹{h32}› -iv {h32} -in a
openssl pkcs12: openssl pkcs12 -in a.p12 -passin 'pass:‹{v}›' -nodes
openssl hmac: openssl dgst -sha256 -hmac ‹{a32}› a.txt
keytool: keytool -importkeystore -srckeystore a.p12 -srcstorepass ‹{y}› -deststorepass {y}
jarsigner: jarsigner -keystore a.jks -storepass ‹{y}› a.jar key
zip: zip -P ‹{y}› a.zip b
zip quoted: zip -r --password '‹{v}›' a.zip dir
unzip: unzip -P '‹{v}›' a.zip
7z: 7z a -p‹{y}› a.7z dir
7z extract: 7z x a.7z -p"‹{v}›"
rar: rar a -hp‹{y}› a.rar dir
gpg passphrase: gpg --batch --passphrase ‹{y}› -c a.txt
gpg fd: echo '‹{v}›' | gpg --batch --passphrase-fd 0 -d a.gpg
qpdf: qpdf --password=‹{y}› --decrypt a.pdf b.pdf
pdftk: pdftk a.pdf output b.pdf user_pw ‹{y}›
ldapsearch: ldapsearch -x -D cn=admin,dc=x -w '‹{v}›' -b dc=x
ldappasswd: ldappasswd -s ‹{y}› -D cn=admin,dc=x -W uid=bob,dc=x
rclone: rclone config create nas webdav url=https://x.net user=bob pass=‹{y}›
rclone obscure: rclone obscure '‹{v}›'
docker login: docker login registry.example.net -u bob -p ‹{y}›
docker login stdin: echo "‹{v}›" | docker login -u bob --password-stdin
docker env: docker run -d -e POSTGRES_PASSWORD=‹{y}› postgres:16
docker env long: docker run --env 'MYSQL_ROOT_PASSWORD=‹{v}›' mysql:8
podman: podman login -u bob -p '‹{v}›' quay.io
skopeo: skopeo copy --src-creds bob:‹{y}› docker://a docker://b
crane: crane auth login ghcr.io -u bob -p ‹{y}›
helm set: helm install a b/c --set auth.password=‹{y}› --set image.tag=1.2
helm repo: helm repo add a https://charts.x.net --username bob --password '‹{v}›'
kubectl secret: kubectl create secret generic db --from-literal=password='‹{v}›'
kubectl docker: kubectl create secret docker-registry r --docker-username=bob --docker-password=‹{y}›
kubectl token: kubectl --token=‹{s60}› get pods
oc login: oc login https://api.x.net:6443 -u admin -p ‹{y}›
oc token: oc login --token=‹sha256~{s43}› --server=https://api.x.net:6443
aws configure: aws configure set aws_secret_access_key ‹{b40}›
aws cognito: aws cognito-idp admin-set-user-password --user-pool-id p --username bob --password '‹{v}›' --permanent
aws secretsmanager: aws secretsmanager create-secret --name db --secret-string '‹{v}›'
aws secretsmanager json: aws secretsmanager put-secret-value --secret-id db --secret-string '{"user":"bob","password":"‹{y}›"}'
aws iam: aws iam create-login-profile --user-name bob --password ‹{y}›
az login sp: az login --service-principal -u {g} -p ‹{y}› --tenant {g}
az sql: az sql server create -n s -u app -p '‹{v}›'
az storage: az storage blob list --account-name a --account-key ‹{b86}==›
az webapp: az webapp config appsettings set --name a --settings DB_PASSWORD='‹{v}›'
az vm: az vm create --name v --admin-username bob --admin-password '‹{v}›'
gcloud sql: gcloud sql users set-password postgres --instance=i --password=‹{y}›
gcloud secret: printf '‹{v}›' | gcloud secrets versions add db --data-file=-
vault login: vault login ‹hvs.{a24}›
vault userpass: vault login -method=userpass username=bob password=‹{y}›
vault unseal: vault operator unseal ‹{b44}›
vault write: vault write auth/userpass/users/bob password='‹{v}›' policies=a
consul kv: consul kv put app/db/password ‹{y}›
etcdctl: etcdctl --user root:‹{y}› get a
heroku: heroku config:set DATABASE_PASSWORD=‹{y}› -a app
flyctl: fly secrets set DB_PASSWORD=‹{y}› JWT_SECRET={a32}
vercel env: echo -n '‹{v}›' | vercel env add DB_PASSWORD production
wrangler: echo ‹{y}› | wrangler secret put DB_PASSWORD
railway var: railway variables --set "DB_PASSWORD=‹{y}›"
gh secret: gh secret set DEPLOY_TOKEN -b‹{a32}›
gh auth: echo ‹ghp_{a36}› | gh auth login --with-token
glab: glab variable set DB_PASSWORD ‹{y}›
git remote: git remote add origin https://bob:‹{a24}›@git.example.net/a.git
git clone oauth: git clone https://oauth2:‹{a26}›@gitlab.example.net/a/b.git
git config: git config --global http.extraHeader "Authorization: Basic ‹{b32}›"
git push: git push https://‹ghp_{a36}›@github.com/a/b.git main
svn: svn co https://svn.x.net/a --username bob --password ‹{y}›
npm config: npm config set //registry.npmjs.org/:_authToken ‹{g}›
npm otp: npm set _auth=‹{b32}=›
yarn: yarn config set npmAuthToken ‹{a36}›
pip index: pip install --index-url https://bob:‹{y}›@pypi.example.net/simple a
twine: twine upload -u bob -p ‹{y}› dist/*
poetry: poetry config http-basic.private bob ‹{y}›
poetry token: poetry config pypi-token.pypi ‹{s60}›
cargo: cargo login ‹{a36}›
gem: gem push a.gem --key ‹{h48}›
composer: composer config http-basic.x.net bob ‹{y}›
composer token: composer config github-oauth.github.com ‹{h40}›
nuget: nuget sources add -Name a -Source https://x.net -UserName bob -Password ‹{y}›
dotnet nuget: dotnet nuget push a.nupkg --api-key ‹{a46}› --source x
dotnet secrets: dotnet user-secrets set "Db:Password" "‹{v}›"
mvn: mvn deploy -Dserver.password=‹{y}›
gradle: ./gradlew publish -PnexusPassword=‹{y}›
java d: java -Dspring.datasource.password=‹{y}› -jar a.jar
keycloak: bin/kcadm.sh config credentials --server http://x --realm master --user admin --password ‹{y}›
django: DJANGO_SUPERUSER_PASSWORD=‹{y}› python manage.py createsuperuser --noinput
sonar scanner: sonar-scanner -Dsonar.login=‹{h40}›
argocd: argocd login cd.example.net --username admin --password '‹{v}›'
rabbitmqctl: rabbitmqctl add_user bob ‹{y}›
rabbitmqctl change: rabbitmqctl change_password bob '‹{v}›'
rabbitmqadmin: rabbitmqadmin -u bob -p ‹{y}› list queues
mosquitto: mosquitto_pub -h mq -u bob -P ‹{y}› -t a -m b
mosquitto passwd: mosquitto_passwd -b /etc/mosquitto/passwd bob ‹{y}›
htpasswd: htpasswd -nb bob ‹{y}›
htpasswd file: htpasswd -cb .htpasswd bob '‹{v}›'
snmpwalk: snmpwalk -v3 -u bob -l authPriv -a SHA -A ‹{y}› -x AES -X {y} host
snmp community: snmpwalk -v2c -c ‹{y}› host
nmcli: nmcli dev wifi connect Home password '‹{v}›'
wpa_passphrase: wpa_passphrase Home ‹{y}›
netsh: netsh wlan set profileparameter name=Home keyMaterial=‹{y}›
ipmitool: ipmitool -H bmc -U admin -P '‹{v}›' chassis status
freerdp: xfreerdp /v:host /u:bob /p:‹{y}›
rdesktop: rdesktop -u bob -p ‹{y}› host
vncpasswd: x11vnc -passwd ‹{y}› -display :0
winrm python: ansible all -i h, -e "ansible_password=‹{y}›" -m win_ping
ansible become: ansible-playbook a.yml -e 'ansible_become_pass=‹{v}›'
openconnect: echo '‹{v}›' | openconnect --user=bob --passwd-on-stdin vpn.example.net
cryptsetup: echo -n '‹{v}›' | cryptsetup luksOpen /dev/sdb1 data -
restic: restic -r s3:x --password-command "echo ‹{y}›" snapshots
terraform var: terraform apply -var="db_password=‹{y}›"
terraform backend: terraform init -backend-config="password=‹{y}›"
pulumi config: pulumi config set --secret dbPassword '‹{v}›'
powershell cred: $p = ConvertTo-SecureString "‹{v}›" -AsPlainText -Force
powershell env: $env:DB_PASSWORD = '‹{v}›'
powershell param: Connect-Thing -Username bob -Password ‹{y}›
powershell pscred: [PSCredential]::new('bob', (ConvertTo-SecureString '‹{v}›' -AsPlainText -Force))
powershell setx: [Environment]::SetEnvironmentVariable("API_KEY", "‹{a32}›", "User")
cmd set: set DB_PASSWORD=‹{y}›
cmd setx: setx API_TOKEN "‹{a32}›" /M
fish set: set -gx DB_PASSWORD ‹{y}›
csh setenv: setenv DB_PASSWORD '‹{v}›'
export quoted: export ADMIN_PASS="‹{v}›"
read default: DB_PASS="${DB_PASS:-‹{y}›}"
expect send: expect "assword:" ; send "‹{v}›\r"
heredoc: cat > .env <<EOF\nDB_PASSWORD=‹{v}›\nEOF
backslash flags: mysqldump \\n  --user=root \\n  --password=‹{y}› \\n  shop
xargs: printf 'machine x.net login bob password ‹{y}›\n' >> ~/.netrc
sed replace: sed -i 's/DB_PASSWORD=.*/DB_PASSWORD=‹{y}›/' .env
tee env: echo "SECRET_KEY=‹{a50}›" | sudo tee -a /etc/app.env
ssh inline: ssh host "PGPASSWORD='‹{v}›' pg_dump -U app shop"
mc alias: mc alias set s3 https://minio.x.net admin ‹{y}›
s3cmd: s3cmd --access_key=AKIA{u16} --secret_key=‹{b40}› ls
gsutil: htpasswd -bnBC 10 "" ‹{y}›
newman: newman run a.json --env-var "token=‹{a40}›"
stripe cli: stripe listen --api-key ‹sk_test_{a99}›
ngrok auth: ngrok http 80 --basic-auth="bob:‹{y}›"
caddy hash: caddy hash-password --plaintext '‹{v}›'
wp user: wp user update 1 --user_pass='‹{v}›'
occ: OC_PASS=‹{y}› php occ user:add --password-from-env bob
drush: drush upwd admin '‹{v}›'
createuser: psql -c "ALTER USER app WITH PASSWORD '‹{v}›'"
elastic curl: curl -k -u elastic:‹{v}› https://localhost:9200
elastic reset: New value: ‹{s20}›
elasticsearch-setup: Changed password for user [elastic]\nPASSWORD elastic = ‹{a20}›
minikube: argocd admin initial-password -n argocd\n‹{a16}›
jenkins initial: Please use the following password to proceed to installation:\n\n‹{h32}›\n\nThis may also be found at
# sql
mysql create: CREATE USER 'app'@'%' IDENTIFIED BY '‹{v}›';
mysql alter: ALTER USER 'root'@'localhost' IDENTIFIED WITH mysql_native_password BY '‹{v}›';
mysql set: SET PASSWORD FOR 'app'@'%' = PASSWORD('‹{y}›');
pg role: CREATE ROLE app LOGIN PASSWORD '‹{v}›';
oracle create: CREATE USER app IDENTIFIED BY "‹{v}›";
mssql login: CREATE LOGIN app WITH PASSWORD = N'‹{v}›', CHECK_POLICY = OFF;
snowflake user: CREATE USER bob PASSWORD='‹{v}›' DEFAULT_ROLE=R;
pg server: CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'bob', password '‹{v}›');
pg dblink: SELECT * FROM dblink('host=db user=bob password=‹{y}›', 'SELECT 1');
pg crypt: UPDATE users SET password = crypt('‹{v}›', gen_salt('bf'));
redshift copy: COPY t FROM 's3://b/a' CREDENTIALS 'aws_access_key_id=AKIA{u16};aws_secret_access_key=‹{b40}›';
snowflake stage: CREDENTIALS=(AWS_KEY_ID='AKIA{u16}' AWS_SECRET_KEY='‹{b40}›')
clickhouse user: CREATE USER bob IDENTIFIED WITH sha256_password BY '‹{v}›'
mysql replication: CHANGE MASTER TO MASTER_HOST='a', MASTER_USER='r', MASTER_PASSWORD='‹{v}›';
insert users: INSERT INTO users (name, email, password) VALUES ('bob', 'b@x.net', '‹{v}›');
update users: UPDATE accounts SET api_token='‹{a40}›' WHERE id=1;
pgp sym: SELECT pgp_sym_decrypt(data, '‹{v}›') FROM t;
mongo createuser: db.createUser({user: "app", pwd: "‹{v}›", roles: ["readWrite"]})
mongo auth: db.auth("app", "‹{v}›")
mongo change: db.changeUserPassword("app", "‹{v}›")
cypher: CALL dbms.changePassword('‹{v}›')
influx create: CREATE USER app WITH PASSWORD '‹{v}›' WITH ALL PRIVILEGES
cql role: CREATE ROLE app WITH PASSWORD = '‹{v}›' AND LOGIN = true;
psql row: rolname | rolpassword\n---------+-----------\n app | ‹SCRAM-SHA-256$4096:{b22}==${b43}=:{b43}=›
pg md5: app | ‹md5{h32}›
mysql hash: *‹{H40}›
users row: 1 | bob | b@x.net | ‹$2b$12${a53}›
argon: ‹$argon2id$v=19$m=65536,t=3,p=4${b22}${b43}›
django hash: ‹pbkdf2_sha256$600000${a22}${b43}=›
werkzeug: ‹scrypt:32768:8:1${a16}${h128}›
ntlm dump: bob:1001:aad3b435b51404eeaad3b435b51404ee:‹{h32}›:::
# file
wp-config: define( 'DB_PASSWORD', '‹{v}›' );
wp salt: define('AUTH_KEY',         '‹{q}{s40}›');
django settings: DATABASES = {'default': {'ENGINE': 'pg', 'USER': 'app', 'PASSWORD': '‹{v}›', 'HOST': 'db'}}
django key: SECRET_KEY = 'django-insecure-‹{l40}›'
flask: app.config["SECRET_KEY"] = "‹{y}›"
spring yml: spring:\n  datasource:\n    username: app\n    password: ‹{y}›
spring properties: spring.mail.password=‹{v}›
properties colon: db.password : ‹{v}›
properties spaces: jdbc.password ‹{y}›
laravel: MAIL_PASSWORD=‹{v}›
laravel key: APP_KEY=base64:‹{b43}=›
symfony: APP_SECRET=‹{h32}›
symfony dsn: MAILER_DSN=smtp://bob:‹{y}›@mail.example.net:587
rails database: production:\n  adapter: mysql2\n  username: app\n  password: "‹{v}›"
rails secrets: secret_key_base: ‹{h128}›
npmrc auth: //registry.example.net/:_password="‹{b32}=›"
npmrc token: //npm.pkg.github.com/:_authToken=‹{a40}›
pypirc: [pypi]\nusername = bob\npassword = ‹{v}›
netrc: machine example.net login bob password ‹{v}›
netrc lines: machine example.net\n  login bob\n  password ‹{y}›
pgpass: db.example.net:5432:shop:app:‹{y}›
pgpass star: *:*:*:postgres:‹{v}›
my.cnf: [client]\nuser=root\npassword="‹{v}›"
odbc.ini: [shop]\nDriver = PostgreSQL\nUID = app\nPWD = ‹{v}›
odbc string: Driver={ODBC Driver 18 for SQL Server};Server=db;Database=shop;Uid=app;Pwd=‹{y}›;Encrypt=yes;
ado string: Server=db;Database=shop;User Id=app;Password=‹{v}›;TrustServerCertificate=True
ole string: Provider=SQLOLEDB;Data Source=db;User ID=sa;Password=‹{y}›
oracle string: Data Source=ORCL;User Id=app;Password=‹{y}›;
jdbc semi: jdbc:sqlserver://db:1433;databaseName=shop;user=sa;password=‹{y}›
jdbc query: jdbc:mysql://db:3306/shop?user=app&password=‹{y}›&useSSL=false
jdbc oracle: jdbc:oracle:thin:app/‹{y}›@db:1521:ORCL
web.config: <add name="Db" connectionString="Server=db;User Id=app;Password=‹{v}›;" />
web.config key: <add key="ApiKey" value="‹{a32}›" />
machinekey: <machineKey validationKey="‹{H128}›" decryptionKey="{H48}" validation="SHA1" />
appsettings: "Jwt": { "Issuer": "x", "Key": "‹{a40}›" }
appsettings conn: "ConnectionStrings": { "Default": "Host=db;Username=app;Password=‹{y}›" }
smtp json: "Smtp": { "Host": "mail", "User": "bob", "Pass": "‹{v}›" }
dockerconfigjson: {"auths":{"ghcr.io":{"auth":"‹{b32}=›"}}}
docker identity: {"auths":{"x.azurecr.io":{"identitytoken":"‹{s60}›"}}}
compose env: environment:\n  - POSTGRES_USER=app\n  - POSTGRES_PASSWORD=‹{v}›
compose map: environment:\n  MYSQL_PASSWORD: ‹{y}›
compose redis: command: redis-server --requirepass ‹{y}› --appendonly yes
compose url: DATABASE_URL: postgres://app:‹{y}›@db/shop
dockerfile env: ENV DB_PASSWORD ‹{y}›
dockerfile arg: ARG NPM_TOKEN=‹{a36}›
k8s secret: apiVersion: v1\nkind: Secret\ndata:\n  password: ‹{b24}›
k8s stringdata: stringData:\n  username: app\n  admin-pass: "‹{v}›"
k8s env: env:\n- name: DB_PASSWORD\n  value: "‹{v}›"
helm values: postgresql:\n  auth:\n    postgresPassword: ‹{y}›
helm grafana: adminUser: admin\nadminPassword: ‹{v}›
ansible vars: ansible_ssh_pass: ‹{v}›
ansible inventory: db1 ansible_host=10.0.0.3 ansible_user=bob ansible_password=‹{y}›
ansible vaulted: $ANSIBLE_VAULT;1.1;AES256\n‹{d80}\n{d80}›
ansible module: mysql_user: name=app password=‹{y}› priv=*.*:ALL
ansible args: - name: user\n  community.mysql.mysql_user:\n    login_password: "‹{v}›"
tfvars: db_password = "‹{v}›"
tfstate: "attributes": {"username": "app", "password": "‹{v}›", "port": 5432}
tfstate random: "result": "‹{a20}›", "special": true, "type": "random_password"
tf provider: provider "aws" {\n  access_key = "AKIA{u16}"\n  secret_key = "‹{b40}›"\n}
tf heredoc: value = <<EOT\nPASSWORD=‹{v}›\nEOT
jenkins xml: <password>{‹AQAAABAAAAAQ{b42}=›}</password>
jenkins token: <apiToken>‹{h34}›</apiToken>
maven server: <server><id>x</id><username>bob</username><password>‹{y}›</password></server>
maven master: <master>{‹{b44}=›}</master>
gradle props: signing.password=‹{v}›
gradle signing: storePassword "‹{y}›"
gradle kts: keyPassword = "‹{v}›"
nuget config: <add key="ClearTextPassword" value="‹{v}›" />
ivy: <credentials host="x.net" realm="x" username="bob" passwd="‹{y}›"/>
sbt: credentials += Credentials("Realm", "x.net", "bob", "‹{v}›")
systemd env: Environment="DB_PASSWORD=‹{v}›"
systemd env two: Environment=DB_USER=app DB_PASS=‹{y}›
supervisor: environment=DB_USER="app",DB_PASSWORD="‹{v}›"
cron env: MAILTO=bob\nAPI_TOKEN=‹{a32}›
makefile: DB_PASSWORD ?= ‹{y}›
makefile colon: API_KEY := ‹{a32}›
actions env: env:\n  API_TOKEN: ‹{a40}›
actions with: with:\n  password: ‹{y}›
gitlab ci: variables:\n  DEPLOY_PASSWORD: "‹{v}›"
circle env: environment:\n  AWS_SECRET_ACCESS_KEY: ‹{b40}›
travis: env:\n  global:\n    - API_KEY=‹{a32}›
travis secure: - secure: "‹{b160}=›"
drone: settings:\n  password: ‹{v}›
azure pipelines: variables:\n- name: dbPassword\n  value: ‹{y}›
bitbucket pipes: variables:\n  FTP_PASSWORD: '‹{v}›'
wpa_supplicant: network={\n  ssid="Home"\n  psk="‹{v}›"\n}
wpa hex: psk=‹{h64}›
networkmanager: [wifi-security]\nkey-mgmt=wpa-psk\npsk=‹{v}›
netplan: access-points:\n  "Home":\n    password: "‹{v}›"
hostapd: wpa_passphrase=‹{y}›
eap: identity="bob"\npassword="‹{v}›"
iwd: [Security]\nPassphrase=‹{y}›
wifi qr: WIFI:T:WPA;S:Home;P:‹{y}›;;
openvpn auth: <auth-user-pass>\nbob\n‹{v}›\n</auth-user-pass>
ipsec secrets: %any : PSK "‹{v}›"
ipsec eap: bob : EAP "‹{v}›"
swanctl: secret = "‹{v}›"
racoon: 10.0.0.1 ‹0x{h32}›
l2tp: "bob" l2tpd "‹{v}›" *
shadow: root:‹$6${a16}${a86}›:19700:0:99999:7:::
shadow yescrypt: bob:‹$y$j9T${a22}${a43}›:19700:0:99999:7:::
htpasswd apr: bob:‹$apr1${a8}${a22}›
htpasswd sha: bob:‹{SHA}{b27}=›
ldif: userPassword: ‹{SSHA}{b32}›
ldif base64: userPassword:: ‹{b40}=›
slapd: rootpw ‹{v}›
ldap conf: bindpw ‹{y}›
sssd: ldap_default_authtok = ‹{v}›
postfix sasl: [smtp.example.net]:587 bob@example.net:‹{y}›
postfix sasl quoted: smtp.example.net    bob:‹{v}›
msmtp: password ‹{v}›
fetchmail: poll mail.x.net proto imap user "bob" password "‹{v}›"
mutt: set imap_pass = "‹{v}›"
mutt smtp: set smtp_url = "smtp://bob:‹{y}›@mail.x.net"
dovecot: bob:{PLAIN}‹{v}›
dovecot sql: connect = host=db dbname=mail user=m password=‹{y}›
mbsync: Pass "‹{v}›"
offlineimap: remotepass = ‹{v}›
exim: hide mysql_servers = db/mail/exim/‹{y}›
getmail: password = ‹{y}›
redis conf: requirepass ‹{y}›
redis masterauth: masterauth ‹{y}›
redis user: user bob on >‹{y}› ~* &* +@all
sentinel: sentinel auth-pass mymaster ‹{y}›
rabbit conf: default_pass = ‹{y}›
rabbit definitions: {"users":[{"name":"bob","password_hash":"‹{b48}›","tags":"administrator"}]}
erlang cookie: -setcookie ‹{u20}›
kafka jaas: org.apache.kafka.common.security.plain.PlainLoginModule required username="bob" password="‹{v}›";
kafka inline: sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="a" password="‹{y}›";
kafka ssl: ssl.key.password=‹{v}›
elastic yml: elasticsearch.password: "‹{v}›"
kibana: xpack.encryptedSavedObjects.encryptionKey: "‹{a32}›"
logstash: password => "‹{v}›"
fluentd: password ‹{y}›
vector: auth:\n  strategy: basic\n  user: a\n  password: ‹{v}›
mongod keyfile: security.keyFile contents\n‹{b64}\n{b64}›
cassandra: keystore_password: ‹{y}›
clickhouse xml: <password>‹{v}›</password>
clickhouse sha: <password_sha256_hex>‹{h64}›</password_sha256_hex>
pgbouncer userlist: "app" "‹{v}›"
pgpool: pool_passwd: app:‹AES{b24}==›
pg recovery: primary_conninfo = 'host=a user=r password=‹{y}›'
patroni: replication:\n  username: r\n  password: ‹{y}›
proxysql: mysql_users = ( { username = "app" , password = "‹{v}›" } )
haproxy: user bob insecure-password ‹{y}›
haproxy stats: stats auth admin:‹{v}›
haproxy hash: user bob password ‹$5${a16}${a43}›
nginx header: proxy_set_header Authorization "Basic ‹{b32}=›";
nginx key: proxy_set_header X-Api-Key "‹{a32}›";
traefik: - "traefik.http.middlewares.a.basicauth.users=bob:‹$$apr1$${a8}$${a22}›"
apache ldap: AuthLDAPBindPassword "‹{v}›"
apache setenv: SetEnv DB_PASSWORD ‹{y}›
php ini: mysqli.default_pw = "‹{v}›"
fpm: env[DB_PASSWORD] = ‹{y}›
phpmyadmin: $cfg['Servers'][$i]['password'] = '‹{v}›';
blowfish: $cfg['blowfish_secret'] = '‹{s32}›';
joomla: public $password = '‹{v}›';
drupal: 'password' => '‹{v}›',
drupal salt: $settings['hash_salt'] = '‹{s74}›';
magento env: 'crypt' => [ 'key' => '‹{h32}›' ]
prestashop: 'database_password' => '‹{v}›',
nextcloud: 'dbpassword' => '‹{y}›',
nextcloud salt: 'passwordsalt' => '‹{b30}›',
moodle: $CFG->dbpass    = '‹{v}›';
mediawiki: $wgDBpassword = "‹{v}›";
mediawiki key: $wgSecretKey = "‹{h64}›";
roundcube: $config['smtp_pass'] = '‹{v}›';
grafana ini: admin_password = ‹{v}›
grafana ds: secureJsonData:\n  password: ‹{y}›
alertmanager: smtp_auth_password: '‹{v}›'
alertmanager slack: api_url: 'https://hooks.slack.com/services/T{u8}/B{u8}/‹{a24}›'
alertmanager opsgenie: opsgenie_api_key: ‹{g}›
prometheus bearer: authorization:\n  type: Bearer\n  credentials: ‹{a40}›
loki s3: secret_access_key: ‹{b40}›
telegraf: token = "‹{s86}==›"
zabbix: DBPassword=‹{y}›
nagios: define command { command_line $USER1$/check_http -a bob:‹{y}› }
icinga: password = "‹{v}›"
keycloak conf: db-password=‹{y}›
keycloak realm: "credentials": [{"type": "password", "value": "‹{v}›"}]
keycloak client: "clientId": "web", "secret": "‹{a32}›"
oauth2 proxy: cookie_secret = "‹{s43}=›"
authelia: jwt_secret: ‹{y}›
dex: staticClients:\n- id: a\n  secret: ‹{s32}›
vault seal: seal "transit" {\n  token = "‹hvs.{a24}›"\n}
minio env: MINIO_ROOT_PASSWORD=‹{v}›
freeradius: bob Cleartext-Password := "‹{v}›"
radius client: client nas {\n  secret = ‹{y}›\n}
tacacs: key = "‹{v}›"
snmpd: rocommunity ‹{y}› 10.0.0.0/8
snmpd v3: createUser bob SHA "‹{v}›" AES
cisco secret: enable secret 5 ‹$1${a4}${a22}›
cisco user: username admin privilege 15 password 7 ‹{H20}›
cisco type9: username bob secret 9 ‹$9${a14}${a43}›
cisco plain: enable password ‹{y}›
cisco snmp: snmp-server community ‹{y}› RO
cisco key: crypto isakmp key ‹{y}› address 10.0.0.1
cisco tacacs: tacacs-server key ‹{y}›
juniper: encrypted-password "‹$6${a8}${a86}›";
juniper 9: authentication-key "‹$9${a30}›";
juniper set: set system root-authentication plain-text-password-value "‹{v}›"
fortinet: set password ENC ‹{b64}=›
fortinet psk: set psksecret ‹{y}›
mikrotik: /user add name=bob password=‹{y}› group=full
mikrotik wifi: wpa2-pre-shared-key="‹{v}›"
openwrt: option key '‹{v}›'
asterisk: secret=‹{y}›
freeswitch: <param name="password" value="‹{v}›"/>
samba creds: username=bob\npassword=‹{v}›\ndomain=ACME
fstab: //nas/s /mnt cifs username=bob,password=‹{y}›,uid=1000 0 0
autofs: data -fstype=cifs,user=bob,pass=‹{y}› ://nas/data
rsyncd: bob:‹{y}›
proftpd: SQLConnectInfo shop@db app ‹{y}›
vsftpd: bob\n‹{y}›\nanna\n{y}
ddclient: login=bob\npassword='‹{v}›'
acme: dns_cloudflare_api_token = ‹{s40}›
acme conf: SAVED_CF_Key='‹{h37}›'
lego: OVH_APPLICATION_SECRET=‹{a32}›
rclone conf: [nas]\ntype = webdav\nuser = bob\npass = ‹{s30}›
borgmatic: encryption_passphrase: "‹{v}›"
duplicity: export PASSPHRASE='‹{v}›'
duplicati: --passphrase="‹{v}›"
kickstart: rootpw --plaintext ‹{y}›
preseed: d-i passwd/root-password password ‹{y}›
autoinstall: identity:\n  username: bob\n  password: "‹$6${a16}${a86}›"
cloud-init: chpasswd:\n  list: |\n    root:‹{y}›
cloud-init users: users:\n- name: bob\n  plain_text_passwd: ‹{v}›
vagrant: config.ssh.password = "‹{y}›"
packer: "ssh_password": "‹{v}›"
unattend: <AdministratorPassword><Value>‹{v}›</Value></AdministratorPassword>
rdp: password 51:b:‹{H120}›
vnc: passwd=‹{h16}›
filezilla: <Pass encoding="base64">‹{b24}›</Pass>
winscp: open sftp://bob:‹{y}›@host/
dbeaver: "password": "‹{v}›"
datagrip: <jdbc-url>jdbc:postgresql://db/shop?user=a&amp;password=‹{y}›</jdbc-url>
vscode sftp: "username": "bob", "password": "‹{v}›", "protocol": "sftp"
vscode rest: Authorization: Basic bob:‹{y}›
http file vars: @token = ‹{a40}›
postman: {"key": "token", "value": "‹{a40}›", "type": "secret"}
postman auth: "basic": [{"key": "password", "value": "‹{v}›", "type": "string"}]
insomnia: "authentication": {"type": "basic", "username": "bob", "password": "‹{v}›"}
har header: {"name": "Authorization", "value": "Bearer ‹{a40}›"}
har cookie: {"name": "sessionid", "value": "‹{l32}›", "path": "/"}
har post: "postData": {"text": "user=bob&password=‹{y}›"}
sops: github_token: ‹gho_{a36}›
streamlit: [passwords]\nbob = "‹{v}›"
dvc: ['remote "s3"']\n  secret_access_key = ‹{b40}›
kaggle: {"username":"bob","key":"‹{h32}›"}
boto: aws_secret_access_key=‹{b40}›
oci: pass_phrase=‹{v}›
gcp sa: "private_key_id": "{h40}", "client_secret": "‹{s24}›"
firebase rc: FIREBASE_TOKEN=‹1//0{s60}›
hub: github.com:\n- user: bob\n  oauth_token: ‹gho_{a36}›
glab config: hosts:\n  gitlab.com:\n    token: ‹{s26}›
git credentials: https://bob:‹{y}›@git.example.net
gitconfig: [url "https://bob:‹{y}›@git.x.net/"]\n\tinsteadOf = https://git.x.net/
gitmodules: url = https://deploy:‹{y}›@git.x.net/a.git
hgrc: acme.password = ‹{v}›
composer auth: {"http-basic":{"x.net":{"username":"bob","password":"‹{v}›"}}}
composer gh: {"github-oauth":{"github.com":"‹{h40}›"}}
bundle: BUNDLE_GEMS__X__NET: "bob:‹{y}›"
gem creds: :rubygems_api_key: ‹rubygems_{h48}›
conda: channels:\n- https://bob:‹{y}›@conda.x.net/t
condarc token: https://conda.anaconda.org/t/‹{a8}-{g}›/acme
uv: UV_INDEX_ACME_PASSWORD=‹{y}›
yarnrc: npmAuthToken: "‹{g}›"
bunfig: token = "‹{a36}›"
cargo creds: [registry]\ntoken = "‹{a36}›"
hex: {<<"$write_key">>,<<"‹{h32}›">>}.
krb5 stash: addent -password -p bob -k 1 -e aes256\n‹{v}›
tomcat users: <user username="bob" password="‹{v}›" roles="manager-gui"/>
tomcat ks: keystorePass="‹{y}›"
jboss: <credential-reference clear-text="‹{v}›"/>
wildfly: bob=‹{h32}›
weblogic: password={AES256}‹{b44}›
hikari: dataSource.password=‹{y}›
quartz: org.quartz.dataSource.a.password=‹{v}›
spring bean: <property name="password" value="‹{v}›"/>
spring xml attr: p:password="‹{y}›"
android strings: <string name="api_secret">‹{a32}›</string>
ios plist: <key>ApiSecret</key>\n<string>‹{a32}›</string>
xcconfig: API_SECRET = ‹{a32}›
unity: "accessToken":"‹{s60}›"
flutter: --dart-define=API_KEY=‹{a32}›
vite: VITE_SECRET_TOKEN=‹{y}›
next: NEXTAUTH_SECRET=‹{b43}=›
clerk: CLERK_SECRET_KEY=‹sk_test_{a42}›
auth0: AUTH0_CLIENT_SECRET=‹{s64}›
okta: OKTA_API_TOKEN=‹00{s40}›
env export colon: DB_PASSWORD: '‹{v}›'
env words: DB_PASSWORD=‹{z}›
env quoted words: ADMIN_PASSWORD="amber cedar ‹{w} {w}›"
yaml words: password: ‹{z}›
yaml folded: password: >-\n  ‹{v}›
yaml literal: api_key: |\n  ‹{a40}›
yaml anchor: password: &pw ‹{y}›
yaml tag: password: !!str ‹{y}›
yaml flow: {user: bob, password: ‹{y}›, port: 22}
toml inline: db = { user = "app", password = "‹{v}›" }
toml dotted: smtp.password = '‹{v}›'
hcl map: "db_password" = "‹{v}›"
ini spaced: passwd      = ‹{y}›
ini percent: password = ‹{y}›%%{n3}
xml attribute: <db user="app" password="‹{v}›" host="db"/>
xml single: <db user='app' pwd='‹{y}›'/>
xml named: <entry key="db.password">‹{v}›</entry>
xml cdata: <password><![CDATA[‹{v}›]]></password>
plist array: <key>password</key><string>‹{y}›</string>
reg: "Password"="‹{v}›"
lua: password = [[‹{y}›]]
nix: password = "‹{v}›";
nix hashed: hashedPassword = "‹$6${a16}${a86}›";
dhall: { password = "‹{v}›" }
jsonnet: password: '‹{v}›',
edn: {:password "‹{v}›"}
elisp: (setq smtp-password "‹{v}›")
authinfo: machine imap.x.net login bob port 993 password ‹{v}›
vim: let g:db_password = '‹{v}›'
pass store: ‹{v}›\nlogin: bob\nurl: https://example.net
# code
python const: PASSWORD = "‹{v}›"
python kw: connect(host="db", user="app", password="‹{v}›")
python short kw: pymysql.connect("db", "app", passwd='‹{y}›')
python tuple: auth=("bob", "‹{v}›")
python basic: requests.get(url, auth=HTTPBasicAuth('bob', '‹{v}›'))
python headers: headers = {"Authorization": "Bearer ‹{a40}›"}
python getenv: os.getenv("API_KEY", "‹{a32}›")
python environ: os.environ["DB_PASSWORD"] = "‹{v}›"
python setdefault: os.environ.setdefault('SECRET_KEY', '‹{a50}›')
python concat: password = ("‹{a12}"\n            "{a12}›")
python plus: api_key = "‹{a20}" + "{a20}›"
python bytes: SECRET = b"‹{a24}›"
python dict: creds = {"bob": {"password": "‹{v}›"}}
python type: password: str = "‹{v}›"
python jwt: jwt.encode(payload, "‹{y}›", algorithm="HS256")
python login: smtp.login("bob@example.net", "‹{v}›")
python ssh: client.connect("host", username="bob", password="‹{v}›")
python dataclass: db_pass: str = field(default="‹{v}›")
python argparse: parser.add_argument("--password", default="‹{v}›")
python compare: if password == "‹{v}›":
python fernet: Fernet(b"‹{s43}=›")
python hmac: hmac.new(b"‹{a32}›", msg, hashlib.sha256)
python walrus: (pw := "‹{v}›")
pydantic: api_token: SecretStr = SecretStr("‹{a32}›")
js const: const apiKey = '‹{a32}›';
js object: { user: 'bob', pass: '‹{v}›' }
js env default: const secret = process.env.JWT_SECRET || '‹{y}›';
js nullish: process.env.TOKEN ?? "‹{a32}›"
js jwt: jwt.sign({ id }, '‹{y}›', { expiresIn: '1h' })
js session: app.use(session({ secret: '‹{v}›', resave: false }))
js fetch: headers: { Authorization: `Bearer ‹{a40}›` }
js btoa: 'Basic ' + btoa('bob:‹{v}›')
js axios: axios.get(u, { auth: { username: 'bob', password: '‹{v}›' } })
js concat: const key = '‹{a20}' +\n  '{a20}›';
js cookie: document.cookie = "token=‹{a40}›; path=/"
js set: localStorage.setItem('token', '‹{a40}›')
js fill: await page.fill('#password', '‹{v}›')
js type: cy.get('input[name=password]').type('‹{v}›')
playwright: await page.getByLabel('Password').fill('‹{v}›');
selenium: driver.find_element(By.ID, "password").send_keys("‹{v}›")
ts class: private readonly apiSecret: string = '‹{a32}›';
go const: const apiSecret = "‹{a32}›"
go struct: Config{User: "bob", Password: "‹{v}›"}
go setenv: os.Setenv("DB_PASSWORD", "‹{v}›")
go basic: req.SetBasicAuth("bob", "‹{v}›")
go header: req.Header.Set("X-Api-Key", "‹{a32}›")
go raw: password := `‹{v}›`
go bytes: var jwtKey = []byte("‹{y}›")
go dsn: sql.Open("mysql", "app:‹{y}›@tcp(db:3306)/shop")
go plus: token := "‹{a20}" +\n⇥"{a20}›"
java field: private static final String PASSWORD = "‹{v}›";
java drivermanager: DriverManager.getConnection("jdbc:mysql://db/shop", "app", "‹{v}›");
java setter: ds.setPassword("‹{v}›");
java props: props.put("password", "‹{v}›");
java chars: "‹{v}›".toCharArray() // keystore password
java value: @Value("${db.password:‹{y}›}")
java keyspec: new SecretKeySpec("‹{a16}›".getBytes(), "AES")
java builder: .password("‹{v}›")
java basic: Credentials.basic("bob", "‹{v}›")
kotlin: val apiToken = "‹{a32}›"
scala: val dbPassword: String = "‹{v}›"
csharp: var password = "‹{v}›";
csharp property: public string ApiKey { get; set; } = "‹{a32}›";
csharp verbatim: string pwd = @"‹{v}›";
csharp cred: new NetworkCredential("bob", "‹{v}›")
csharp key: new SymmetricSecurityKey(Encoding.UTF8.GetBytes("‹{y}›"))
vb: Dim password As String = "‹{v}›"
php var: $password = '‹{v}›';
php pdo: new PDO('mysql:host=db;dbname=shop', 'app', '‹{v}›');
php mysqli: mysqli_connect("db", "app", "‹{v}›", "shop");
php const: const API_SECRET = '‹{a32}›';
php env: env('DB_PASSWORD', '‹{v}›')
php curl: curl_setopt($ch, CURLOPT_USERPWD, "bob:‹{v}›");
php concat: $key = '‹{a20}' .\n    '{a20}›';
ruby hash: password: '‹{v}›',
ruby rocket: :password => "‹{v}›"
ruby env: ENV['API_TOKEN'] ||= '‹{a32}›'
ruby fetch: ENV.fetch("SECRET_KEY") { "‹{a40}›" }
ruby basic: request.basic_auth("bob", "‹{v}›")
rust const: const TOKEN: &str = "‹{a40}›";
rust let: let password = "‹{v}›".to_string();
rust basic: .basic_auth("bob", Some("‹{v}›"))
rust bearer: .bearer_auth("‹{a40}›")
c define: #define WIFI_PASSWORD "‹{v}›"
c char: const char* password = "‹{v}›";
cpp string: std::string apiKey{"‹{a32}›"};
arduino: WiFi.begin("Home", "‹{v}›");
swift: let apiSecret = "‹{a32}›"
objc: NSString *token = @"‹{a40}›";
dart: final String apiKey = '‹{a32}›';
elixir: config :app, App.Repo, username: "a", password: "‹{v}›"
elixir key: secret_key_base: "‹{b64}›"
erlang: {password, "‹{v}›"}
clojure: (def db {:user "a" :password "‹{v}›"})
haskell: connectPassword = "‹{v}›"
perl: my $password = '‹{v}›';
perl dbi: DBI->connect("dbi:mysql:shop", "app", "‹{v}›");
r: Sys.setenv(API_KEY = "‹{a32}›")
r connect: dbConnect(drv, user = "a", password = "‹{v}›")
matlab: password = '‹{v}›';
julia: const TOKEN = "‹{a40}›"
vba: strPassword = "‹{v}›"
groovy: def password = '‹{v}›'
shell array: PASSWORDS=("‹{v}›")
shell case: local pass='‹{v}›'
shell func: login bob '‹{v}›'  # password
bash concat: TOKEN="‹{a20}"\\n"{a20}›"
sql in code: cursor.execute("ALTER USER a PASSWORD '‹{v}›'")
test data: test_user = User(name="bob", password="‹{v}›")
comment todo: # TODO remove: password is ‹{v}›
# url
postgres: postgresql://app:‹{y}›@db.internal:5432/shop
mysql: mysql+pymysql://app:‹{y}›@db/shop?charset=utf8mb4
mongo srv: mongodb+srv://app:‹{y}›@cluster0.ab1cd.mongodb.net/shop
redis no user: redis://:‹{y}›@cache:6379/0
rediss: rediss://default:‹{y}›@cache.example.net:6380
amqp: amqps://bob:‹{y}›@mq.example.net/vhost
nats: nats://bob:‹{y}›@nats:4222
nats token: nats://‹{a32}›@nats:4222
ftp: ftp://bob:‹{y}›@ftp.example.net/pub
sftp: sftp://bob:‹{y}›@host/home
smb: smb://bob:‹{y}›@nas/share
ldap: ldap://cn=admin,dc=x:‹{y}›@ldap:389
imap: imaps://bob%40x.net:‹{y}›@mail.x.net
smtp: smtp://bob@x.net:‹{y}›@mail.x.net:587
clickhouse: clickhouse://default:‹{y}›@ch:9000/shop
snowflake: snowflake://bob:‹{y}›@acct/db
mssql: mssql+pyodbc://sa:‹{y}›@db/shop?driver=ODBC
oracle: oracle+cx_oracle://app:‹{y}›@db:1521/?service_name=X
neo4j: neo4j+s://neo4j:‹{y}›@x.databases.neo4j.io
elastic: https://elastic:‹{y}›@es:9200
influx: influxdb://bob:‹{y}›@influx:8086/m
cockroach: cockroachdb://root:‹{y}›@crdb:26257/x
couch: http://admin:‹{y}›@couch:5984/_utils
rtsp: rtsp://admin:‹{y}›@10.0.0.8:554/stream1
socks: socks5h://bob:‹{y}›@proxy:1080
http proxy: HTTPS_PROXY=http://bob:‹{y}›@proxy.example.net:3128
percent: postgres://app:‹Dune%21{w}%23{n3}›@db/shop
sentry dsn: https://‹{h32}›:{h32}@sentry.example.net/4
mqtt: mqtt://bob:‹{y}›@mq:1883
ssh url: ssh://bob:‹{y}›@host:22
vault url: https://x.net/webdav?user=bob&pass=‹{y}›
s3 signed: https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{u16}%2F20261130&X-Amz-Signature=‹{h64}›
s3 v2: https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIA{u16}&Expires=1764475921&Signature=‹{a25}%3D›
gcs signed: https://storage.googleapis.com/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=‹{h128}›
cloudfront: https://d1.cloudfront.net/a?Expires=1764475921&Signature=‹{s80}__›&Key-Pair-Id=K{u13}
akamai: https://x.net/a?hdnea=st=1~exp=2~acl=/*~hmac=‹{h64}›
azure sas token: ?sv=2024-11-04&ss=b&srt=sco&sp=rl&se=2026-12-01T00:00:00Z&sig=‹{a43}%3D›
oss: https://b.oss-eu.aliyuncs.com/k?OSSAccessKeyId=LTAI{a16}&Signature=‹{a27}%3D›
api key query: https://api.example.net/v1/x?api_key=‹{a32}›&q=1
key query: https://maps.example.net/api?key=‹{a39}›&v=2
appid: https://api.openweathermap.org/data/2.5/weather?q=Paris&appid=‹{h32}›
access token query: https://graph.example.net/me?access_token=‹{a60}›
oauth code: https://app.example.net/callback?code=‹{s40}›&state={a16}
fragment token: https://app.example.net/#access_token=‹{a60}›&token_type=bearer
reset link: https://app.example.net/reset-password?token=‹{s43}›
reset path: https://app.example.net/password/reset/‹{a60}›
magic link: https://app.example.net/auth/magic?token=‹{h64}›
invite: https://app.example.net/invite?secret=‹{a24}›
unsubscribe: https://example.net/signin?login_token=‹{a40}›
jenkins trigger: https://ci.example.net/job/a/build?token=‹{y}›
gitlab private: https://gitlab.example.net/api/v4/x?private_token=‹{s20}›
rss: https://example.net/feed.atom?feed_token=‹{s20}›
ical: https://calendar.google.com/calendar/ical/bob%40x.net/private-‹{h32}›/basic.ics
webhook site: https://api.example.net/hooks/deploy?secret=‹{y}›
grafana snapshot: https://grafana.example.net/d/x?auth_token=‹eyJhbGciOiJFUzI1NiJ9.{s60}.{s86}›
jupyter lab: http://127.0.0.1:8888/lab?token=‹{h48}›
websocket: wss://example.net/socket?auth=‹{a40}›
# protocol
bearer: Authorization: Bearer ‹{a40}›
bearer jwt: authorization: Bearer ‹eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{s80}.{s43}›
basic: Authorization: Basic ‹{b40}=›
token auth: Authorization: token ‹{h40}›
apikey auth: Authorization: ApiKey ‹{b60}==›
digest: Authorization: Digest username="bob", realm="x", nonce="{h32}", uri="/", response="‹{h32}›"
hmac: Authorization: HMAC-SHA256 Credential=a&SignedHeaders=host&Signature=‹{b43}=›
sigv4: Authorization: AWS4-HMAC-SHA256 Credential=AKIA{u16}/20261130/eu-west-3/s3/aws4_request, SignedHeaders=host, Signature=‹{h64}›
proxy auth: Proxy-Authorization: Basic ‹{b32}=›
negotiate: Authorization: Negotiate ‹YII{b160}==›
ntlm: Authorization: NTLM ‹TlRMTVNTUAADAAAA{b120}›
x-api-key: x-api-key: ‹{a40}›
x-auth-token: X-Auth-Token: ‹{a32}›
x-access-token: X-Access-Token: ‹{a40}›
private-token: PRIVATE-TOKEN: ‹{s20}›
job-token: JOB-TOKEN: ‹{a30}›
x-csrf: X-CSRF-Token: ‹{b43}=›
x-amz-token: X-Amz-Security-Token: ‹FwoGZXIvYXdzE{b200}=›
x-goog: x-goog-api-key: ‹AIzaSy{s33}›
x-hub: X-Hub-Signature-256: sha256=‹{h64}›
x-figma: X-Figma-Token: ‹{s36}›
x-shopify: X-Shopify-Access-Token: ‹{h32}›
x-redmine: X-Redmine-API-Key: ‹{h40}›
x-plex: X-Plex-Token: ‹{s20}›
x-emby: X-Emby-Token: ‹{h32}›
api-key: api-key: ‹{h32}›
cookie: Cookie: _ga=GA1.2.1; session=‹{s60}›; theme=dark
cookie php: Cookie: PHPSESSID=‹{l26}›
cookie java: Cookie: JSESSIONID=‹{H32}›.node1
cookie asp: Set-Cookie: .AspNetCore.Cookies=‹CfDJ8{s120}›; path=/; httponly
cookie rails: Set-Cookie: _app_session=‹{b120}%3D--{h40}›; path=/
cookie connect: Cookie: connect.sid=s%3A‹{s32}.{b43}›
cookie flask: Set-Cookie: session=‹eyJ1c2VyIjoxfQ.{s6}.{s27}›; HttpOnly
cookie laravel: Cookie: laravel_session=‹eyJpdiI6{b180}%3D›
cookie wp: Cookie: wordpress_logged_in_{h32}=‹bob%7C1764475921%7C{a43}%7C{h64}›
cookie jwt: Cookie: access_token=‹eyJhbGciOiJIUzI1NiJ9.{s60}.{s43}›
cookie csrf: Cookie: csrftoken=‹{a32}›; sessionid={l32}
cookie netscape: .example.net⇥TRUE⇥/⇥TRUE⇥1790000000⇥sessionid⇥‹{l32}›
oauth json: {"access_token":"‹{s60}›","token_type":"Bearer","expires_in":3600}
refresh json: "refresh_token": "‹{s80}›"
id token: "id_token": "‹eyJhbGciOiJSUzI1NiJ9.{s120}.{s342}›"
device code: "device_code": "‹{s40}›"
login json: {"email": "bob@x.net", "password": "‹{v}›"}
graphql: mutation { login(email: "b@x.net", password: "‹{v}›") { token } }
soap: <wsse:Password Type="x#PasswordText">‹{v}›</wsse:Password>
saml: <input type="hidden" name="SAMLResponse" value="‹PHNhbWxw{b400}==›"/>
multipart: Content-Disposition: form-data; name="password"\n\n‹{v}›
form input: <input type="password" name="password" value="‹{v}›">
csrf input: <input type="hidden" name="csrf_token" value="‹{s43}›">
smtp auth: AUTH PLAIN ‹{b40}=›
smtp login: 334 UGFzc3dvcmQ6\n‹{b20}=›
imap login: a1 LOGIN bob "‹{v}›"
pop: PASS ‹{y}›
ftp pass: USER bob\n331 ok\nPASS ‹{v}›
irc: PRIVMSG NickServ :IDENTIFY ‹{y}›
irc oper: /oper bob ‹{y}›
redis resp: *2\n$4\nAUTH\n$16\n‹{a16}›
sip: Authorization: Digest username="b",realm="x",nonce="{h16}",response="‹{h32}›"
# dump
env dump: HOME=/root\nDB_PASSWORD=‹{v}›\nPATH=/bin
docker inspect: "Env": ["PATH=/bin", "POSTGRES_PASSWORD=‹{v}›"]
kubectl describe: Environment:\n  DB_PASSWORD:  ‹{y}›
kubectl yaml annotation: kubectl.kubernetes.io/last-applied-configuration: |\n  {"kind":"Secret","data":{"password":"‹{b24}›"}}
kubectl jsonpath: $ kubectl get secret db -o jsonpath='{.data.password}' | base64 -d\n‹{a20}›
ps output: root 312 0.0 mysqld --user=root --password=‹{y}›
terraform output: db_password = "‹{v}›"
terraform plan: + password = "‹{v}›"
aws sts: "SecretAccessKey": "‹{b40}›"
aws table: |  SecretAccessKey  |  ‹{b40}›  |
aws secret get: "SecretString": "{\"username\":\"app\",\"password\":\"‹{y}›\"}"
az sp: "appId": "{g}", "password": "‹{s37}›", "tenant": "{g}"
az keys: "keyName": "key1", "value": "‹{b86}==›"
gcloud token: $ gcloud auth print-access-token\n‹ya29.{s120}›
gh token: $ gh auth token\n‹gho_{a36}›
vault read: password        ‹{s20}›
vault token: token                ‹hvs.{s90}›
heroku config: DATABASE_URL:  postgres://u:‹{h64}›@ec2-1.compute.amazonaws.com:5432/d1
pass show: $ pass show web/example\n‹{v}›
pwgen: $ pwgen -s 20 1\n‹{a20}›
openssl rand: $ openssl rand -hex 32\n‹{h64}›
secrets token: >>> secrets.token_urlsafe(32)\n'‹{s43}›'
django generate: >>> get_random_secret_key()\n'‹{l50}›'
security find: password: "‹{v}›"
netsh show: Key Content            : ‹{y}›
nmcli show: 802-11-wireless-security.psk:           ‹{v}›
wg show: private key: ‹{b43}=›
git credential fill: protocol=https\nhost=x.net\nusername=bob\npassword=‹{y}›
md table: | user | password |\n|---|---|\n| bob | ‹{v}› |
md table fr: | identifiant | mot de passe |\n|---|---|\n| bob | ‹{v}› |
md row: | DB_PASSWORD | ‹{v}› |
md bold: **Password:** ‹{v}›
md code: Password: `‹{v}›`
md list: - Password: `‹{v}›`
md link: [admin](https://bob:‹{y}›@x.net)
csv header: name,email,password\nbob,b@x.net,‹{y}›
csv browser: url,username,password\nhttps://x.net,bob,"‹{v}›"
csv chrome: name,url,username,password,note\nx.net,https://x.net,bob,‹{y}›,
csv keepass: "Account","Login Name","Password","Web Site","Comments"\n"x","bob","‹{v}›","https://x.net",""
csv bitwarden: folder,favorite,type,name,login_uri,login_username,login_password\n,,login,x,https://x.net,bob,‹{y}›
csv semicolon: nom;identifiant;mot de passe\nx;bob;‹{y}›
tsv: user⇥password\nbob⇥‹{y}›
bitwarden json: "login": {"username": "bob", "password": "‹{v}›", "totp": null}
1password json: {"id":"password","type":"CONCEALED","purpose":"PASSWORD","label":"password","value":"‹{v}›"}
firefox logins: "encryptedPassword":"‹MDoEEPgAAAAAAAAAAAAAAAAAAAEwFAYIKoZIhvcNAwcE{b40}=›"
keepass xml: <String><Key>Password</Key><Value ProtectInMemory="True">‹{v}›</Value></String>
psql table:  id | email | api_key\n----+-------+---------\n  1 | b@x.net | ‹{a32}›
mysql table: | user | password_plain |\n+------+---------+\n| bob | ‹{y}› |
psql expanded: password | ‹{v}›
mysql vertical:      password: ‹{v}›
python repr: User(name='bob', password='‹{v}›', age=3)
go dump: {User:bob Password:‹{y}› Host:db}
java tostring: Config{user='bob', password='‹{v}›'}
ruby inspect: #<User name="bob", password="‹{v}›">
php dump: ["password"]=>\n  string(12) "‹{v}›"
php print_r: [password] => ‹{v}›
log kv: level=info msg="login" user=bob password=‹{y}›
log params: Parameters: {"user"=>"bob", "password"=>"‹{v}›"}
log url: GET /login?user=bob&password=‹{y}› HTTP/1.1
log body: Request body: {"username":"bob","password":"‹{v}›"}
log sql: Executing: CREATE USER a IDENTIFIED BY '‹{v}›'
traceback dsn: OperationalError: connection to "postgresql://a:‹{y}›@db/shop" failed
hydra: [22][ssh] host: 10.0.0.3   login: bob   password: ‹{y}›
nmap: Valid credentials: admin:‹{y}›
diff pw: -password: {y}\n+password: ‹{y}›
strace: execve("/usr/bin/mysql", ["mysql", "-uroot", "-p‹{y}›"], 0x7ffd)
history: PGPASSWORD=‹{y}› psql -h db
wifi export: <keyMaterial>‹{v}›</keyMaterial>
bacula: Password = "‹{v}›"
odoo: admin_passwd = ‹{v}›
odoo db: db_password = ‹{y}›
tnsnames: sqlnet.wallet_override\nWALLET_PASSWORD=‹{y}›
# escaped
html quot: password=&quot;‹{y}›&quot;
html num: password=&#34;‹{y}›&#34;
html apos: password=&#x27;‹{y}›&#x27;
unicode quot: password=\u0022‹{y}›\u0022
percent quot: password%3D%22‹{y}›%22
percent url: redirect=https%3A%2F%2Fbob%3A‹{y}›%40x.net%2F
percent query: next=%2Flogin%3Fpassword%3D‹{y}›%26a%3D1
percent json: %7B%22password%22%3A%22‹{y}›%22%7D
double json: {"body":"{\"password\":\"‹{y}›\"}"}
triple json: "{\\\"password\\\":\\\"‹{y}›\\\"}"
json nl: "DB_USER=a␤DB_PASSWORD=‹{y}›␤DB_HOST=db"
shell esc: bash -c "mysql -p\"‹{y}›\""
sql esc: 'ALTER USER a PASSWORD ''‹{y}›'''
xml esc: &lt;password&gt;‹{y}›&lt;/password&gt;
yaml esc: "password: \"‹{y}›\""
hex esc: password=\x22‹{y}›\x22
double percent: password%253D‹{y}›%2526
double html: password=&amp;quot;‹{y}›&amp;quot;
regexp esc: password\s*=\s*‹{y}›
powershell esc: "password=`"‹{y}`"›"
# prose
en is: the password is ‹{v}›
en for: password for the staging db is ‹{y}›
en root: root password on that box: ‹{v}›
en use: use ‹{y}› as the password
en its pw: the wifi pw is ‹{y}›
en changed: I changed the password to ‹{y}› yesterday
en rotated: we rotated it, the new key is ‹{a32}›
en key: my api key is ‹{a40}›, please use it
en login: login is bob and the password is ‹{y}›
en slash: credentials: bob / ‹{v}›
en both: user: bob, pass: ‹{v}›
en admin: log in as admin with ‹{v}›
en ssh: ssh into 10.0.0.4 as bob, password ‹{y}›
en pin: the PIN is ‹{d4}›
en code: your verification code is ‹{d6}›
en otp: OTP: ‹{d6}›
en pass phrase: the passphrase for the key is "amber ‹{c6} {c7} {w}›"
en words: the password is ‹{z}›
en token quoted: here is the token "‹{a40}›"
en secret: the client secret for prod is ‹{a32}›
en mail: Username: bob\nPassword: ‹{v}›\n\nPlease change it
en temp: Your temporary password is: ‹{y}›
en set: password has been set to '‹{v}›'
en default: default credentials are admin:‹{y}›
en notes: Wi-Fi guest: ‹{y}› (password)
en vpn: VPN user bob pass ‹{y}›
en parenthesis: the admin account (password: ‹{y}›) works
en with pw: connect with user app and password ‹{v}›
en type: when it asks for the password type ‹{y}›
en try: try ‹{y}› for the password
en backtick: the db password is `‹{v}›`
en dash: DB password - ‹{v}›
en equals: password = ‹{v}›
en was: it used to be password ‹{y}›
en instead: please replace the password {y} with ‹{y}›
en bearer: pass this bearer token: ‹{a40}›
en encryption: encrypt the backup with the key ‹{h64}›
en unlock: to unlock the zip: ‹{y}›
en creds lines: creds:\nbob\n‹{v}›
fr est: le mot de passe est ‹{v}›
fr colon: mot de passe : ‹{v}›
fr mdp: mdp: ‹{y}›
fr mdp est: le mdp du serveur est ‹{y}›
fr base: le mot de passe de la base de données, c'est ‹{v}›
fr utilise: utilise ‹{y}› comme mot de passe
fr change: j'ai changé le mot de passe en ‹{y}›
fr nouveau: le nouveau mot de passe : ‹{v}›
fr login: identifiant : bob, mot de passe : ‹{v}›
fr slash: identifiants : bob / ‹{v}›
fr cle: ma clé d'API est ‹{a40}›
fr cle colon: clé API : ‹{a32}›
fr jeton: le jeton d'accès est ‹{a40}›
fr wifi: le code wifi est ‹{y}›
fr code: code d'accès : ‹{y}›
fr pin: le code PIN est ‹{d4}›
fr verification: votre code de vérification est ‹{d6}›
fr secret: le secret client est ‹{a32}›
fr phrase: la phrase secrète est « ‹{z}› »
fr provisoire: votre mot de passe provisoire est ‹{y}›
fr guillemets: le mot de passe est « ‹{v}› »
fr avec: connecte-toi en admin avec le mot de passe ‹{y}›
fr parenthese: le compte admin (mot de passe ‹{y}›) marche
fr tape: quand il demande le mot de passe, tape ‹{y}›
fr remplace: remplace le mot de passe par ‹{y}›
fr ticket: Mot de passe root : ‹{v}›
fr reunion: Accès au NAS : bob / ‹{v}›
fr accent: Mot de passe de l'équipe = ‹{y}›
fr pass: le pass admin c'est ‹{v}›
fr mails: Identifiant : bob\nMot de passe : ‹{v}›\nCordialement
fr ssh: connexion ssh avec bob et ‹{y}› en mot de passe
fr dechiffrer: pour déchiffrer l'archive : ‹{y}›
de ist: das Passwort ist ‹{y}›
de colon: Passwort: ‹{v}›
es es: la contraseña es ‹{y}›
es colon: contraseña: ‹{v}›
it colon: password di accesso: ‹{v}›
"""

_LOOKALIKES = r"""
POSTGRES_PASSWORD=${POSTGRES_PASSWORD:?required}
DB_PASSWORD=$(cat /run/secrets/db)
DB_PASSWORD="$(op read op://Prod/db/password)"
DB_PASSWORD=`pass show db`
DB_PASSWORD=<secret>
DB_PASSWORD=
DB_PASSWORD=xxx
DB_PASSWORD=xxxxxxxx
DB_PASSWORD=your_password_here
DB_PASSWORD=replace-me
DB_PASSWORD=REDACTED
DB_PASSWORD=***
DB_PASSWORD=[hidden]
DB_PASSWORD=@@PASSWORD@@
DB_PASSWORD=%DB_PASSWORD%
DB_PASSWORD=__PASSWORD__
DB_PASSWORD=#{DB_PASSWORD}
DB_PASSWORD=!secret db_password
password: !secret wifi_password
password: ENC[AES256_GCM,data:{b20}=,iv:{b43}=,tag:{b22}==,type:str]
password: "{{ lookup('env', 'DB_PASSWORD') }}"
password: "{{ vault.db.password }}"
password: {{ .Values.auth.password | quote }}
password: {{ required "password is required" .Values.password }}
password: {get_param: DbPassword}
password: !Ref DbPassword
password: !Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'
MasterUserPassword: !Ref DBPassword
password: ((db-password))
password: <<DB_PASSWORD>>
password: /run/secrets/db_password
password: file:///etc/app/password
password: null
password: ~
password: ""
password: ''
password: true
password: optional
password: N/A
password: none
password: (not shown)
password: [FILTERED]
"password": "[FILTERED]"
"password":"********"
"password": null,
"password": "string",
"password": "string (required)",
"password": {"$ref": "#/components/schemas/Password"},
"password": ["This field is required."],
"password": ["The password must be at least 8 characters."]
"password_confirmation": "required|same:password"
'password' => 'required|string|min:8|confirmed',
'password' => Hash::make($request->password),
'password' => env('DB_PASSWORD', ''),
'password' => bcrypt('password'),
'password' => 'hashed',
password: hashedPassword,
password: await bcrypt.hash(dto.password, 10),
password: req.body.password
password: z.string().min(8)
password: yup.string().required()
password: Joi.string().pattern(/^[a-zA-Z0-9]{3,30}$/)
password: { type: String, required: true, select: false },
password: DataTypes.STRING(64)
password: Mapped[str] = mapped_column(String(60))
password = models.CharField(max_length=128)
password = serializers.CharField(write_only=True, min_length=8)
password = PasswordField("Password", validators=[DataRequired()])
password = Column(String(255), nullable=False)
password = forms.CharField(widget=forms.PasswordInput)
password = request.form["password"]
password = request.POST.get('password', '')
password = params[:user][:password]
password = st.text_input("Password", type="password")
password = config.get("database", "password")
password = keyring.get_password("app", user)
password = secrets.token_urlsafe(16)
password = generate_password(length=16)
password = input("Password: ")
password = args.password or getpass("Password: ")
password = self._decrypt(row["password"])
password = settings.DATABASE_PASSWORD
password = os.getenv("DB_PASSWORD")
password = "".join(random.choices(ALPHABET, k=12))
password = b64decode(secret.data["password"]).decode()
passwd = pwd.getpwnam("bob").pw_passwd
pwd = os.getcwd()
pwd=$(pwd)
PWD=/home/bob/app2
OLDPWD=/srv/release-2026
cd "$OLDPWD" && pwd
String password = request.getParameter("password");
String password = environment.getProperty("db.password");
char[] password = console.readPassword("Password: ");
public void setPassword(String password) {
public string Password { get; set; }
[Required] public string Password { get; set; } = string.Empty;
private String password;
private readonly passwordService: PasswordService2,
val password: String = config.getString("db.password")
var password = Environment.GetEnvironmentVariable("DB_PASSWORD");
let password = std::env::var("DB_PASSWORD")?;
password := os.Getenv("DB_PASSWORD")
password, err := terminal.ReadPassword(0)
Password string `json:"password" validate:"required,min=8"`
PasswordHash []byte `db:"password_hash"`
if (password.length < 8) return 'tooShort2';
if password.isEmpty { throw LoginError.emptyPassword }
expect(screen.getByLabelText('Password2')).toBeInTheDocument()
await page.fill('#password', process.env.PASSWORD!)
await page.locator('input[name="password"]').waitFor();
assert_select "input[name=?]", "user[password_confirmation]"
test_password_reset_token_expires_after_24h
def test_login_with_wrong_password_returns_401(client):
it('stores the token2 in memory', async () => {
describe("PasswordStrengthMeter2", () => {
raise PasswordMismatchError("passwords do not match")
throw new Error(`password for ${user} is wrong`);
throw new InvalidTokenException("Token expired2");
logger.info("password changed for user %s", user.id)
log.debug("token={}", mask(token));
console.log('token', token)
console.log(`token: ${token.slice(0, 4)}…`)
print(f"password={password!r}")
echo "password: $PASSWORD"
errors.password = "errors.password.tooShort2"
"login.password.label": "Mot de passe",
"password.placeholder": "Enter2 your password",
"PASSWORD_TOO_WEAK": "Password too weak",
"auth.token_expired_v2": "Your session has expired",
label_password: Mot de passe du compte
msgid "Password"
msgstr "Mot de passe"
msgid "Your token has expired"
t('auth.password.reset2')
{t("password_hint_v2")}
<label>Password <span>*</span></label>
<span class="password-toggle2">show</span>
<input id="password" type="password" minlength="8" required>
<input type="password" placeholder="At least 12 characters">
<PasswordField name="password2" value={password} />
<TextInput secureTextEntry value={password} />
.password-input { width: 240px }
#password2:focus { outline: none }
password-policy: minLength=12,complexity=high
password_policy = "length(12) and digits(2)"
Password complexity: enabled
Password expires: never
Last password change : Nov 30, 2026
Maximum number of days between password change : 90
Password authentication: disabled
password_authentication = no
ChallengeResponseAuthentication no
PasswordAuthentication yes
password hash cost: 12
password-stdin is safer than -p
passwordless sudo for deploy2
Password1 is the weakest example of all lists
the password is stored encrypted
the password is sent over https
the password is never logged
the password is read from stdin
the password is hashed with argon2id
the password is longer than 72bytes
the password is in 1Password
the password was rotated in v2.3.1
the password field has id #login2
the password must match ^[A-Z][a-z0-9]{8}$
the password comes from the environment variable DB_PASSWORD2
password is not set
password is None
password for user bob is expired
password for sudo:
[sudo] password for bob:
bob@host's password:
Enter PEM pass phrase:
Enter passphrase for key '/home/bob/.ssh/id_ed25519':
Password for 'https://bob@github.com':
Password: (typing is hidden)
Permission denied (publickey,password).
Access denied for user 'app'@'10.0.0.3' (using password: YES)
FATAL:  password authentication failed for user "app2"
ERROR: password authentication failed
WRONGPASS invalid username-password pair or user is disabled.
NOAUTH Authentication required.
401 Unauthorized: token expired at 2026-11-30T04:12:01Z
invalid_grant: Invalid refresh token
Error: secretOrPrivateKey must have a value
error: secret "db-credentials-v2" not found
secret/db-credentials created
secret "tls-2026" deleted
secretName: wildcard-tls-2026
kind: SecretProviderClass
kind: ExternalSecret
secretStoreRef: {name: vault-backend2, kind: ClusterSecretStore}
remoteRef: {key: prod/db2, property: password}
- secretRef: {name: app-env2}
envFrom: [{secretRef: {name: app-env-v2}}]
key: tls.key
key: prod/app2/db
tokenReviewer: system:auth-delegator
serviceAccountToken: {path: token, expirationSeconds: 3600}
automountServiceAccountToken: false
token: ${{ steps.app-token.outputs.token }}
token: ${{ github.token }}
with: {token: '${{ secrets.RELEASE_TOKEN_2 }}'}
github-token: ${{ secrets.GITHUB_TOKEN }}
permissions: {id-token: write, contents: read}
CI_JOB_TOKEN
${CI_REGISTRY_PASSWORD}
docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"
curl -H "PRIVATE-TOKEN: $GITLAB_TOKEN" https://gitlab.example.net
curl -H "JOB-TOKEN: ${CI_JOB_TOKEN}" https://gitlab.example.net
curl -u "bob:$(cat ~/.token)" https://example.net
curl -u :  --negotiate https://example.net
curl -H "Authorization: Bearer $(gcloud auth print-access-token)" https://example.net
curl -H "Authorization: Bearer ${TOKEN}" https://example.net
curl -H "X-Api-Key: ${API_KEY}" https://example.net
curl -X POST -d @payload2.json https://example.net
curl -o app-2.1.tgz -L https://example.net/a.tgz
Authorization: Bearer $ACCESS_TOKEN
Authorization: Bearer {{access_token}}
Authorization: Bearer <JWT>
Authorization: Bearer xxxxx.yyyyy.zzzzz
"Authorization": `Bearer ${session.accessToken}`
"Authorization": "Bearer " + token
.header("Authorization", "Bearer " + jwtToken2)
WWW-Authenticate: Bearer realm="example", error="invalid_token"
WWW-Authenticate: Basic realm="Area 51"
Access-Control-Allow-Headers: Authorization, X-Api-Key2
Vary: Cookie, Authorization
Set-Cookie: theme=dark; Path=/
Set-Cookie: session=; Max-Age=0
Cookie: lang=fr; consent=v2
X-Request-Id: {g}
X-Correlation-ID: {h32}
X-Trace-Id: {h16}
traceparent: 00-{h32}-{h16}-01
CF-RAY: {h16}-CDG
ETag: W/"{h8}-{s27}"
x-amz-id-2: {b75}=
x-amz-version-id: {s32}
x-goog-generation: {d16}
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Accept: {b27}=
Content-MD5: {b22}==
Digest: SHA-256={b43}=
Content-Security-Policy: script-src 'nonce-{b22}=='
Strict-Transport-Security: max-age=31536000
If-None-Match: "{h32}"
boundary=----WebKitFormBoundary{a16}
Message-ID: <{a24}@mail.example.net>
DKIM-Signature: v=1; a=rsa-sha256; d=x.net; s=s1; bh={b43}=
v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A{b100}
google-site-verification={s43}
_acme-challenge.example.net. 60 IN TXT "{s43}"
commit {h40} (HEAD -> main, origin/main)
Merge: {h7} {h7}
Author: Bob <bob2@example.net>
Change-Id: I{h40}
git checkout {h8}
git cherry-pick {h40}
index {h10}..{h10} 100644
* {h7} (tag: v2.3.1) release
From {h40} Mon Sep 17 00:00:00 2001
Subproject commit {h40}
ref: refs/heads/feature/token-refresh2
{h40}⇥refs/heads/main
"gitHead": "{h40}"
"sha": "{h40}",
"node_id": "MDQ6VXNlcjE="
rev: {h40}
ref = "{h40}"
"rev": "{h40}", "narHash": "sha256-{b43}="
sha256 = "{l52}";
source = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "{h64}"
integrity sha512-{b86}==
resolution: {integrity: sha512-{b86}==}
pip install a==1.0 --hash=sha256:{h64}
sha256: "{h64}",
sha1: {h40}
SHA256 (a.iso) = {h64}
{h64}  app-2.1.tar.gz
{h32}  a.zip
CRC32: {H8}
FROM node@sha256:{h64}
image: ghcr.io/acme/app@sha256:{h64}
Digest: sha256:{h64}
Status: Downloaded newer image for nginx:1.27
{h12}: Pull complete
container {h64}
CONTAINER ID   IMAGE\n{h12}   nginx
network {h12} created
pod/app-{h10}-{c5} 1/1 Running
replicaset.apps/app-{h10}
uid: {g}
resourceVersion: "{d8}"
arn:aws:iam::123456789012:role/deploy2
arn:aws:sts::123456789012:assumed-role/deploy2/i-{h17}
vpc-{h17}
subnet-{h17}
ami-{h17}
sg-{h17}
i-{h17}
AKIAIOSFODNN7EXAMPLE
wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
AIDA{u17}
"AccountId": "123456789012"
projects/acme-prod-2/locations/europe-west1/keyRings/r/cryptoKeys/k
client_email: deploy2@acme-prod.iam.gserviceaccount.com
"private_key_id": "{h40}",
"client_id": "{d21}",
"appId": "{g}", "tenant": "{g}"
subscription {g}
AZURE_TENANT_ID={g}
AZURE_CLIENT_ID={g}
GOOGLE_CLIENT_ID={d12}-{l32}.apps.googleusercontent.com
FIREBASE_APP_ID=1:{d12}:web:{h22}
NEXT_PUBLIC_STRIPE_KEY=pk_live_{a24}
STRIPE_PRICE_ID=price_{a24}
cus_{a14}
pi_{a24}
sub_{a24}
acct_{a16}
SENTRY_RELEASE={h40}
"public_key": "{h64}"
"publicKey": "{s43}",
PublicKey = {b43}=
peer: {b43}=
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43} deploy@ci
ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB{b86}=
example.net ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43}
SHA256:{b43}
MD5:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}
Key fingerprint = {H4} {H4} {H4} {H4} {H4}  {H4} {H4} {H4} {H4} {H4}
pub   ed25519/{H16} 2026-01-01 [SC]
gpg: key {H16}: public key "Bob" imported
gpg: Signature made with RSA key {H40}
-----BEGIN PGP SIGNATURE-----\n\n{b64}\n{b40}\n=AbCd\n-----END PGP SIGNATURE-----
-----BEGIN CERTIFICATE REQUEST-----\n{b64}\n{b64}\n-----END CERTIFICATE REQUEST-----
certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t{b100}
caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t{b80}
age1{l58}
recipient: age1{l58}
untrusted comment: minisign public key {H16}\nRWQ{b53}
{"kty":"EC","crv":"P-256","x":"{s43}","y":"{s43}","kid":"{s43}"}
"n":"{s342}","e":"AQAB"
"kid": "{h40}"
npub1{l58}
0x{h40}
contract: 0x{h40}
address: '0x{h40}',
const USDC = "0x{h40}";
tx: 0x{h64}
block 0x{h64}
bc1q{l38}
xpub6{a107}
Qm{a44}
bafybei{l52}
ipfs://Qm{a44}
keccak256("Transfer(address,address,uint256)") = 0x{h64}
0x{h8}
merkle root {h64}
genesis hash: 0x{h64}
{g}
"id": "{g}",
user_id={g}&page=2
id: {a22}
"_id": ObjectId("{h24}")
"etag": "{h32}"
"cursor": "{b40}=="
pageToken: {s40}
"nextPageToken": "C{s20}"
continuation={b40}
after: "Y3Vyc29yOjEwMA=="
"continuationToken": null
idempotencyKey: {g}
correlationId={g}
jobId: {a20}
runId={d10}
msg_01{a22}
toolu_01{a22}
req_01{a22}
chatcmpl-{a29}
run_{a24}
thread_{a24}
asst_{a24}
file-{a24}
claude-sonnet-4-5-20250929
gpt-4o-2024-08-06
text-embedding-3-large
max_tokens=8192
"output_tokens": 1432,
tokens: 128k context
prompt_tokens_details={"cached_tokens":1024}
tokens per second: 88.4
tokenizer.json: 2.1MB
token_count=len(tokens2)
bos_token_id: 151643
pad_token="<|endoftext|>"
eos_token = "</s>"
special_tokens_map.json
token = lexer.next_token()
Token(type='NAME', value='foo2', line=3)
TOKEN_TYPE_IDENT2 = 42
const tokens = tokenize(source2);
match token { Token::Ident(name2) => name2 }
yytoken: IDENTIFIER2
cancellationToken: CancellationToken.None
CancellationToken token = default
csrfmiddlewaretoken
X-CSRFToken
csrf_token: {{ csrf_token() }}
@csrf
secrets.compare_digest(a2, b2)
import secrets2
from app.secrets2 import load
secret_name = "prod/db2"
secret_id: prod-db-2
secretsmanager.get_secret_value(SecretId="prod/db2")
vault kv get secret/db2
vault kv get -field=password secret/app2
aws secretsmanager get-secret-value --secret-id prod/db2
kubectl get secret db-creds-2 -o yaml
kubectl create secret generic db --from-file=password.txt
kubectl create secret generic db --from-literal=password="$PASSWORD"
gh secret set DEPLOY_TOKEN < token.txt
gh secret list --env prod2
gcloud secrets versions access latest --secret=db2
docker secret create db_password ./password2.txt
echo "$PASSWORD" | docker login -u bob --password-stdin
ansible-vault encrypt group_vars/prod2.yml
ansible-playbook a.yml --vault-password-file ~/.vault2
sops -d secrets.prod2.yaml
ssh -i ~/.ssh/id_ed25519_prod2 bob@host
ssh -p 2222 -o PasswordAuthentication=no bob@host
mysql -u root -p"$MYSQL_ROOT_PASSWORD" shop2
mysql -uroot -p shop2
mysqldump -P3307 -u app -p shop2
mongosh --port 27018 -u app -p
redis-cli -a "$REDIS_PASSWORD" ping
psql -U app -d shop2 -h db -W
pg_dump -Fc -p5433 shop2
ldapsearch -x -b dc=example2,dc=net -W
openssl req -x509 -newkey rsa:4096 -keyout key2.pem -out cert2.pem -nodes
openssl enc -aes-256-cbc -pbkdf2 -pass file:/run/pass2
openssl s_client -connect example.net:443
openssl x509 -in cert2.pem -noout -fingerprint
zip -r app2.zip dist
unzip -P "$ZIP_PASSWORD" a2.zip
7z a -tzip a2.7z dir
7z x -p"$PASS" a2.7z
tar -xpf a2.tar
cp -pr src2 dst2
mkdir -p -m 700 ~/.ssh2
python -u app2.py
docker run -u 1000:1000 -p 5432:5432 postgres:16
docker run -e TZ=Europe/Paris -e LOG_LEVEL=debug2 app2
docker run -e POSTGRES_PASSWORD postgres:16
helm upgrade app ./chart --set image.tag=v2.3.1
git clone https://github.com/acme/token-service2.git
git remote add origin git@github.com:acme/secrets2.git
https://example.net/password/reset
https://example.net/docs/api-keys#rotate2
https://example.net/?key=value
https://example.net/search?q=password+manager2&page=2
https://example.net/app.js?v={h8}
https://cdn.example.net/app.{h20}.js
https://example.net/a?utm_source=mail&utm_id=2026w48
https://www.youtube.com/watch?v={s11}
https://docs.google.com/document/d/{s44}/edit
https://www.figma.com/design/{a22}/App2
https://example.net/items/{g}
https://localhost:8443/token
postgres://localhost/shop2
postgres://app@localhost:5432/shop2
postgres://user:password@localhost:5432/db
postgresql://${USER}:${PASSWORD}@db/shop
postgresql://USERNAME:PASSWORD@HOST:5432/DB
mysql://user:pass@host/db
mongodb://<user>:<password>@host/db
redis://localhost:6379/1
amqp://guest:guest@localhost:5672/
smtp://localhost:1025
http://user:pass@example.com/
https://user@example.net/
jdbc:mysql://db:3306/shop2?useSSL=true
Server=db;Database=shop2;Trusted_Connection=True;
Driver={ODBC Driver 18 for SQL Server};Server=db;Database=shop2
machine example.net login bob
db:5432:shop:app
host=db user=app dbname=shop2 sslmode=require
root:x:0:0:root:/root:/bin/bash
daemon:*:19700:0:99999:7:::
sshd:!:19700::::::
%sudo ALL=(ALL:ALL) ALL
requirepass ""
# masterauth <master-password>
wpa_key_mgmt=WPA-PSK
key-mgmt=wpa-psk
ssid="Livebox-A3F2"
snmp-server location Paris2
enable secret ?
service password-encryption
no ip http server
CREATE TABLE users (id serial, password_hash text NOT NULL);
ALTER TABLE users ADD COLUMN api_key2 varchar(64);
CREATE INDEX idx_tokens_hash2 ON tokens (token_hash);
SELECT id, password_hash FROM users WHERE email = $1
INSERT INTO users (name, password) VALUES ($1, $2)
INSERT INTO users (email, password_hash) VALUES (?, ?)
UPDATE users SET password_hash = :hash WHERE id = :id
CREATE USER app WITH PASSWORD :'app_password';
CREATE USER app IDENTIFIED BY '${DB_PASSWORD}';
ALTER USER app VALID UNTIL '2027-01-01';
GRANT SELECT ON shop2.* TO 'app'@'%';
password_hash VARCHAR(255) NOT NULL,
| password | varchar(255) | NO |
| Password | string | yes |
| `password` | The password of the account2 | required |
| token | string | Access token (see auth2) |
name,email,password_hash_algo
user,password,role\nbob,,admin
export PATH=/opt/app2/bin:$PATH
export GPG_TTY=$(tty)
export AWS_PROFILE=prod2
export KUBECONFIG=~/.kube/prod2
ssh-keygen -lf key2.pub
keys: ["id2", "name2"]
key: "user.profile.v2"
"key": "ArrowDown2",
key="row-{d4}"
key=lambda r: r["key2"]
apiKey: process.env.API_KEY,
api_key=os.environ.get("OPENAI_API_KEY")
api_key: Optional[str] = None
apiKeySecretRef:
API_KEY_HEADER = "X-Api-Key2"
api_key_id: {g}
"apiKey": "YOUR_API_KEY"
apiKey: "<YOUR-KEY>"
sk-...
sk-xxxxxxxxxxxxxxxxxxxxxxxx
ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
xoxb-your-token
Bearer eyJ...
hvs.XXXX
AIza...
primaryKey: [id2, tenant2]
PRIMARY KEY (tenant_id2, id2)
sortKey = "2026-11-30#order2"
hashKey: user2
foreign_key=order_id2
cache-key: deps-{{ checksum "package-lock.json" }}
key: npm-${{ hashFiles('**/package-lock.json') }}
key: v2-deps-linux
KEY_PREFIX=app2:cache
KEY `idx_email2` (`email`)
s3key: uploads/2026/11/30/photo2.jpg
access_key_id
AccessKeyLastUsed: 2026-11-30
Secret Santa list 2026: Bob, Anna
the secret of the bread is 24h of rest
it is no secret that Rust2024 is out
secret sauce: miso2
open secret: v3 ships in May2027
passport: 12AB34567
pass: 112, fail: 2
PASS src/app2.test.ts
PASS tests/unit/password2.test.js (5.12 s)
--- PASS: TestToken2 (0.00s)
passing: 42
pass 2 of 3
pass-through: enabled2
bypass=mode2
compass: N42W7
authored-by: bob2
auth: oauth2
auth_method = "oauth2-pkce"
auth: required2
authType: PASSWORD_V2
grant_type=password
response_type=code
scope=openid profile email2
sasl.mechanism=SCRAM-SHA-512
security.protocol=SASL_SSL
authentication: scram-sha-256
password_encryption: scram-sha-256
ssl_ciphers: ECDHE-RSA-AES128-GCM-SHA256
cipher: aes-256-gcm
algorithm: HS512
alg=RS256
credential_type: X509_v3
credentials: include
credentials: 'same-origin'
credentialsProvider: defaultProvider2()
credentials.json
creds: see the wiki page Access2
login: bob2
user: bob2, role: admin2
username: deploy2
code: ERR_BAD_REQUEST2
code: 200, message: ok2
error code is E1142
the verification code expires in 10min
the code is in src/app2.py
the key is in the drawer2
the key idea is v2 of the design
key takeaways: 3x faster, 2x smaller
the token is valid for 24h
the token is a JWT signed with RS256
the token has expired2
my key points: a1, b2
change the password every 90days
the wifi is named Livebox-A3F2
use Node20 as the runtime
try v2.3.1 for the fix
mot de passe oublié ? cliquez ici
mot de passe : 12 caractères minimum
mot de passe : voir 1Password
mot de passe : (saisie masquée)
le mot de passe est hashé en sha256
le mot de passe est stocké dans Vault2
le mot de passe expire dans 30jours
le mot de passe doit contenir 12caractères
le mdp est dans Bitwarden2
la clé est dans la table users2
la clé primaire est id2
la clé d'API se crée dans Paramètres2
le jeton est valide 24h
le code est dans src/app2.py
le code postal est 75011
le code erreur est E1142
code : 404
identifiant : bob2
accès : lecture2 seule
Passwort vergessen?
Passwort: mindestens 12 Zeichen
contraseña: obligatoria
seed = 42
seed: 1337
random_seed=20261130
recovery point objective: 24h
backup codes are shown once
phrase: "hello world2"
passphrase: prompt
passphrase = getpass.getpass("Passphrase: ")
mnemonic: MOV2
mnemonic = generate_mnemonic(strength=256)
salt: 16 bytes2
salt = os.urandom(16)
nonce: {h24}
iv = {h32}
hmac = hashlib.sha256
signature: (a: int, b2: str) -> bool
signature = inspect.signature(func2)
X-Signature-Version: v2
otp: 6 digits
pin: GPIO17
pin = 13
PIN_LED2 = 21
pincode: 75011
session: 42 minutes2
session_id={g}
sessionTimeout=30min2
cookie: accept2
cookie_name = "sid2"
SESSION_COOKIE_NAME="app2_session"
AUTH_USER_MODEL=accounts.User2
certificate: /etc/ssl/certs/app2.pem
ssl_certificate_key /etc/nginx/ssl/app2.key;
private_key: "~/.ssh/id_rsa2"
private_key = file("~/.ssh/deploy2")
private static final long serialVersionUID = {d18}L;
private String keyName2 = "k2";
license: Apache-2.0
license key format: XXXXX-XXXXX-XXXXX-XXXXX
webhook_url: ${SLACK_WEBHOOK_URL}
https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX
https://discord.com/channels/{d18}/{d18}
https://api.telegram.org/bot<token>/getMe
/usr/lib/python3.12/secrets.py
src/auth/password-reset.controller2.ts
app/models/api_token2.rb
test/fixtures/tokens_v2.json
at PasswordService2.verify (src/auth/password.ts:42:11)
File "/srv/app/token2.py", line 42, in refresh_token
node_modules/jsonwebtoken/lib2/sign.js
AbstractPasswordEncoder2Factory
org.springframework.security.crypto.password.PasswordEncoder
com.acme.auth.TokenStore2Impl
def get_password_hash_v2(password: str) -> str: ...
hashed_password: str = Depends(get_hash2)
verify_password(plain_password, hashed_password)
PasswordHasher().verify(hash2, password)
bcrypt.compare(password, user.passwordHash2)
crypt(password, gen_salt('bf', 12))
pwd_context = CryptContext(schemes=["bcrypt2"])
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token2")
passwordEncoder.encode("{noop}" + raw2)
re.compile(r"password\s*[:=]\s*(\S+)")
grep -rn 'password=' src2/
rg -i "api[_-]?key\s*[:=]" --glob '*.py'
sed 's/password=.*/password=***/' log2
s/(token=)[^&]+/$1***/
data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDov{b60}
data:font/woff2;base64,d09GMgABAAAA{b100}
"mappings": "AAAA,SAAS,{n4},CAAC"
//# sourceMappingURL=app.{h8}.js.map
Bitcoin block {d6}: 0000000000000000000{h45}
lat=48.8566&lon=2.3522
+33 6 12 34 56 78
FR76 3000 6000 0112 3456 7890 189
ISBN 978-2-07-036822-8
MAC 02:42:ac:11:00:02
fe80::42:acff:fe11:2
00:1A:2B:3C:4D:5E
"""
