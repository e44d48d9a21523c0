"""A fourth set, smaller, written after the rules were mended for the third and measured before any was changed for it.

As in `kinds.py` a line is a kind: a name and a template, in which the secret stands between `‹` and `›`; a look-alike
is a line without them.
"""

from __future__ import annotations

import random

from benchmarks.secrets.kinds import Kind, filled, kinds_of


def unseen_kinds() -> list[Kind]:
    """All of them, by groups."""
    return kinds_of(_KINDS)


def unseen_lookalikes(pick: random.Random) -> list[str]:
    """All look-alikes, made anew."""
    return [filled(line, pick) for line in _LOOKALIKES.strip().split("\n") if line]


_KINDS = r"""
# command
pg_restore: pg_restore -d "postgresql://app:‹{p}›@db/shop" a.dump
mariadb-dump: mariadb-dump -h db -u root --password='‹{q}›' shop
mongorestore: mongorestore --uri "mongodb://bob:‹{p}›@db:27017" dump/
bq secret: gcloud secrets create db --data-file=- <<< '‹{p}›'
az devops: echo ‹{l52}› | az devops login --organization https://dev.azure.com/x
doctl: doctl auth init --access-token ‹dop_v1_{h64}›
hcloud: hcloud context create x --token ‹{a64}›
flux: flux bootstrap github --token-auth --password=‹{p}›
kustomize: kubectl create secret generic a --from-literal=api-key=‹{a32}› --dry-run=client
kubectl patch: kubectl patch secret a -p '{"stringData":{"password":"‹{p}›"}}'
nomad var: nomad var put secret/app db_password=‹{p}›
consul acl: CONSUL_HTTP_TOKEN=‹{g}› consul members
chamber: chamber write app db_password ‹{p}›
wp cli: wp config create --dbname=wp --dbuser=bob --dbpass=‹{p}›
wp user: wp user create bob bob@example.net --user_pass=‹{p}›
drush: drush site:install --account-pass=‹{p}›
rails credentials: RAILS_MASTER_KEY=‹{h32}› bin/rails credentials:show
mix phx: SECRET_KEY_BASE=‹{a64}› mix phx.server
jupyter: jupyter notebook --NotebookApp.token=‹{h48}›
jupyter url: http://localhost:8888/?token=‹{h48}›
mlflow: MLFLOW_TRACKING_PASSWORD=‹{p}› mlflow ui
airflow: airflow users create -u admin -p ‹{p}› -r Admin -e a@x.net -f a -l b
superset: superset fab create-admin --username admin --password ‹{p}›
nexus: curl -u 'admin:‹{p}›' -X PUT https://nexus.example.net/service/rest/v1/security
grafana cli: grafana-cli admin reset-admin-password ‹{p}›
minio: MINIO_SECRET_KEY=‹{b40}› minio server /data
openstack: openstack --os-username bob --os-password ‹{p}› server list
govc: GOVC_PASSWORD='‹{q}›' govc ls
ipmitool: ipmitool -I lanplus -H bmc -U admin -P ‹{p}› power status
virt-customize: virt-customize -a a.qcow2 --root-password password:‹{p}›
winrm: evil-winrm -i 10.0.0.3 -u bob -p '‹{p}›'
mount davfs: echo "https://dav.example.net bob ‹{p}›" >> /etc/davfs2/secrets
vpnc: vpnc --gateway gw --username bob --password ‹{p}›
gpg import: gpg --batch --pinentry-mode loopback --passphrase '‹{p}›' --import k.asc
age key env: SOPS_AGE_KEY=AGE-SECRET-KEY-1‹{u58}› sops -d a.yaml
ssh-add: SSH_ASKPASS_PASSWORD=‹{p}› ssh-add
curl digest: curl --digest --user bob:‹{p}› https://example.net
curl proxy: curl --proxy-user bob:‹{p}› -x proxy:3128 https://example.net
curl form: curl -F username=bob -F password=‹{p}› https://example.net/login
http header: http GET example.net "X-Api-Key:‹{a32}›"
wget header: wget --header="Authorization: Bearer ‹{a40}›" https://example.net
grpcurl: grpcurl -H 'authorization: Bearer ‹{a64}›' example.net:443 list
# file
dsn php: 'dsn' => 'mysql://bob:‹{p}›@db/shop',
typeorm: type: postgres\nusername: bob\npassword: ‹{p}›
prisma: url = "postgresql://bob:‹{p}›@db:5432/shop?schema=public"
sequelize: new Sequelize('shop', 'bob', '‹{p}›', { host: 'db' })
knex: connection: { host: 'db', user: 'bob', password: '‹{p}›' }
mongoose: mongoose.connect('mongodb://bob:‹{p}›@db/shop')
celery: broker_url = 'amqp://bob:‹{p}›@mq//'
alembic: sqlalchemy.url = postgresql://bob:‹{p}›@db/shop
hibernate: hibernate.connection.password=‹{p}›
quarkus: quarkus.datasource.password=‹{p}›
micronaut: datasources:\n  default:\n    password: '‹{p}›'
logback: <password>‹{p}›</password>
log4j jdbc: <JDBC connectionString="jdbc:mysql://db/l" username="bob" password="‹{p}›">
jaas: password="‹{p}›";
kafka properties: ssl.keystore.password=‹{p}›
zookeeper: user_bob="‹{p}›"
elasticsearch keystore: xpack.security.http.ssl.keystore.secure_password: ‹{p}›
filebeat: output.elasticsearch:\n  username: bob\n  password: "‹{p}›"
prometheus: basic_auth:\n  username: bob\n  password: ‹{p}›
alertmanager: smtp_auth_password: '‹{p}›'
alertmanager slack: slack_api_url: https://hooks.slack.com/services/‹T0{u8}/B0{u8}/{a24}›
loki: bearer_token: ‹{a40}›
traefik: - "traefik.http.middlewares.a.basicauth.users=bob:‹$apr1${a8}${a22}›"
gitlab rb: gitlab_rails['smtp_password'] = "‹{p}›"
gitea ini: PASSWD = `‹{p}›`
nextcloud: 'dbpassword' => '‹{p}›',
moodle: $CFG->dbpass = '‹{p}›';
joomla: public $password = '‹{p}›';
drupal: 'password' => '‹{p}›',
magento: 'crypt' => ['key' => '‹{h32}›']
ghost: "auth": {"user": "bob", "pass": "‹{p}›"}
nodemailer: auth: { user: 'bob@example.net', pass: '‹{p}›' }
strapi: API_TOKEN_SALT=‹{b22}==›
firebase: "apiKey": "‹AIza{s35}›"
appsettings: "Jwt": {"Key": "‹{a40}›", "Issuer": "x"}
launch json: "env": {"API_SECRET": "‹{a32}›"}
vscode mcp: "headers": {"Authorization": "Bearer ‹{a40}›"}
docker compose secret: x-db-pass: &pass ‹{p}›
github workflow: run: deploy --password '‹{p}›'
k8s basic auth: kind: Secret\ntype: kubernetes.io/basic-auth\nstringData:\n  username: bob\n  password: ‹{p}›
ansible uri: url_username: bob\n    url_password: "‹{p}›"
salt pillar: mysql:\n  root_password: ‹{p}›
puppet: password => '‹{p}›',
chef: default['db']['password'] = '‹{p}›'
terraform sensitive: admin_password = "‹{q}›"
ssh config note: # Host prod: user bob, pw ‹{p}›
rsync secrets: bob:‹{p}›
samba conf: ldap admin password = ‹{p}›
ppp: name bob\npassword ‹{p}›
asterisk: [1001]\ntype=friend\nsecret=‹{p}›
kamailio: modparam("auth_db", "password", "‹{p}›")
unbound: control-key-secret: "‹{b43}=›"
bind: key "k" { algorithm hmac-sha256; secret "‹{b43}=›"; };
ddclient: login=bob\npassword='‹{p}›'
home assistant: wifi_password: ‹{p}›
esphome: wifi:\n  ssid: "home"\n  password: "‹{p}›"
arduino: const char* password = "‹{p}›";
rclone: secret_access_key = ‹{b40}›
# code
kotlin val: val password = "‹{p}›"
swift keychain: keychain.set("‹{p}›", forKey: "password")
csharp property: Password = "‹{p}›",
csharp builder: builder.Password = "‹{p}›";
java builder: .password("‹{p}›")
go const: const apiToken = "‹{a40}›"
rust const: const API_KEY: &str = "‹{a32}›";
ts enum: readonly apiSecret = '‹{a32}›';
python default: def connect(user="bob", password="‹{p}›"):
python argparse: parser.add_argument("--token", default="‹{a40}›")
python dict: {"user": "bob", "passwd": "‹{p}›"}
ruby yaml: password: <%= ENV["X"] || "‹{p}›" %>
elixir env: System.put_env("DB_PASSWORD", "‹{p}›")
lua: local password = "‹{p}›"
vba: conn.Open "DSN=x", "bob", "‹{p}›"
matlab: database('shop', 'bob', '‹{p}›')
r dbi: dbConnect(RPostgres::Postgres(), user = "bob", password = "‹{p}›")
julia: ENV["API_KEY"] = "‹{a32}›"
dart env: static const String apiKey = '‹{a32}›';
objc: NSString *password = @"‹{p}›";
sql grant: GRANT ALL ON shop.* TO 'bob'@'%' IDENTIFIED BY '‹{p}›';
jest: expect(login('bob', '‹{p}›')).resolves
# prose
en vpn: VPN: bob / ‹{p}›
en told: Anna told me the root password, it's ‹{p}›
en old new: old password ‹{p}›, new one to follow
en could: could you log in with the password ‹{p}› and check?
en cred block: Username: bob\nPassword: ‹{p}›
en tmp: temp pw: ‹{p}›
en api: API key = ‹{a32}›
en secret: shared secret: ‹{a32}›
fr vpn: VPN : bob / ‹{p}›
fr dit: Anna m'a dit que le mot de passe root était ‹{p}›
fr peux: peux-tu te connecter avec le mot de passe ‹{p}› ?
fr bloc: Utilisateur : bob\nMot de passe : ‹{p}›
fr cle api: clé API : ‹{a32}›
fr secret partage: secret partagé : ‹{a32}›
fr nouveau: nouveau mdp : ‹{p}›
fr temporaire: voici un mot de passe temporaire, ‹{p}›
"""

