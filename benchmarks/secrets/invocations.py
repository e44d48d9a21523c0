"""Secrets as they are handed to programs: arguments of commands, headers of requests, addresses that are secrets.

Each line is a command, a header or an address by its documentation; `‹abc24›` and the like stand for a made-up value of
that alphabet and length, `‹w›` for a password as people make them up, `‹four›` for four groups of four letters.
"""
# ruff: noqa: E501, SIM905

from __future__ import annotations

import random
import re
from collections.abc import Iterator

COMMANDS = r"""
PGPASSWORD=‹w› psql -h db -U app
PGPASSWORD=‹w› pg_dump app > x
MYSQL_PWD=‹w› mysql -u root
mysqldump --password=‹w› app
mysql -uroot -p‹w› app
mysqladmin -u root -p‹w› status
mariadb -u root --password=‹w›
mongosh "mongodb://h" -u a -p ‹w›
mongodump --username a --password ‹w›
redis-cli -a ‹w› ping
REDISCLI_AUTH=‹w› redis-cli
sshpass -p ‹w› ssh a@h
sshpass -p'‹w›' ssh a@h
SSHPASS=‹w› sshpass -e ssh a@h
docker login -u a -p ‹w› ghcr.io
echo ‹w› | docker login -u a --password-stdin
podman login -u a -p ‹w› quay.io
helm registry login -u a -p ‹w› x.io
oc login -u a -p ‹w› https://x
kubectl create secret generic x --from-literal=password=‹w›
kubectl config set-credentials a --username=a --password=‹w›
az login --service-principal -u a -p ‹w› --tenant t
az sql server create -n x -u a -p ‹w›
gcloud sql users set-password root --password=‹w›
aws rds create-db-instance --master-user-password ‹w›
aws configure set aws_secret_access_key ‹w›
curl -u admin:‹w› https://x
curl --user admin:‹w› https://x
wget --user=a --password=‹w› https://x
wget --http-password=‹w› https://x
http -a a:‹w› x.io
ldapsearch -D cn=a -w ‹w› -b dc=x
ldapmodify -x -D cn=a -w ‹w›
smbclient //h/s -U a%‹w›
mount -t cifs //h/s /m -o username=a,password=‹w›
net use Z: \\h\s /user:a ‹w›
psexec \\h -u a -p ‹w› cmd
rdesktop -u a -p ‹w› h
xfreerdp /u:a /p:‹w› /v:h
vncpasswd <<< ‹w›
openssl enc -aes-256-cbc -k ‹w› -in x
openssl pkcs12 -export -passout pass:‹w›
openssl rsa -passin pass:‹w› -in k
keytool -genkey -storepass ‹w› -keypass ‹w›
jarsigner -storepass ‹w› x.jar
gpg --batch --passphrase ‹w› -c x
7z a -p‹w› x.7z d
zip -P ‹w› x.zip d
unzip -P ‹w› x.zip
unrar x -p‹w› x.rar
rar a -hp‹w› x.rar d
sqlcmd -S h -U sa -P ‹w›
bcp t out f -U sa -P‹w›
sqlplus a/‹w›@db
sqlldr userid=a/‹w›
isql DSN a ‹w›
clickhouse-client --password ‹w›
influx -username a -password ‹w›
cqlsh -u a -p ‹w›
curl -x http://a:‹w›@proxy:3128 https://x
rabbitmqctl add_user a ‹w›
rabbitmqctl change_password a ‹w›
rabbitmqadmin -u a -p ‹w› list queues
mosquitto_pub -u a -P ‹w› -t x
mosquitto_passwd -b f a ‹w›
htpasswd -b f a ‹w›
useradd -p ‹w› bob
echo "bob:‹w›" | chpasswd
echo '‹w›' | sudo -S apt update
echo ‹w› | su -c id
expect -c 'spawn ssh h; expect "password:"; send "‹w›\r"'
net rpc user -U a%‹w›
ipmitool -U a -P ‹w› power on
snmpget -v3 -u a -A ‹w› -X ‹w› h
nmcli dev wifi connect X password ‹w›
wpa_passphrase X ‹w›
iwconfig wlan0 key s:‹w›
ansible-playbook -e ansible_password=‹w› p.yml
ansible all -e "ansible_become_pass=‹w›"
terraform apply -var db_password=‹w›
terraform apply -var="db_password=‹w›"
TF_VAR_db_password=‹w› terraform apply
vault kv put secret/x password=‹w›
vault login -method=userpass username=a password=‹w›
consul kv put db/password ‹w›
etcdctl --user root:‹w› get x
heroku config:set DB_PASSWORD=‹w›
fly secrets set DB_PASSWORD=‹w›
vercel env add DB_PASSWORD ‹w›
gh secret set DB_PASSWORD --body ‹w›
gh secret set DB_PASSWORD -b‹w›
railway variables set DB_PASSWORD=‹w›
docker run -e POSTGRES_PASSWORD=‹w› postgres
docker run --env MYSQL_ROOT_PASSWORD=‹w› mysql
docker service create --env P_PASSWORD=‹w› x
systemctl set-environment DB_PASS=‹w›
setx DB_PASSWORD ‹w›
$env:DB_PASSWORD = '‹w›'
set DB_PASSWORD=‹w›
export DB_PASSWORD=‹w›
fish -c "set -x DB_PASSWORD ‹w›"
npm config set //r/:_password ‹w›
pip install --index-url https://a:‹w›@pypi.x/simple x
twine upload -u a -p ‹w› dist/*
poetry config http-basic.x a ‹w›
poetry publish -u a -p ‹w›
mvn deploy -Dpassword=‹w›
mvn -Ddb.password=‹w› test
gradle publish -PrepoPassword=‹w›
java -Djavax.net.ssl.keyStorePassword=‹w› -jar x
svn co --username a --password ‹w› https://x
git clone https://a:‹w›@github.com/x/y
hg clone https://a:‹w›@x
cvs -d :pserver:a:‹w›@h:/c login
lftp -u a,‹w› ftp://h
ftp ftp://a:‹w›@h/
ncftpput -u a -p ‹w› h /d f
rclone config create x sftp user a pass ‹w›
restic -r x --password-command "echo ‹w›" backup
RESTIC_PASSWORD=‹w› restic backup
BORG_PASSPHRASE=‹w› borg create
borg init -e repokey --passphrase ‹w›
duplicity --encrypt-key x; PASSPHRASE=‹w› duplicity d
cryptsetup luksOpen <(echo -n ‹w›) x
echo -n ‹w› | cryptsetup luksFormat /dev/x -
mysql_config_editor set --login-path=x --password=‹w›
createuser a; psql -c "ALTER USER a PASSWORD '‹w›'"
psql "host=h user=a password=‹w› dbname=x"
psql postgresql://a:‹w›@h/db
mysql -e "CREATE USER a IDENTIFIED BY '‹w›'"
mysql -e "SET PASSWORD FOR a = PASSWORD('‹w›')"
snowsql -a x -u a -p ‹w›
SNOWSQL_PWD=‹w› snowsql
bq --credential_x ‹w›; DBT_PASSWORD=‹w› dbt run
odbcinst; isql "Driver=x;Uid=a;Pwd=‹w›"
kinit a <<< "‹w›"
echo "‹w›" | kinit a@X
crackmapexec smb h -u a -p ‹w›
evil-winrm -i h -u a -p ‹w›
hydra -l a -p ‹w› ssh://h
msfconsole -x "set PASSWORD ‹w›"
bitcoin-cli -rpcpassword=‹w› getinfo
bitcoin-cli walletpassphrase "‹w›" 60
geth --password <(echo ‹w›) account new
cast send --private-key 0x‹hex64›
solana-keygen recover; cast wallet import x --private-key ‹hex64›
expo login -u a -p ‹w›
eas login; firebase login:ci --token ‹abc40›
netlify deploy --auth ‹abc40›
surge --token ‹hex32›
sentry-cli --auth-token ‹hex64› releases
sonar-scanner -Dsonar.login=‹hex40›
snyk auth ‹uuid›
codecov -t ‹uuid›
npx semantic-release; GH_TOKEN=‹abc40› npx x
doctl auth init -t ‹hex64›
linode-cli --token ‹hex64›
hcloud context create x --token ‹abc64›
vultr-cli --api-key ‹abc36›
cf login -u a -p ‹w›
ibmcloud login --apikey ‹abc44›
oci setup --passphrase ‹w›
tailscale up --authkey tskey-auth-‹abc24›
ngrok authtoken ‹abc40›
ngrok config add-authtoken ‹abc40›
argocd login h --username a --password ‹w›
argocd account update-password --current-password ‹w› --new-password ‹w›
jenkins-cli -auth a:‹hex32›
java -jar jenkins-cli.jar -auth a:‹w›
chef-client; knife bootstrap h -U a -P ‹w›
knife winrm h -x a -P ‹w›
salt-ssh --passwd=‹w› '*' test
vagrant; VAGRANT_PW=‹w› vagrant up
packer build -var ssh_password=‹w› x
virsh; qemu -vnc :0,password=‹w›
pwsh -c "ConvertTo-SecureString '‹w›' -AsPlainText -Force"
New-LocalUser a -Password (ConvertTo-SecureString "‹w›" -AsPlainText -Force)
runas /user:a /savecred; cmdkey /add:h /user:a /pass:‹w›
schtasks /create /ru a /rp ‹w›
wmic /node:h /user:a /password:‹w› os
dsacls; net user bob ‹w› /add
sc config x obj= a password= ‹w›
mstsc; cmdkey /generic:h /user:a /pass:‹w›
osascript -e 'do shell script "x" password "‹w›" with administrator privileges'
security add-generic-password -a x -s y -w ‹w›
security unlock-keychain -p ‹w› x
dscl . -passwd /Users/a ‹w›
hdiutil attach -passphrase ‹w›
secret-tool store <<< ‹w›
pass insert -e x <<< "‹w›"
bw unlock ‹w›
op signin --password ‹w›
keepassxc-cli open <<< ‹w›
k6 run -e PASSWORD=‹w› x.js
locust; newman run x --env-var password=‹w›
mail; swaks --auth-user a --auth-password ‹w› -t x
msmtp --passwordeval="echo ‹w›"
sendemail -xu a -xp ‹w›
curl smtp://h --user 'a@x:‹w›'
mutt -e "set imap_pass=‹w›"
offlineimap; imapsync --password1 ‹w› --password2 ‹w›
sasldb; saslpasswd2 -p <<< ‹w›
testsaslauthd -u a -p ‹w›
radtest a ‹w› h 0 ‹abc16›
realm join -U a <<< ‹w›
adcli join --stdin-password <<< ‹w›
samba-tool user create bob ‹w›
smbpasswd -s a <<< ‹w›
(echo ‹w›; echo ‹w›) | smbpasswd -a bob
yes ‹w› | passwd bob
passwd bob <<< "‹w›"
usermod -p "$(openssl passwd -6 ‹w›)" bob
openssl passwd -6 ‹w›
python -c "import crypt; print(crypt.crypt('‹w›'))"
mkpasswd -m sha-512 ‹w›
caddy hash-password --plaintext ‹w›
django-admin; DJANGO_SUPERUSER_PASSWORD=‹w› python manage.py createsuperuser
wp user create a a@x --user_pass=‹w›
wp config create --dbuser=a --dbpass=‹w›
drush sql-cli --db-url=mysql://a:‹w›@h/d
drush user:password admin "‹w›"
rails r "User.create!(password: '‹w›')"
artisan tinker --execute="User::create(['password' => '‹w›'])"
occ user:add --password-from-env a; OC_PASS=‹w› occ user:add a
gitlab-rake "gitlab:password:reset[root]" <<< ‹w›
MINIO_ROOT_PASSWORD=‹w› minio server
s3cmd --access_key=A --secret_key=‹abc40›
elasticsearch-users useradd a -p ‹w›
curl -k -u elastic:‹w› https://h:9200
kibana; ELASTIC_PASSWORD=‹w› bin/x
logstash -E password=‹w›
neo4j-admin set-initial-password ‹w›
cypher-shell -u neo4j -p ‹w›
couchdb; curl http://admin:‹w›@h:5984/_all_dbs
arangosh --server.password ‹w›
cockroach sql --url "postgresql://a:‹w›@h/d"
tsql -S h -U a -P ‹w›
impala-shell -l -u a --ldap_password_cmd="echo ‹w›"
beeline -u jdbc:hive2://h -n a -p ‹w›
sqoop import --password ‹w›
spark-submit --conf spark.hadoop.fs.s3a.secret.key=‹abc40›
kafka; kcat -X sasl.password=‹w›
kafka-configs --add-config 'SCRAM-SHA-512=[password=‹w›]'
nats --user a --password ‹w› pub
stunnel; openvpn --askpass <(echo ‹w›)
echo "‹w›" | openconnect --passwd-on-stdin h
wg set wg0 private-key <(echo ‹base44›)
nordvpn login --username a --password ‹w›
forticlient; openfortivpn h -u a -p ‹w›
globalprotect connect --password ‹w›
""".strip("\n").split("\n")
ADDRESSES = """
https://api.netlify.com/build_hooks/‹hex24›
https://hook.eu1.make.com/‹low32›
https://hook.integromat.com/‹low32›
https://api.vercel.com/v1/integrations/deploy/prj_dANfhfxTNqQIGuyQudRMCwq9Uh8t/‹abc10›
https://api.cloudflare.com/client/v4/pages/webhooks/deploy_hooks/‹uuid›
https://maker.ifttt.com/trigger/door/with/key/‹abc22›
https://connect.pabbly.com/workflow/sendwebhookdata/‹abc40›
https://n8n.acme.io/webhook/‹uuid›
https://n8n.acme.io/webhook-test/‹uuid›
https://events.pagerduty.com/integration/‹hex32›/enqueue
https://ha.acme.fr/api/webhook/‹low26›
https://mm.acme.io/hooks/‹low26›
https://chat.acme.io/hooks/‹abc17›/‹abc43›
https://hooks.airtable.com/workflows/v1/genericWebhook/app3scB8fnvGNx6jv/wflSIftRutlZfOjUS/wtr‹abc14›
https://www.workato.com/webhooks/rest/‹uuid›/orders
https://quiet-sky-1234.tines.com/webhook/‹hex32›/‹hex32›
https://hub.docker.com/api/build/v1/source/b9db165c-2311-5661-ffb0-df9daee36452/trigger/‹uuid›/call/
https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=‹uuid›
https://oapi.dingtalk.com/robot/send?access_token=‹hex64›
https://sctapi.ftqq.com/SCT80429T‹abc26›.send
https://api.day.app/‹abc22›/hello
https://uptime.betterstack.com/api/v1/heartbeat/‹abc24›
https://hc-ping.com/‹uuid›
https://cronitor.link/p/‹hex32›/job
https://discord.com/api/webhooks/102938475610293847/‹abc68›
https://hooks.slack.com/services/T0AB12CD3/B0EF45GH6/‹abc24›
https://hooks.zapier.com/hooks/catch/1234567/‹low7›
https://gotify.acme.io/message?token=A‹abc14›
https://api.render.com/deploy/srv-cq1x2y3z4a5b6c7d8e9f?key=‹abc11›
https://ci.acme.io/generic-webhook-trigger/invoke?token=‹abc12›
https://gitlab.com/api/v4/projects/12/trigger/pipeline?token=‹hex30›&ref=main
https://hooks.bitrise.io/h/github/6cc53c664ce4d08e/‹abc22›
https://api.buildkite.com/v1/webhooks/deliver/bktr_‹low40›
https://trigger.macrodroid.com/‹uuid›/go
https://readthedocs.org/api/v2/webhook/acme/123/?token=‹abc20›
https://webhook-intake.datadoghq.com/api/v2/webhook?dd-api-key=‹hex32›
https://outlook.live.com/owa/calendar/040f4312-de53-0ada-75ff-a1a0f1668897/‹uuid›/cid-X/calendar.ics
https://calendar.google.com/calendar/ical/ana%40acme.fr/private-‹hex32›/basic.ics
""".strip().split("\n")
AROUND = ("see U", 'curl -X POST "U"', '{"url": "U"}', "le crochet : U , merci")
HEADERS = """
X-Vault-Token X-Shopify-Access-Token Api-Key DD-API-KEY DD-APPLICATION-KEY X-Auth-Key Ocp-Apim-Subscription-Key PRIVATE-TOKEN X-Api-Token x-functions-key X-RapidAPI-Key X-Amz-Security-Token X-Plex-Token X-Figma-Token X-API-KEY apikey api-key X-Auth-Token X-Access-Token X-Client-Secret X-Gitlab-Token X-Redmine-API-Key X-Emby-Token X-Cisco-Meraki-API-Key X-Postmark-Server-Token X-Algolia-API-Key X-MBX-APIKEY X-Riot-Token X-CMC_PRO_API_KEY X-ELS-APIKey X-Master-Key X-Typesense-Api-Key X-Appwrite-Key X-Parse-Master-Key X-Hasura-Admin-Secret x-goog-api-key Fastly-Key Circle-Token X-TrackerToken xi-api-key x-rollbar-access-token X-License-Key Authorization Proxy-Authorization Linode-Token X-Bugsnag-Api-Key X-NuGet-ApiKey JOB-TOKEN Deploy-Token X-Csrf-Token x-api-secret X-Webhook-Secret X-Hub-Secret X-Nexmo-Secret X-Datadog-Key Private-Key Subscription-Key
""".split()
SENT = r"""
curl -H "N: ‹V›" https://x.io
curl -H 'N: ‹V›' https://x.io
curl --header "N:‹V›"
headers = {"N": "‹V›"}
headers: { 'N': '‹V›' }
req.Header.Set("N", "‹V›")
request.addHeader("N", "‹V›");
http GET x.io N:‹V›
@{ "N" = "‹V›" }
{"key": "N", "value": "‹V›", "type": "text"}
{"name":"N","value":"‹V›"}
> N: ‹V›
{"args": "curl -H \"N: ‹V›\""}
headers["N"] = "‹V›"
$headers['N'] = '‹V›';
.header("N", "‹V›")
  N: "‹V›"
<header name="N" value="‹V›"/>
client.DefaultRequestHeaders.Add("N", "‹V›");
[["N", "‹V›"]]
N=‹V›
curl_setopt($c, CURLOPT_HTTPHEADER, ["N: ‹V›"]);
xhr.setRequestHeader('N','‹V›')
&quot;N&quot;: &quot;‹V›&quot;
| N | ‹V› |
""".strip("\n").split("\n")
WRITTEN = r"""
curl https://x.io -H "X-Api-Key: \
‹abc32›"
---
curl https://x.io -H "Authorization: Bearer \
    ‹abc32›"
---
export API_KEY=\
‹abc24›
---
mysql --password=\
‹abc24›
---
tool --api-key \
  ‹abc24›
---
password = \
    "‹abc24›"
---
Cookie: b=.5cf; d=xoxd-‹abc40›%2B‹abc20›%2F‹abc20›%3D%3D; lc=17
---
https://x.io/?s=whsec_‹abc20›%2B‹abc12›%3D&x=1
---
spring.mail.password=‹four›
---
GMAIL_APP_PASSWORD=‹four›
---
smtp_password: ‹four›
---
app password is ‹four›, use it for smtp
---
--password "‹four›"
---
mon mot de passe d'application gmail : ‹four›
---
"type": "random_password", "name": "db", "instances": [{"attributes": {"bcrypt_hash": "x", "result": "‹abc20›"
---
curl -F token=‹low30› -F user=u‹low29› https://api.pushover.net/1/messages.json
""".strip("\n").split("\n---\n")
_WORDS = (
    "Cerise Saffron Lantern Velvet Orchid Harbor Falcon Maple Cobalt Juniper Marble Thunder Willow Pepper Amber".split()
)
_SENT_ALIKE = ("hex32", "abc32", "uuid", "low24", "abc20")
_SMALL, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
_ALPHABETS = {
    "hex": _DIGITS + "abcdef",
    "low": _SMALL + _DIGITS,
    "abc": _SMALL + _SMALL.upper() + _DIGITS,
    "base": _SMALL + _SMALL.upper() + _DIGITS + "+/",
}
_SLOT = re.compile("‹([a-z]+)([0-9]*)›")


