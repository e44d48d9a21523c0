"""A sixth set, smaller, written after the rules were mended for the fifth and measured before any was changed for it.

As in `kinds.py` a line is a kind: a name and a template, in which the secret stands between `‹` and `›`; a look-alike
is a line without them.
"""
# ruff: noqa: E501

from __future__ import annotations

import random

from benchmarks.secrets.kinds import Kind, filled, kinds_of


def sixth_kinds() -> list[Kind]:
    """All of them, by groups."""
    return kinds_of(_KINDS)


def sixth_lookalikes(pick: random.Random) -> list[str]:
    """All look-alikes, made anew."""
    return [filled(line, pick) for line in _LOOKALIKES.strip().split("\n") if line]


_KINDS = r"""
# command
pg_basebackup: PGPASSWORD=‹{y}› pg_basebackup -h db -U repl -D /data
cypher-shell: cypher-shell -a bolt://db:7687 -u neo4j -p ‹{y}› "MATCH (n) RETURN n"
arangosh: arangosh --server.username root --server.password ‹{y}›
couchbase-cli: couchbase-cli server-list -c db:8091 -u admin -p '‹{v}›'
hdbsql: hdbsql -n db:30015 -u SYSTEM -p ‹{y}›
isql: isql -U sa -P ‹{y}› -S db
db2: db2 connect to shop user app using ‹{y}›
beeline: beeline -u jdbc:hive2://h:10000 -n bob -p ‹{y}›
kafka-configs: kafka-configs.sh --alter --add-config 'SCRAM-SHA-512=[password=‹{y}›]' --entity-type users --entity-name bob
kcat: kcat -b mq:9093 -X sasl.username=bob -X sasl.password=‹{y}› -L
nats cli: nats pub a b --user bob --password ‹{y}›
swaks: swaks --to a@x.net --auth-user bob --auth-password '‹{v}›'
ssh-keygen change: ssh-keygen -p -P ‹{y}› -N {y} -f id_rsa
secret-tool: printf '‹{v}›' | secret-tool store --label=x service y
security macos: security add-generic-password -a bob -s app -w '‹{v}›'
bw login: bw login bob@x.net ‹{y}›
bw unlock: export BW_SESSION="$(bw unlock '‹{v}›' --raw)"
credstash: credstash put db.password ‹{y}›
sops set: sops --set '["db"]["password"] "‹{y}›"' secrets.yaml
knife: knife bootstrap host -U bob -P ‹{y}›
sam deploy: sam deploy --parameter-overrides DbPassword=‹{y}› Stage=prod
linode-cli: linode-cli linodes create --root_pass '‹{v}›' --region eu
cf: cf login -a https://api.x.net -u bob -p ‹{y}›
packer var: packer build -var 'ssh_password=‹{y}›' a.pkr.hcl
docker secret: echo "‹{v}›" | docker secret create db_pw -
compose run: docker compose run -e ADMIN_PASSWORD=‹{y}› app migrate
jenkins-cli: java -jar jenkins-cli.jar -s https://ci.x.net -auth bob:‹{y}› list-jobs
gitlab-runner: gitlab-runner register --url https://g.x.net --registration-token ‹{s20}›
act: act -s DEPLOY_TOKEN=‹{a40}› push
glab auth: glab auth login --hostname g.x.net --token ‹{a26}›
k6: k6 run -e PASSWORD=‹{y}› load.js
hurl: hurl --variable password=‹{y}› a.hurl
ab: ab -n 10 -A bob:‹{y}› https://x.net/
jmeter: jmeter -n -t a.jmx -Jpassword=‹{y}›
hydra: hydra -l admin -p ‹{y}› ssh://10.0.0.3
sqlmap: sqlmap -u https://x.net --auth-type=Basic --auth-cred="bob:‹{y}›"
impacket: impacket-psexec 'ACME/bob:‹{y}›@10.0.0.3'
crackmapexec: nxc smb 10.0.0.0/24 -u bob -p '‹{v}›'
rsync env: RSYNC_PASSWORD='‹{v}›' rsync -a a rsync://bob@host/m
kopia: kopia repository connect s3 --bucket b --password ‹{y}›
curlftpfs: curlftpfs bob:‹{y}›@ftp.x.net /mnt
psexec: psexec \\host -u bob -p ‹{y}› cmd
wmic: wmic /node:host /user:bob /password:‹{y}› os get name
schtasks: schtasks /create /tn a /tr b.exe /ru bob /rp ‹{y}›
sc config: sc config svc obj= .\bob password= ‹{y}›
ad password: Set-ADAccountPassword bob -Reset -NewPassword (ConvertTo-SecureString -AsPlainText "‹{v}›" -Force)
reg add: reg add "HKLM\Winlogon" /v DefaultPassword /t REG_SZ /d ‹{y}› /f
networksetup: networksetup -setairportnetwork en0 Home ‹{y}›
wpa_cli: wpa_cli set_network 0 psk '"‹{v}›"'
iwconfig: iwconfig wlan0 key s:‹{y}›
vncviewer: echo '‹{v}›' | vncpasswd -f > ~/.vnc/passwd
snowsql: SNOWSQL_PWD='‹{v}›' snowsql -a acme -u bob
trino: TRINO_PASSWORD=‹{y}› trino --server https://t.x.net --user bob --password
sqlx: DATABASE_URL=mysql://app:‹{y}›@db/shop sqlx migrate run
liquibase: liquibase --url=jdbc:postgresql://db/shop --username=app --password=‹{y}› update
flyway: flyway -user=app -password=‹{y}› migrate
mvn settings: mvn --encrypt-password '‹{v}›'
wget post: wget --post-data 'user=bob&password=‹{y}›' https://x.net/login
curl continued: curl -X POST https://x.net/token \\n  -u client:‹{y}› \\n  -d grant_type=client_credentials
curl json key: curl https://x.net -H "Content-Type: application/json" -d '{"api_key": "‹{a32}›", "q": 1}'
gpg symmetric: gpg --symmetric --batch --yes --passphrase='‹{v}›' a.tar
age passphrase: echo '‹{v}›' | age -p -d a.age
luks: printf '%s' '‹{v}›' | cryptsetup open /dev/sda2 root
zfs: echo '‹{v}›' | zfs load-key tank/home
ecryptfs: mount -t ecryptfs a b -o passphrase_passwd=‹{y}›
tailscale up: tailscale up --authkey=‹tskey-auth-{a12}CNTRL-{a32}›
teleport: tctl users add bob --token=‹{h32}›
sentry-cli: SENTRY_AUTH_TOKEN=‹{h64}› sentry-cli releases list
# file
knexfile: connection: 'postgres://app:‹{y}›@db:5432/shop',
mikro-orm: password: process.env.DB_PASS || '‹{v}›',
doctrine: dbal:\n  password: '‹{v}›'
yii: 'password' => getenv('DB_PASS') ?: '‹{v}›',
cakephp: 'Datasources' => ['default' => ['username' => 'app', 'password' => '‹{v}›']]
codeigniter: $db['default']['password'] = '‹{v}›';
wordpress nonce: define( 'SECURE_AUTH_SALT', '‹{s64}›' );
airflow cfg: sql_alchemy_conn = postgresql+psycopg2://airflow:‹{y}›@db/airflow
airflow fernet: fernet_key = ‹{s43}=›
superset py: SECRET_KEY = '‹{y}›'
gitea ini: PASSWD = `‹{y}›`
gitea secret: INTERNAL_TOKEN = ‹eyJhbGciOiJIUzI1NiJ9.{s40}.{s43}›
gitlab rb: gitlab_rails['smtp_password'] = "‹{v}›"
harbor: harbor_admin_password: ‹{y}›
nexus props: nexus.security.initialPassword=‹{v}›
artifactory: password = "‹AP{a68}›"
vaultwarden: ADMIN_TOKEN='‹$argon2id$v=19$m=65540,t=3,p=4${b43}${b43}›'
home assistant: mqtt_password: ‹{y}›
esphome: wifi:\n  ssid: "Home"\n  password: "‹{v}›"
esphome key: api:\n  encryption:\n    key: "‹{b43}=›"
zigbee2mqtt: mqtt:\n  user: z\n  password: ‹{y}›
frigate: path: rtsp://admin:‹{y}›@10.0.0.8:554/Streaming
pihole: WEBPASSWORD=‹{y}›
unifi: x_password: ‹{v}›
synology: SYNO_PASSWORD="‹{v}›"
transmission: "rpc-password": "‹{v}›",
qbittorrent: WebUI\Password_PBKDF2="@ByteArray(‹{b22}==:{b86}==›)"
sonarr: <ApiKey>‹{h32}›</ApiKey>
plex: PlexOnlineToken="‹{s20}›"
jellyfin: "AccessToken":"‹{h32}›"
matrix: registration_shared_secret: "‹{s50}›"
coturn: static-auth-secret=‹{h64}›
prosody: component_secret = "‹{y}›"
mastodon: OTP_SECRET=‹{h128}›
ghost: "auth": { "user": "bob", "pass": "‹{v}›" }
discourse: DISCOURSE_SMTP_PASSWORD: "‹{v}›"
openldap ldif: olcRootPW: ‹{SSHA}{b32}›
kerberos: kdb5_util create -s -P ‹{y}›
sshd agent: IdentityPassphrase ‹{y}›
squid: cache_peer p parent 3128 0 login=bob:‹{y}›
privoxy: forward-socks5 / bob:‹{y}›@proxy:1080 .
stunnel: PSKsecrets: client1:‹{h64}›
ppp: "bob" * "‹{v}›" *
xl2tpd: name bob\npassword ‹{y}›
pptp: plugin pptp.so\nuser "bob"\npassword "‹{v}›"
strongswan: 10.0.0.1 : PSK ‹0s{b43}=›
junos ike: pre-shared-key ascii-text "‹$9${s40}›";
panos: <phash>‹$5${a8}${a43}›</phash>
aruba: wpa-passphrase ‹{y}›
huawei: local-user bob password cipher ‹{y}›
hpe: password manager user-name bob plaintext ‹{y}›
f5: encrypted-password ‹$6${a8}${a86}›
# token
openai admin: ‹sk-admin-{s60}T3BlbkFJ{s60}›
stripe key name: STRIPE_SECRET=‹sk_live_51{a99}›
mailtrap: MAILTRAP_API_TOKEN=‹{h32}›
telnyx: ‹KEY01{h32}_{a22}›
lob: ‹live_{h35}›
helicone: ‹sk-helicone-{l7}-{l7}-{l7}-{l7}›
elastic api: ES_API_KEY=‹{b54}==›
vercel ai: ‹vck_{a56}›
gitlab ci build: ‹glcbt-64_{s20}›
github classic in url: https://‹ghp_{a36}›:x-oauth-basic@github.com/a/b
aws in ini: [prod]\naws_access_key_id=AKIA{u16}\naws_secret_access_key=‹{b40}›\nregion=eu-west-3
gcp key file: "private_key": "-----BEGIN PRIVATE KEY-----␤MII‹{b61}␤{b64}␤{b32}›␤-----END PRIVATE KEY-----␤", "client_email": "x@y.iam.gserviceaccount.com"
azure conn: AZURE_STORAGE_CONNECTION_STRING="DefaultEndpointsProtocol=https;AccountName=a;AccountKey=‹{b86}==›"
eventhub: SharedAccessKeyName=send;SharedAccessKey=‹{b43}=›;EntityPath=h
iothub: HostName=h.azure-devices.net;DeviceId=d;SharedAccessKey=‹{b43}=›
cosmos: AccountEndpoint=https://a.documents.azure.com:443/;AccountKey=‹{b86}==›;
fcm server: Authorization: key=‹AAAA{s7}:APA91b{s134}›
line notify: Authorization: Bearer ‹{a43}›
pushover: token=‹a{l29}›&user=u{l29}
sip digest: sip:bob:‹{y}›@pbx.x.net
seed spaced: mnemonic: "‹{m}›"
seed env: MNEMONIC=‹{m}›
keystore eth: ETH_KEYSTORE_PASSWORD=‹{y}›
metamask: Secret Recovery Phrase: ‹{m}›
# code
python os set: os.environ.update(DB_PASSWORD="‹{v}›")
python f string: conn = f"postgresql://app:‹{y}›@{host}/shop"
python paramiko: ssh.connect(host, 22, "bob", "‹{v}›")
python redis: Redis(host="cache", port=6379, password="‹{y}›", db=0)
python boto: boto3.client("s3", aws_access_key_id="AKIA{u16}", aws_secret_access_key="‹{b40}›")
python pytest: @pytest.fixture\ndef password():\n    return "‹{v}›"
python psycopg: psycopg.connect("dbname=shop user=app password=‹{y}› host=db")
python imap: imap.login('bob', '‹{v}›')
js mysql: mysql.createPool({ host: 'db', user: 'app', password: '‹{v}›', database: 'shop' })
js nodemailer: nodemailer.createTransport({ auth: { user: 'b@x.net', pass: '‹{v}›' } })
js supabase: createClient('https://a.supabase.co', '‹eyJhbGciOiJIUzI1NiJ9.{s80}.{s43}›')
js config: module.exports = { jwtSecret: '‹{v}›', port: 3000 }
js passport: new Strategy({ clientID: 'a', clientSecret: '‹{a40}›' })
ts angular: export const environment = { production: true, apiKey: '‹{a39}›' };
go redis: redis.NewClient(&redis.Options{Addr: "c:6379", Password: "‹{y}›"})
go gorm: dsn := "host=db user=app password=‹{y}› dbname=shop"
go smtp: smtp.PlainAuth("", "bob@x.net", "‹{v}›", "smtp.x.net")
java spring test: @TestPropertySource(properties = "db.password=‹{y}›")
java mail: new PasswordAuthentication("bob", "‹{v}›")
java enum: DB_PASSWORD("‹{v}›"),
kotlin ktor: credentials { BasicAuthCredentials(username = "bob", password = "‹{v}›") }
csharp ef: options.UseSqlServer("Server=db;Database=shop;User=sa;Password=‹{y}›;")
csharp const: private const string ApiSecret = "‹{a32}›";
php mailer: $mail->Password = '‹{v}›';
php ldap: ldap_bind($c, "cn=admin,dc=x", "‹{v}›");
ruby ar: ActiveRecord::Base.establish_connection(adapter: 'mysql2', username: 'a', password: '‹{v}›')
ruby net: http.basic_auth 'bob', '‹{v}›'
rust env: env::set_var("DB_PASSWORD", "‹{v}›");
rust sqlx: PgConnectOptions::new().username("app").password("‹{v}›")
swift url: URLCredential(user: "bob", password: "‹{v}›", persistence: .none)
bash curl var: AUTH="bob:‹{y}›"
bash read: DB_PASSWORD=${1:-‹{y}›}
bash printf: printf 'user=bob\npassword=‹{y}›\n' > /etc/creds
make: mysql -u root -p$(or $(PW),‹{y}›) shop
terraform local: locals {\n  admin_password = "‹{v}›"\n}
cdk: SecretValue.unsafePlainText('‹{v}›')
# prose
en here: Here are the login details. User: bob Password: ‹{v}›
en its: The password's ‹{v}›
en same: same password as before, ‹{y}›
en rotate: I've rotated the token, it's now ‹{a40}›
en pw is: pw is ‹{y}›
en passcode: meeting passcode: ‹{d6}›
en db creds: DB creds: app / ‹{y}›
en ftp: FTP access: bob / ‹{v}›
en account: account bob with password ‹{y}› works
en please use: please use the following password: ‹{v}›
en apikey: API key: ‹{a32}›
en key list: - OpenAI key: ‹{a48}›
en can login: you can login with bob / ‹{v}›
en my is: my password was ‹{v}› until today
en not: don't use ‹{y}› as your password
en set pw: set the root password to ‹{y}›
en expires: token ‹{a40}› expires tomorrow
en leaked: we leaked the secret ‹{a32}› in a log
fr voici: Voici les accès : login bob, mot de passe ‹{v}›
fr pw: le mdp root: ‹{y}›
fr ancien: l'ancien mot de passe était ‹{v}›
fr mets: mets ‹{y}› en mot de passe root
fr cles: Clé d'API OpenAI : ‹{a48}›
fr token: voici mon token : ‹{a40}›
fr compte: compte bob, mdp ‹{y}›
fr ftp: accès FTP : bob / ‹{v}›
fr code: le code de la boîte à clés est ‹{d4}›
fr temp: mot de passe temporaire : ‹{y}›
fr svp: utilise plutôt le mot de passe ‹{y}› stp
fr zip: le zip est protégé par le mot de passe ‹{y}›
# dump
gitleaks report: "Secret": "‹{a40}›",
npm debug: npm verb config _authToken ‹{a36}›
kube secret decode: $ kubectl get secret db -o json | jq -r '.data.password|@base64d'\n‹{y}›
aws assume: export AWS_SECRET_ACCESS_KEY=‹{b40}›\nexport AWS_SESSION_TOKEN={b200}
vault creds: Key                Value\n---                -----\nlease_id           database/creds/app/x\npassword           ‹{a20}›\nusername           v-app
heroku pg: Connection URL:\n   postgres://u1:‹{h64}›@ec2-1.amazonaws.com:5432/d1
tf show: + master_password = "‹{v}›" -> null
ansible debug: "msg": "db password is ‹{y}›"
django shell: >>> settings.DATABASES['default']['PASSWORD']\n'‹{v}›'
rails console: => "‹{v}›" # password
stack locals: password = '‹{v}›'\n    user = 'bob'
phpinfo: DB_PASSWORD => ‹{y}›
spring dump: spring.datasource.password: ‹{y}›
mitm: POST /login HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\nusername=bob&password=‹{y}›
burp: Cookie: remember_token=‹{s60}›
wireshark: Authorization: Basic ‹{b24}==›
ldif dump: userPassword: ‹{CRYPT}$6${a8}${a86}›
chrome cookies: {"name":"session","value":"‹{s60}›","domain":"x.net","httpOnly":true}
curl trace: > Authorization: Bearer ‹{a64}›
browser storage: "auth.token": "‹eyJhbGciOiJIUzI1NiJ9.{s60}.{s43}›"
lastpass csv: url,username,password,totp,extra,name,grouping,fav\nhttps://x.net,bob,‹{y}›,,,x,,0
sheet: Serveur | Compte | Mot de passe\nnas | bob | ‹{y}›
wifi table: | SSID | Clé WPA |\n|---|---|\n| Home | ‹{y}› |
# escaped
jsonb sql: UPDATE a SET c = '{"password": "‹{y}›"}'
xml in json: {"xml":"<db password=\"‹{y}›\"/>"}
yaml in json: {"yaml":"db:\n  password: ‹{y}›\n"}
toml in shell: echo 'password = "‹{y}›"' >> a.toml
python repr of json: '{"password": "‹{y}›"}'
powershell json: '{\"password\":\"‹{y}›\"}'
html code: <code>DB_PASSWORD=‹{y}›</code>
url userinfo encoded: https%3A%2F%2Fbob%3A‹{y}›%40git.x.net%2Fa.git
jira: {code}DB_PASSWORD=‹{y}›{code}
slack: ```DB_PASSWORD=‹{y}›```
"""

