"""Further kinds and look-alikes, written after the rules by another hand, in the words of other programs.

As in `kinds.py` a line is a kind: a name and a template, in which the secret stands between `‹` and `›`; a look-alike
is a line without them. What these show is how far the rules reach beyond the set that they were made with.
"""

from __future__ import annotations

import random

from benchmarks.secrets.kinds import Kind, filled


def further_kinds() -> list[Kind]:
    """All further kinds, in the group `further`."""
    lines = [line.partition(": ") for line in _KINDS.strip().split("\n") if line]
    return [Kind("further", name, template) for name, _, template in lines]


def further_lookalikes(pick: random.Random) -> list[str]:
    """All further look-alikes, made anew."""
    return [filled(line, pick) for line in _LOOKALIKES.strip().split("\n") if line]


_KINDS = r"""
compose environment map: environment:\n  MARIADB_ROOT_PASSWORD: ‹{p}›\n  MARIADB_DATABASE: shop
compose environment list: environment:\n  - RABBITMQ_DEFAULT_PASS=‹{p}›\n  - RABBITMQ_DEFAULT_USER=app
compose minio: - MINIO_ROOT_PASSWORD=‹{w}›
compose healthcheck: test: ["CMD", "redis-cli", "-a", "‹{p}›", "ping"]
compose command redis: command: redis-server --requirepass ‹{p}› --appendonly yes
compose grafana: GF_SECURITY_ADMIN_PASSWORD: "‹{q}›"
compose keycloak: KC_BOOTSTRAP_ADMIN_PASSWORD: ‹{p}›
compose mongo: MONGO_INITDB_ROOT_PASSWORD: '‹{q}›'
compose elastic: ELASTIC_PASSWORD=‹{p}›
k8s literal: kubectl create secret generic db --from-literal=password=‹{p}›
k8s literal two: kubectl create secret generic db --from-literal=username=bob --from-literal=password='‹{q}›'
k8s docker registry: kubectl create secret docker-registry reg --docker-username=bob --docker-password=‹{p}›
k8s stringData: kind: Secret\nstringData:\n  api-token: ‹{a32}›
k8s env value: - name: DB_PASSWORD\n  value: ‹{p}›
k8s env value quoted: - name: JWT_SECRET\n  value: "‹{a32}›"
k8s env json: {"name": "SMTP_PASSWORD", "value": "‹{p}›"}
helm set: helm install db bitnami/postgresql --set auth.postgresPassword=‹{p}›
helm set two: helm upgrade a ./a --set image.tag=1.2,adminPassword=‹{p}›,replicas=2
helm values: auth:\n  rootPassword: ‹{p}›
kubectl token flag: kubectl --token=‹{a64}› get pods
terraform variable: variable "db_password" {\n  default = "‹{p}›"\n}
terraform tfvars: db_password = "‹{p}›"
terraform provider: provider "vsphere" {\n  user = "bob"\n  password = "‹{q}›"\n}
terraform master: master_password = "‹{p}›"
terraform TF_VAR: export TF_VAR_db_password='‹{q}›'
terraform -var: terraform apply -var 'db_password=‹{p}›'
terraform state: "master_password": "‹{p}›",
ansible inventory: host1 ansible_user=bob ansible_ssh_pass=‹{p}› ansible_port=22
ansible sudo: ansible_become_password: ‹{p}›
ansible mysql: - mysql_user: name=app password=‹{p}› priv=*.*:ALL
ansible vault file: echo '‹{p}›' > .vault_pass
ci github env: env:\n  SONAR_TOKEN: ‹{h40}›
ci gitlab variables: variables:\n  DEPLOY_TOKEN: "‹{a24}›"
ci circle: environment:\n  CODECLIMATE_REPO_TOKEN: ‹{h64}›
ci jenkins: withEnv(['NEXUS_PASSWORD=‹{p}›']) {
ci azure: - script: az login --service-principal -u app -p ‹{a34}› --tenant t
ci docker stdin here: docker login -u ci --password-stdin <<< "‹{p}›"
env django: SECRET_KEY=‹django-insecure-{a40}›
env rails: SECRET_KEY_BASE=‹{h128}›
env laravel: APP_KEY=base64:‹{b43}=›
env nextauth: NEXTAUTH_SECRET="‹{b43}=›"
env stripe: STRIPE_SECRET=‹{a32}›
env smtp: EMAIL_HOST_PASSWORD=‹{l16}›
env gmail app: MAIL_PASSWORD="‹{n4} {n4} {n4} {n4}›"
env pgpassword export: export PGPASSWORD=‹{w}›
env quoted spaces: DB_PASS = "‹{p}›"
env encryption: ENCRYPTION_KEY=‹{h64}›
env salt wp: define('AUTH_KEY', '‹{q}{q}{q}›');
env wp db: define( 'DB_PASSWORD', '‹{p}›' );
url postgres: DATABASE_URL=postgresql://app:‹{p}›@db:5432/shop
url asyncpg: create_engine("postgresql+asyncpg://app:‹{q}›@db/shop")
url mongodb srv: mongodb+srv://app:‹{p}›@cluster0.ab1cd.mongodb.net/?retryWrites=true
url redis no user: redis://:‹{p}›@cache:6379/0
url amqp: amqps://app:‹{p}›@mq.example.net/vhost
url clickhouse query: clickhouse://db:9000?username=app&password=‹{p}›&database=x
url jdbc pg: jdbc:postgresql://db/shop?user=app&password=‹{p}›&ssl=true
url jdbc sqlserver: jdbc:sqlserver://db;databaseName=shop;user=sa;password=‹{p}›;encrypt=true
url neo4j: NEO4J_AUTH=neo4j/‹{p}›
url ado: Server=db;Database=shop;User Id=sa;Password=‹{p}›;TrustServerCertificate=True
url npgsql: Host=db;Username=app;Password=‹{q}›;Database=shop
url libpq: host=db user=app password=‹{p}› dbname=shop
url cassandra: PlainTextAuthProvider(username='app', password='‹{p}›')
url git: git clone https://bob:‹{p}›@git.example.net/a.git
url git token: git remote set-url origin https://oauth2:‹{a26}›@git.example.net/a.git
url proxy: export https_proxy=http://bob:‹{w}›@proxy:3128
url ftp: curl ftp://bob:‹{p}›@ftp.example.net/a
url nats: nats://app:‹{p}›@nats:4222
url kafka jaas: org.apache.kafka.common.security.plain.PlainLoginModule required username="app" password="‹{p}›";
url ldap bind: bindPassword: ‹{p}›
url elastic: -u elastic:‹{p}› https://es:9200
url snowflake: snowflake.connector.connect(user="bob", password="‹{p}›", account="x")
pymysql: pymysql.connect(host="db", user="root", passwd="‹{p}›")
paramiko: client.connect("host", username="bob", password="‹{p}›")
requests auth: requests.get(url, auth=("bob", "‹{p}›"))
boto3: boto3.client("s3", aws_access_key_id="AKIA{u16}", aws_secret_access_key="‹{b40}›")
smtplib: server.login("bob@example.net", "‹{p}›")
openai client: OpenAI(api_key="‹{a48}›")
go struct: cfg := Config{User: "app", Password: "‹{p}›"}
java setter: ds.setPassword("‹{p}›");
csharp credential: new NetworkCredential("bob", "‹{p}›")
php mysqli: new mysqli("localhost", "root", "‹{p}›", "shop");
ruby hash: :password => "‹{p}›"
js object: const cfg = { user: 'app', password: '‹{q}›' };
rust env: std::env::set_var("API_TOKEN", "‹{a32}›");
spring yml: spring:\n  datasource:\n    password: ‹{p}›
spring properties: spring.datasource.password=‹{p}›
tomcat users: <user username="bob" password="‹{p}›" roles="manager-gui"/>
maven settings: <server><id>nexus</id><username>bob</username><password>‹{p}›</password></server>
gradle: signing.password=‹{p}›
gradle store: storePassword "‹{p}›"
nuget config: <add key="ClearTextPassword" value="‹{p}›" />
composer auth: "http-basic": {"repo.example.net": {"username": "bob", "password": "‹{a20}›"}}
pip conf: index-url = https://bob:‹{p}›@pypi.example.net/simple
netrc: machine example.net login bob password ‹{p}›
my.cnf: [client]\nuser=root\npassword="‹{q}›"
wireguard: PrivateKey = ‹{b43}=›
wpa: network={\n ssid="home"\n psk="‹{w}›"\n}
networkmanager: nmcli dev wifi connect home password ‹{w}›
postfix sasl: [smtp.example.net]:587 bob:‹{p}›
dovecot: bob:{PLAIN}‹{p}›
create user mysql: CREATE USER 'app'@'%' IDENTIFIED BY '‹{p}›';
create role pg: CREATE ROLE app LOGIN PASSWORD '‹{p}›';
alter user pg: ALTER USER app WITH ENCRYPTED PASSWORD '‹{q}›';
mssql login: CREATE LOGIN app WITH PASSWORD = '‹{q}›';
mysql set password: SET PASSWORD FOR 'root'@'localhost' = PASSWORD('‹{p}›');
redis config: CONFIG SET requirepass ‹{p}›
keytool: keytool -genkey -storepass ‹{p}› -keypass changeit
ssh-keygen: ssh-keygen -t ed25519 -N '‹{p}›' -f id
restic: RESTIC_PASSWORD=‹{p}› restic backup /home
borg: BORG_PASSPHRASE='‹{q}›' borg create
vault kv: vault kv put secret/db password=‹{p}›
aws ssm: aws ssm put-parameter --name /db --type SecureString --value '‹{p}›'
aws rds: aws rds create-db-instance --master-username app --master-user-password ‹{p}›
gh secret: gh secret set DB_PASSWORD --body "‹{p}›"
heroku config: heroku config:set SESSION_SECRET=‹{h32}›
az keyvault: az keyvault secret set --vault-name v --name n --value "‹{p}›"
htpasswd -b: htpasswd -b .htpasswd bob ‹{p}›
chpasswd: echo "bob:‹{p}›" | chpasswd
powershell secure: ConvertTo-SecureString '‹{p}›' -AsPlainText -Force
docker arg: docker build --build-arg NPM_TOKEN=‹{g}› .
http header token: X-Vault-Token: ‹hvs.{a24}›
http basic: Authorization: Basic ‹{b28}=›
http x-auth: x-auth-token: ‹{h32}›
graphql: {"query":"mutation{login(email:\"b@x.io\",password:\"‹{p}›\"){token}}"}
set-cookie: Set-Cookie: sessionid=‹{l32}›; HttpOnly; Path=/
jwt query: wss://example.net/ws?token=‹eyJhbGciOiJIUzI1NiJ9.{s60}.{s43}›
escaped env json: {"stdout":"DB_PASSWORD=‹{p}›\\nDB_USER=app\\n"}
escaped url form: user%5Bpassword%5D=‹{p}›&commit=ok
chat en here: here's the db password: ‹{p}›
chat en its: it's ‹{p}› (the root password)
chat en pw: pw: ‹{p}›
chat en pwd is: btw the pwd is ‹{p}›
chat en creds: creds are admin / ‹{p}›
chat en login with: you can log in with admin:‹{p}›
chat en user pass: username admin, password ‹{p}›
chat en set to: I set the admin password to "‹{q}›" on staging
chat en new one: the new password should be ‹{p}›
chat en token is: my token is ‹{a40}›
chat fr voici: voici le mot de passe : ‹{p}›
chat fr cest: le mdp c'est ‹{p}›
chat fr acces: accès : admin / ‹{p}›
chat fr identifiant: identifiant admin, mot de passe ‹{p}›
chat fr nouveau: le nouveau mot de passe sera ‹{p}›
chat fr jeton: mon jeton est ‹{a40}›
chat fr cle: voici la clé : ‹{a40}›
chat fr avec: connecte-toi avec admin et ‹{p}› comme mot de passe
"""