def invocations(seed: int, each: int) -> Iterator[tuple[str, str, list[str]]]:
    """Form, text and secrets: each command and address `each` times, each header in each way of sending one.

    >>> form, text, secrets = next(invocations(1, 1))
    >>> form, text == form.replace("‹w›", secrets[0])
    ('PGPASSWORD=‹w› psql -h db -U app', True)
    """
    rng = random.Random(seed)
    for form in (*COMMANDS, *WRITTEN):
        for _ in range(each):
            yield form, *_filled(form, rng)
    for form in ADDRESSES:
        for around in AROUND[:each]:
            text, secrets = _filled(form, rng)
            yield form, around.replace("U", text), secrets
    for way in SENT:
        for name in HEADERS:
            text, secrets = _filled(way.replace("‹V›", f"‹{rng.choice(_SENT_ALIKE)}›"), rng)
            yield way, text.replace("N", name, 1), secrets


def _filled(form: str, rng: random.Random) -> tuple[str, list[str]]:
    secrets: list[str] = []

    def fill(slot: re.Match[str]) -> str:
        secrets.append(_made(slot[1], int(slot[2] or 0), rng) if slot[1] != "w" or not secrets else secrets[0])
        return secrets[-1]

    return _SLOT.sub(fill, form), secrets


def _made(kind: str, length: int, rng: random.Random) -> str:
    if kind == "w":
        word, other = rng.sample(_WORDS, 2)
        tail = _made("abc", 3, rng)
        number = rng.randrange(1000, 9999)
        return rng.choice(
            (f"{word}{number}_{tail}", f"{word}{number}-{tail}", f"{word}!{number}", f"{word}_{other}_4{tail}")
        )
    if kind == "uuid":
        return "-".join(_made("hex", part, rng) for part in (8, 4, 4, 4, 12))
    if kind == "four":
        return " ".join("".join(rng.choices(_SMALL, k=4)) for _ in range(4))
    return "".join(rng.choices(_ALPHABETS[kind], k=length))