_LOOKALIKES = r"""
password: process.env.PGPASSWORD2
"password": null,
"password": ""
password: Secret2Str
password=${{ secrets.DB2 }}
--password "$DB_PASSWORD2"
-p "${PORT2}"
key: build-${{ hashFiles('**/lock2') }}
key: "sidebar.width.v3"
token: str = Depends(oauth2_scheme)
token_url = "https://auth2.example.net/token"
secret: existingSecret2
secret: {name: app2}
tokenSecretRef: {name: app2}
DAI = 0x{h40}
0x{h64} block hash
topic0 0x{h64}
chainlink feed 0x{h40}
the hash is {h64}
digest sha256:{h64} pulled
image: app@sha256:{h64}
uuid {g}
object id {h24}
ObjectId("{h24}")
"_id": {"$oid": "{h24}"}
snowflake {d18}
etag {h32}-12
rev: 12-{h32}
hex color a1b2c3
thumbprint {H40}
serial number {H16}
SPKI pin-sha256="{b43}="
x-goog-hash: md5={b22}==
sig: v1.2 released
certificate fingerprint SHA256:{H2}:{H2}:{H2}:{H2}:{H2}:{H2}
user bob2 logged in from 10.0.0.1
user bob created, role Admin2
login as bob2 succeeded
login(user2, pass2)
connect(host2, port2)
auth(req, res2, next)
LOGIN page v2
pass 3 of 5 (Unicode-15)
pass the Config2 object
password Field2 renamed
password validation: Regex2 added
the password is hashed with Argon2id
the pw field accepts 128 chars
le mot de passe est haché avec Argon2id
mdp : voir Bitwarden
accès : lecture seule / niveau2
VPN : split-tunnel / mode2
the key is Ctrl+K2
key = lambda r: r.id2
PIN 12 is GPIO18
pin code entry screen v2
encrypt = True
--encrypt-type AES256
net user
option key
snmp-server location DC2
identify the Python3-version
"""