_LOOKALIKES = r"""
PGPASSWORD="$(cat /run/secrets/pg)" psql
MYSQL_PWD="${MYSQL_PWD:-}" mysql
--password-file=/run/secrets/pw2
--password-command='pass show restic2'
--password-stdin < token2.txt
sshpass -f ~/.ssh/pw2 ssh bob@host
psql "host=db user=app passfile=/home/bob/.pgpass2"
docker run --env-file .env.prod2 app
docker run --secret id=npm,src=.npmrc2 app
RUN --mount=type=secret,id=npmrc2 npm ci
kubectl create secret tls web --cert=tls2.crt --key=tls2.key
kubectl get secret app-tls-2026 -o jsonpath='{.data.password}'
vault read database/creds/app2
vault write -f transit/keys/app2
aws kms decrypt --key-id alias/app2
aws secretsmanager list-secrets --filters Key=name,Values=prod2
gcloud secrets list --filter=name:db2
az keyvault secret show --name db2 --vault-name kv2
op item get db2 --fields password
pass generate web/example2 24
bw get password example2
gopass show -o web/site2
ansible-vault view group_vars/prod2/vault.yml
ansible_password: "{{ lookup('community.hashi_vault.hashi_vault', 'secret=db2:password') }}"
password: "${{ secrets.DB_PASSWORD_2 }}"
password: $(vault-db-password2)
password = local.secrets["db2"]
password = sensitive(var.admin_password2)
password = "${var.db_password2}"
password = aws_db_instance.main2.password
password_wo_version = 3
password_data_enabled = false
rotate_password: every 90d
password_age_days=42
password_retry_limit: 5
min_password_len=14
password_min_entropy: 60bits
password.reset.url=/account/reset2
password.encoder=bcrypt2
password-hash-iterations=600000
PasswordResetTokenGenerator2
PasswordlessLoginView2.as_view()
password_reset_confirm2
password1 = forms.CharField(label="Password2")
password2 = forms.CharField(label="Confirm")
passwordConfirm: Yup.string().oneOf([Yup.ref('password')])
<PasswordInput2 value={pw} onChange={setPw} />
ng-model="user.password2"
v-model="form.password2"
data-testid="password-input-2"
aria-describedby="password-help2"
autocomplete="new-password"
cy.get('#password2').should('be.visible')
await expect(page.locator('#password2')).toBeEnabled()
screen.getByPlaceholderText('Password2')
wrapper.find('[name="password2"]')
validates :password, length: { minimum: 12 }
has_secure_password validations: false
attr_encrypted :token2, key: ENV["KEY2"]
devise :database_authenticatable, :recoverable2
$table->string('password', 60)->nullable();
$table->rememberToken();
$request->validate(['password' => ['required', Password::min(8)]]);
'passwords' => ['users' => ['provider' => 'users', 'expire' => 60]],
'password_timeout' => 10800,
Auth::attempt(['email' => $email, 'password' => $password])
if (!password_verify($password, $row['password_hash2'])) {
[Authorize(Policy = "Password2")]
services.Configure<PasswordOptions2>(o => o.RequiredLength = 12);
builder.Services.AddDataProtection().SetApplicationName("app2");
var token = await _tokenService2.CreateAsync(user);
var token = tokenHandler.WriteToken(jwt2);
const token = req.headers.authorization?.split(' ')[1];
const token = jwt.sign(payload, process.env.JWT_SECRET);
const { token } = await login2(user);
let token = localStorage.getItem('token2');
token: "{{ steps.auth.outputs.token2 }}"
token_type=bearer
token_endpoint: https://idp.example.net/oauth2/token
token_url = "https://idp.example.net/oauth2/v2.0/token"
tokenLifetime: 3600s
access_token_expires_in=3599
refresh_token_rotation2: enabled
id_token_signing_alg: RS256
jwks_uri: https://idp.example.net/.well-known/jwks2.json
jti: {g}
"jti": "{h32}"
"sub": "auth0|{h24}"
"aud": "{a32}"
client_id: {a32}
redirect_uri=https://app.example.net/callback2
code_challenge_method=S256
scope: repo,read:org2
X-OAuth-Scopes: repo, read:org2
X-RateLimit-Reset: 1764475921
X-GitHub-Request-Id: {H4}:{H5}:{H7}:{H7}:{H8}
X-Amz-Cf-Id: {s54}==
x-vercel-id: cdg1::iad1::{l5}-{d13}-{h12}
x-request-signature-version: 2
Idempotency-Key: {g}
Location: /users/{g}
Link: <https://api.example.net/a?page=2>; rel="next"
Last-Event-ID: {d13}-0
commit: {h40}
Reviewed-on: https://review.example.net/c/{d6}
fixup! {h7} token cache2
git rev-parse {h12}
git show {h40}:src/token2.py
Fast-forward {h7}..{h7}
tree {h40}
parent {h40}
objects/{h2}/{h38}
+Subproject commit {h40}
docker image: app@sha256:{h64}
"Id": "sha256:{h64}"
layer {h64}
com.docker.compose.config-hash={h64}
helm.sh/chart: app-2.3.1
checksum/config: {h64}
pod-template-hash={h10}
controller-uid={g}
snapshot: snap-{h17}
eni-{h17}
rtb-{h17}
distribution E{u13}
hosted zone Z{u20}
cluster ocid1.cluster.oc1.eu-paris-1.{l60}
ami: ami-{h17}
uuidgen: {g}
machine-id: {h32}
serial: {H16}
IMEI {d15}
VIN WVWZZZ1JZXW{d6}
order #{d10}
tracking 1Z{u16}
UPC {d12}
sha1:{h40}
blake3: {h64}
crc32c={b6}==
integrity="sha384-{b64}"
cksum {d10} 4312 a.tar
md5sum: {h32}  a.iso
x5t: {s27}
thumbprint {H40}
X509v3 Subject Key Identifier: {H2}:{H2}:{H2}:{H2}:{H2}:{H2}:{H2}:{H2}
Serial Number: {h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAQ{b300}== bob@laptop2
restrict,command="x2" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43}
wg peer {b43}=
allowed-ips 10.0.0.2/32
did:key:z6Mk{a44}
0x{h40} (USDT)
token address: 0x{h40}
Token contract 0x{h40} verified
event topic 0x{h64}
block_hash=0x{h64}
txid {h64}
xpub6{a107}
ar://{s43}
ens: bob2.eth
model: llama-3.3-70b-instruct2
tokens_per_second=42.5
context_tokens: 128000
token budget: 20000
the tokenizer has 151643 tokens
token id 151643
EOS token 128009
"prompt_tokens": 1523,
usage: 1523 tokens in, 42 out
password strength: 3/4
password score = 87
passwords match
password changed on 2026-11-30
password expires in 12d
the password prompt2 appears twice
the password hash is computed by libcrypt2
the password is displayed as ********
the password is asked at login2 only
the password form posts to /login2
the password reset link expires after 24h
the password comes from vault2
the secret named db-creds-2 is mounted
the secret is stored in AWS2
the token comes from GitHub2
the key of the map is user42
the key in redis is user:42:v2
the API key is read from OPENAI_API_KEY2
my api key does not work since v2.3
le mot de passe vient du coffre2
le mot de passe est lu dans DB_PASSWORD2
le mot de passe a changé le 30/11/2026
le mot de passe fait 24caractères
le champ mot de passe2 est vide
le jeton vient de GitHub2
la clé de la table est user42
la clé API est lue dans l'environnement2
le code est relu par Anna2
code d'erreur : E1142
code promo : NOEL2026
code client : C004312
mot-clé : redaction2
clé étrangère vers users2
accès : lecture / écriture2
login : page /login2
identifiant de commande : CMD-2026-4312
pin 13 of GPIO2
PIN: required
OTP: enabled2
2FA: enabled
recovery: automatic2
seed: 20261130
salt: true
hash: {h16}
nonce {d8}
session 42 of 60
cookie banner v2
auth: none
auth: [jwt2, basic2]
basic auth2 is off
credential: false
credentials: omit
creds in 1Password2
signature: valid2
signed-off-by: Bob2 <bob@example.net>
sig: ok2
license: MIT2
compass2 module
passport.js v0.7
passthrough2
bypassed 42 rows
keyboard layout azerty2
keynote2 at 10:00
monkeypatch.setenv("TOKEN2", "x")
turkey2024
tokenomics2
secretary2@example.net
authoring2 tools
authors: Bob2, Anna2
"""