_LOOKALIKES = r"""
POSTGRES_PASSWORD_FILE=/run/secrets/db_password
password: !vault |
password_file: /etc/app/password.txt
passwordSecretRef:
secretName: db-credentials
secretKeyRef: {name: db, key: password}
valueFrom: {secretKeyRef: {name: db-credentials, key: postgres-password}}
existingSecret: my-release-postgresql
- name: DB_PASSWORD\n  valueFrom:
imagePullSecrets: [{name: regcred}]
token: ${{ secrets.GITHUB_TOKEN }}
password: ${{ secrets.DOCKERHUB_TOKEN }}
DEPLOY_KEY: $CI_DEPLOY_KEY
password = var.db_password
password = random_password.db.result
password = data.aws_ssm_parameter.db.value
password = module.db.master_password
sensitive = true
TF_VAR_db_password=$(pass show db)
ansible_password: "{{ vault_db_password }}"
no_log: true  # password
withCredentials([string(credentialsId: 'sonar-token-2', variable: 'SONAR_TOKEN')]) {
credentialsId: 'nexus-deploy-2024'
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_BASE=$(rails secret)
PASSWORD_MIN_LENGTH=12
PASSWORD_RESET_TIMEOUT=259200
TOKEN_EXPIRY_HOURS=24
MAX_TOKENS=128000
max_completion_tokens: 4096
ACCESS_TOKEN_LIFETIME=PT1H
SESSION_KEY_PREFIX=app:session:v2
API_KEY_HEADER=X-API-Key
PUBLIC_KEY_PATH=/etc/keys/public2.pem
SSH_AUTH_SOCK=/tmp/ssh-XXXXabcd12/agent.3412
GPG_TTY=/dev/pts/12
AWS_PROFILE=prod-eu2
AWS_DEFAULT_REGION=eu-west-3
KEYCLOAK_REALM=shop2
postgresql://localhost:5432/shop
postgresql://app@db:5432/shop
redis://cache:6379/0
mongodb://localhost:27017,localhost:27018/?replicaSet=rs0
http://localhost:8080/@vite/client
https://example.net/@scope/pkg@1.2.3/index.js
https://www.npmjs.com/package/@types/node
ssh://git@github.com:22/a/b.git
git@github.com:acme/shop2.git
jdbc:postgresql://db:5432/shop
user=app dbname=shop sslmode=verify-full
docker login -u bob --password-stdin
docker run -p 8080:80 -e TZ=Europe/Paris nginx:1.27
mysql -u root -p
mysql -u root -p shop
mysql -P 3307 -h db
psql -h db -U app -p 5433 shop
ssh -p 2222 bob@host
scp -P 2222 a bob@host:b
redis-cli -p 6380 ping
mkdir -p build/out2
cp -a src/lib2 dst
tar -p -xf a.tar
openssl genrsa -out key.pem 4096
openssl rand -base64 32
openssl pkcs12 -export -in a.crt -inkey a.key -out a.p12 -passout env:P12_PASS
gpg --passphrase-file ~/.gpgpass -d a.gpg
ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519_work2
keytool -list -keystore a.jks
htpasswd -c .htpasswd bob
passwd: password updated successfully
passwd bob
bob:x:1000:1000:Bob:/home/bob:/bin/bash
bob:!:19700:0:99999:7:::
PasswordAuthentication no
PermitRootLogin prohibit-password
PubkeyAuthentication yes
auth sufficient pam_unix.so nullok try_first_pass
password requisite pam_pwquality.so retry=3 minlen=12
requirepass foobared
# requirepass <password>
IDENTIFIED BY PASSWORD EXPIRE
ALTER TABLE users ADD COLUMN password_digest VARCHAR(60);
SELECT password FROM users WHERE id = 42;
GRANT USAGE ON *.* TO 'app'@'%'
FOREIGN KEY (token_id) REFERENCES tokens2(id)
PRIMARY KEY (`id`), UNIQUE KEY `idx_users_email2` (`email`)
assertEqual(response.status_code, 401)  # wrong password
expect(user.password).toBeUndefined()
it('rejects a password of 7 chars', () => {
raise ValueError("password must be at least 12 characters")
parser.add_argument("--password", help="password of the account", default=None)
click.option("--token", envvar="APP_TOKEN2", required=True)
const { password, ...rest } = user;
<input type="password" name="password" id="password1" autocomplete="current-password">
<label for="password2">Password</label>
<key>CFBundleIdentifier</key><string>com.acme.Shop2</string>
"keyCode": 13, "key": "Enter"
key={`row-${index}`}
key: "user:{id}:v2"
cache_key = f"user:{user_id}:v3"
dict_keys(['a1', 'b2'])
sort_key=lambda x: x[1]
foreign_key: user_id2
partition_key = "2026-11-30#eu-west-3"
idempotency-key: {g}
x-amzn-trace-id: Root=1-{h8}-{h24}
x-amz-request-id: {u16}
nonce="{a22}"
csp: script-src 'sha256-{b43}='
etag: W/"{h32}"
Digest: sha-256={b43}=
docker pull nginx@sha256:{h64}
go.sum: github.com/a/b v1.2.3 h1:{b43}=
"contentHash": "{h64}"
checksum = "{h64}"
--hash=sha256:{h64}
revision: {h40}
build id {h32}
Fingerprint: {h40}
key fingerprint = {H4} {H4} {H4} {H4} {H4}
AGE public key: age1{l58}
npub1{l58}
kid: {s43}
"kid": "{h40}", "alg": "RS256"
client_id={g}
"client_id": "{d12}-{l32}.apps.googleusercontent.com"
tenantId: {g}
arn:aws:secretsmanager:eu-west-3:123456789012:secret:prod/db-AbC123
arn:aws:kms:eu-west-3:123456789012:key/{g}
projects/p/secrets/db-password/versions/3
op://Private/db2/password
vault:secret/data/db2#password
the token budget is 200000 tokens
a token is about four characters
the key is to keep it simple in step2
the secret is in how you season it
credentials: see 1Password / Shop2
the password for staging is in the vault under shop2
My password manager is Bitwarden2024 edition
le mot de passe est dans le coffre shop2
le mot de passe doit être changé tous les 90jours
la clé est sous le paillasson
le jeton expire dans 24h
Use pass-through2 mode
bypass: GATE2
compass 2.0.1-Beta
passed: 112, failed: 2
passing=100% skipped=3
tokenizer: cl100k_base
tokens/s: 45.2
"total_tokens": 1523
keyboard: QWERTY-104
monkey-patch2
keys: Ctrl+Shift+F5
author: Bob2 <bob@example.net>
authority=login.microsoftonline.com/v2
"""
