"""What looks like a secret and is none: to be kept as it stands. A line is one, made as those of `kinds`, no `‹›`."""

from __future__ import annotations

import random

from benchmarks.secrets.kinds import filled


def lookalikes(pick: random.Random) -> list[str]:
    """All of them, made anew."""
    return [filled(line, pick) for line in _TABLE.strip().split("\n") if line]


_TABLE = r"""
commit {h40}
index {h7}..{h7} 100644
sha256:{h64}
sha512-{b86}==
"integrity": "sha512-{b86}=="
resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#{h40}"
md5: {h32}
ETag: "{h32}"
{g}
"uuid": "{g}"
request_id={g}
session_id={g}
trace_id={h32} span_id={h16}
x-request-id: {g}
0x{h40}
contract 0x{h40} deployed
tx 0x{h64}
block hash: 0x{h64}
address: 1{a33}
bc1q{l38}
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43} bob@host
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ{b200} bob@host
SHA256:{b43} bob@host (ED25519)
-----BEGIN PUBLIC KEY-----\n{b64}\n-----END PUBLIC KEY-----
-----BEGIN CERTIFICATE-----\n{b64}\n{b64}\n-----END CERTIFICATE-----
-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{b64}\n-----END PGP PUBLIC KEY BLOCK-----
PublicKey = {b43}=
pk_live_{a24}
pk_test_{a24}
data:image/png;base64,iVBORw0KGgo{b80}
background: url(data:font/woff2;base64,d09GMgABAAAAA{b60})
password: ********
password: <your password>
password = "changeme"
password = os.environ["DB_PASSWORD"]
password = getpass.getpass()
password: ${DB_PASSWORD}
password: $DB_PASSWORD
password: "{{ db_password }}"
password=%s
password: str
password: string;
password: Optional[str] = None
password_hash = hash_password(password)
def check_password(password: str) -> bool:
if password != confirm_password:
    self.password = password
this.password = config.password;
const password = process.env.DB_PASSWORD;
password_field = "input#password"
passwordInput.value
"password": {"type": "string", "minLength": 8}
password.length >= 8
"Password must contain at least one digit"
The password must have eight characters.
Enter your password:
Le mot de passe doit contenir huit caractères.
Saisissez votre mot de passe :
Mot de passe oublié ?
Forgot your password?
the password field is empty
the password is wrong
the password is required
le mot de passe est incorrect
le mot de passe est obligatoire
passwords are hashed with bcrypt
reset the password of the user
PasswordResetView.as_view()
password_encryption = scram-sha-256
scram-sha-256
host all all 10.0.0.0/8 scram-sha-256
auth_method: scram-sha-256
PGPASSWORD="$DB_PASSWORD" psql
PGPASSWORD=${PASSWORD} psql
PGPASSFILE=/home/bob/.pgpass
mysql -u root -p shop
mysql -u root -p < dump.sql
mysqldump --password shop
mysql --password="$MYSQL_PWD"
docker login -u bob --password-stdin
docker login --username bob --password "$PASSWORD"
docker run -p 8080:80 nginx
ssh -p 2222 bob@host
mkdir -p /srv/app/data
cp -p file1 file2
scp -P 2222 a bob@host:
psql -h db -p 5432 -U app
redis-cli -h cache -p 6379 ping
curl -u bob https://example.net
curl -u "$USER:$PASS" https://example.net
curl -H "Authorization: Bearer $TOKEN" https://example.net
curl -H "Authorization: Bearer <token>" https://example.net
curl -H 'X-API-Key: YOUR_API_KEY' https://example.net
Authorization: Bearer {token}
Authorization: Bearer YOUR_TOKEN_HERE
Authorization: Basic <credentials>
headers["Authorization"] = f"Bearer {token}"
sshpass -e ssh bob@host
zip -r archive.zip folder
unzip -p archive.zip file1.txt
7z x archive.7z
openssl rsa -in key.pem -pubout
openssl enc -aes-256-cbc -pass env:PASS -in a
openssl genpkey -algorithm ED25519
openssl req -new -key server.key
gpg --passphrase-file /run/pass
gpg --recv-keys {H40}
ansible-vault encrypt_string
ldapsearch -W -D cn=admin,dc=x
sqlcmd -S db -E
htpasswd -c .htpasswd bob
wget --password-file=/run/pass
token = get_token()
token: Token
token = tokens[0]
tokens: 4096
max_tokens=4096
"input_tokens": 12345
"cache_creation_input_tokens": 23456
total_tokens = 128000
tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
token_type_ids
next_page_token: CAUQAA
page_token=eyJvZmZzZXQiOjEwMH0
"nextToken": "{a12}"
csrf_token()
{% csrf_token %}
<input type="password" name="password">
<label for="password">Password</label>
<key>CFBundleIdentifier</key>
<string>com.example.app</string>
key: value
key = "name"
keys = list(d)
primary_key=True
foreign key (user_id) references users(id)
sort_key: created_at
partition_key = "tenant_id"
cache_key = f"user:{user_id}"
idempotency-key: {g}
Idempotency-Key: {g}
"key": "ArrowDown"
"key": "Enter"
event.key === "Escape"
public_key = "{a32}"
publishable_key: pk_test_{a24}
"publicKey": "{b43}="
key_id: {u20}
"kid": "{s27}"
"keyId": "{g}"
kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/{g}"
arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-{a6}
arn:aws:iam::123456789012:role/deploy
secretName: db-credentials
secretKeyRef:
secretRef: {name: db}
    name: app-secrets
kind: Secret
kubectl get secret db -o yaml
kubectl create secret generic db --from-file=password.txt
vault kv get secret/db
vault read database/creds/app
secrets.GITHUB_TOKEN
${{ secrets.NPM_TOKEN }}
secrets.token_hex(32)
import secrets
client_id={a32}
"client_id": "{g}"
"clientId": "{a24}.apps.googleusercontent.com"
account_id = "{d12}"
tenant: {g}
subscription: {g}
AZURE_TENANT_ID={g}
AWS_REGION=eu-west-1
AWS_PROFILE=prod
AWS_ACCOUNT_ID=123456789012
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
arn:aws:s3:::bucket-{l8}
s3://bucket/{h32}/file
https://example.net/a/{h32}.js
https://cdn.example.net/app.{h8}.js
https://example.net/?utm_source=x&utm_campaign={a10}
https://example.net/?page=2&sort=key
https://github.com/o/r/commit/{h40}
https://gist.github.com/bob/{h32}
https://docs.google.com/document/d/{s44}/edit
https://www.youtube.com/watch?v={s11}
https://user@example.net/a
https://example.net:8443/a@b
ssh://git@github.com:22/o/r.git
git@github.com:o/r.git
postgres://localhost:5432/shop
postgres://bob@db/shop
postgres://bob:$PASSWORD@db/shop
postgres://user:password@host/db
redis://cache:6379/0
mongodb://localhost:27017
jdbc:postgresql://db:5432/shop
Server=db;Database=shop;Trusted_Connection=True
Server=db;Uid=bob;Pwd=;
host=db port=5432 dbname=shop user=bob
DATABASE_URL=sqlite:///app.db
SECRET_KEY = os.environ["SECRET_KEY"]
SECRET_KEY=changeme
SECRET_KEY: ${SECRET_KEY}
API_KEY=your_api_key_here
API_KEY=<your-api-key>
API_KEY=xxxxxxxxxxxxxxxxxxxx
API_KEY=...
api_key: str = Field(...)
api_key=api_key
apiKey: process.env.API_KEY
config.apiKey
api_keys = []
OPENAI_API_KEY=sk-...
OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
export ANTHROPIC_API_KEY=
sk-fading-circle
sk-cube-grid-container
class="sk-spinner sk-spinner-wave"
ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
GITHUB_TOKEN: ${{ github.token }}
npm_config_registry=https://registry.npmjs.org/
npm_package_version=1.0.0
pypi-server
hf_hub_download(repo_id)
glob_pattern
re_compile_pattern_with_flags
pat_matcher_for_names
task_{a20}
toolu_01{a22}
msg_01{a22}
req_011{a22}
call_{a24}
chatcmpl-{a29}
run-{h12}
cus_{a14}
pi_{a24}
price_{a24}
evt_{a24}
acct_{a16}
usr_{l26}
org-{a24}
proj_{a24}
prj_{a24}
i-{h17}
vpc-{h17}
subnet-{h17}
ami-{h17}
sg-{h17}
Z{u13}
E{u13}
{u26}
01{u24}
1.2.3+{h12}
v1.0.0-0.20260101000000-{h12}
h1:{b43}=
python-3.11.7-{h8}
docker.io/library/nginx@sha256:{h64}
Digest: sha256:{h64}
Successfully built {h12}
container {h64}
nonce="{h32}"
nonce-{b22}==
"nonce": "{b24}"
script-src 'sha256-{b43}='
boundary=----WebKitFormBoundary{a16}
Content-MD5: {b22}==
checksum {h64}  file.tar.gz
{h64}  file.tar.gz
{h128}  file.tar.gz
crc32 {h8}
inode {d8}
serial: {h32}
fingerprint {H40}
MAC 00:1a:2b:3c:4d:5e
fe80::{h4}:{h4}:{h4}:{h4}
pid 31242 port 54321
Cookie: theme=dark; lang=fr
Set-Cookie: lang=fr; Path=/
Cookie: _ga=GA1.2.{d10}.{d10}
cookie_name = "sessionid"
session.cookie.secure=true
sessionStorage.getItem("token")
localStorage.setItem("theme", "dark")
X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600
sig = signature(func)
sig=0.05
?sig=none
Signature: def f(x)
signature version 4
code=200
code=E1234
?code=FR
status code=503
PIN 12 is the clock
pin the version to 1.2.3
pinned at {h40}
GPIO pin 17
the key is in the drawer
the key is pressed
the key is to measure first
la clé est sous le paillasson
la clé primaire est id
the secret is patience
the secret to speed is caching
le secret est dans la sauce
the token is invalid
the token is expired
the token is refreshed hourly
le jeton a expiré
le jeton est invalide
use this token to sign
utilise ce jeton pour signer
credentials: include
credentials: 'same-origin'
credentials / permissions
identifiants : voir le coffre
user: bob, pass: 12 tests
12 pass, 3 fail
tests pass: 120/120
bandpass filter
pass: true
pass --verbose
second pass: merge
passing -p to mkdir
passphrase: (empty for no passphrase)
Enter passphrase for key '/home/bob/.ssh/id_ed25519':
encrypted: yes
auth: required
auth: true
auth=None
auth = HTTPBasicAuth(user, password)
author: Bob
authorized_keys
oauth2_scheme
"auth": {"type": "oauth2"}
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS
requirepass ""
# requirepass foobared
rootpw --lock
login bob
login: bob
machine learning login page password field
machine api.example.net
db:5432:shop:bob
bob:x:1000:1000:Bob:/home/bob:/bin/bash
bob:!:19800:0:99999:7:::
$1 and $2 are the arguments
$2 per month, $6 a year
echo $1$2
print $1, $2
abandon the idea about access
seed phrase generation is tested
mnemonic device for students
private key is loaded from disk
private_key_path = "/etc/ssl/key.pem"
private_key_passwd: ~
xpub{a107}
npub1{l58}
kty RSA
{"kty":"RSA","n":"{s60}","e":"AQAB"}
Endpoint = vpn.example.net:51820
AllowedIPs = 10.0.0.2/32
ssid="home"
psk key management
key-mgmt=wpa-psk
wifi password policy
le mot de passe du wifi est affiché au mur
mdp oublié
mot de passe : voir le coffre
change the password to something longer
j'ai changé le mot de passe hier
my password for the router is strong
I changed the password to be safe
log in as bob with the password from the vault
Log in with SSO
useradd -m bob
chpasswd < users.txt
rabbitmqctl list_users
nmcli dev wifi list
net use
keytool -list -keystore k.jks
--storepass is required
--token TOKEN
--token <token>
--token-file /run/token
--api-key KEY
--api-key=$API_KEY
--password PASSWORD
--password=$DB_PASSWORD
--secret-id db
--pass-through
--key-file server.key
--keys a,b,c
--no-auth
--auth-type basic
"""
