"""Kinds and look-alikes of a third set: commands, protocols, devices, tokens and languages that neither other set has.

Written from the public documentation of the formats before any rule was changed for them. As in `kinds.py` a line is a
kind: a name and a template, in which the secret stands between `‹` and `›`; a look-alike is a line without them.
"""

from __future__ import annotations

import random

from benchmarks.secrets.kinds import Kind, filled, kinds_of


def heldout_kinds() -> list[Kind]:
    """All of them, by groups."""
    return kinds_of(_KINDS)


def heldout_lookalikes(pick: random.Random) -> list[str]:
    """All look-alikes, made anew."""
    return [filled(line, pick) for line in _LOOKALIKES.strip().split("\n") if line]


_KINDS = r"""
# command
az storage key: az storage blob upload --account-name acct --account-key ‹{b86}==› -f a -c b
az appsettings: az webapp config appsettings set -g r -n app --settings DB_PASSWORD=‹{p}›
az sql: az sql server create -n s -g r -u bob -p ‹{q}›
aws secretsmanager: aws secretsmanager create-secret --name db --secret-string '‹{p}›'
aws secretsmanager json: aws secretsmanager put-secret-value --secret-string '{"user":"bob","password":"‹{p}›"}'
aws cognito: aws cognito-idp admin-set-user-password --user-pool-id e_A --username bob --password ‹{p}› --permanent
aws login profile: aws iam create-login-profile --user-name bob --password '‹{q}›'
aws elasticache: aws elasticache create-replication-group --replication-group-id r --auth-token ‹{a32}›
gcloud sql: gcloud sql users set-password root --host=% --instance=i --password=‹{p}›
oc token: oc login --token=sha256~‹{s43}› --server=https://api.example.net:6443
mc alias: mc alias set store https://minio.example.net {u20} ‹{b40}›
s3cmd: s3cmd --access_key=AKIA{u16} --secret_key=‹{b40}› ls
rclone create: rclone config create r s3 access_key_id=AKIA{u16} secret_access_key=‹{b40}›
rclone obscured: [dav]\ntype = webdav\nuser = bob\npass = ‹{s30}›
influx setup: influx setup --username bob --password ‹{p}› --org o --bucket b
influx old: influx -username admin -password ‹{p}› -execute 'show databases'
cqlsh: cqlsh -u cassandra -p ‹{p}› db.example.net
clickhouse-client: clickhouse-client --user bob --password ‹{p}› -q 'select 1'
neo4j-admin: neo4j-admin dbms set-initial-password ‹{p}›
cypher-shell: cypher-shell -u neo4j -p ‹{p}› 'match (n) return count(n)'
couchbase: couchbase-cli cluster-init --cluster-username bob --cluster-password ‹{p}›
rabbitmqadmin: rabbitmqadmin -u bob -p ‹{p}› list queues
rabbitmq change: rabbitmqctl change_password bob ‹{p}›
mosquitto_pub: mosquitto_pub -h mq -u bob -P ‹{p}› -t x -m y
kafka scram: kafka-configs.sh --alter --add-config 'SCRAM-SHA-256=[iterations=8192,password=‹{p}›]' --entity-name bob
etcdctl: etcdctl --endpoints=https://e:2379 --user root:‹{p}› get /
consul token: consul kv get -token=‹{g}› app/x
vault unseal: vault operator unseal ‹{b43}=›
vault userpass: vault login -method=userpass username=bob password=‹{p}›
bitwarden session: export BW_SESSION="‹{b86}==›"
macos keychain: security add-generic-password -a bob -s svc -w ‹{p}›
macos unlock: security unlock-keychain -p ‹{p}› login.keychain
net user: net user bob ‹{p}› /add
psexec: psexec \\\\host -u bob -p ‹{p}› cmd
wmic: wmic /node:host /user:bob /password:‹{p}› os get caption
schtasks: schtasks /create /tn job /tr a.exe /sc daily /ru bob /rp ‹{p}›
expect: expect "password:"\nsend "‹{p}›\r"
plink: plink -ssh bob@host -pw ‹{p}› ls
rdesktop: rdesktop -u bob -p ‹{p}› host
ftp script: open ftp.example.net\nuser bob ‹{p}›\nput a
swaks: swaks --to a@x.net --server mail --auth-user bob --auth-password ‹{p}›
sendemail: sendEmail -f a@x.net -t b@x.net -s smtp:587 -xu bob -xp ‹{p}›
openconnect: echo '‹{p}›' | openconnect --user=bob --passwd-on-stdin vpn.example.net
kinit: echo '‹{p}›' | kinit bob@EXAMPLE.NET
smbpasswd: (echo '‹{p}›'; sleep 1) | smbpasswd -s -a bob
ldappasswd: ldappasswd -s ‹{p}› -D cn=admin,dc=x uid=bob,dc=x
radtest: radtest bob ‹{p}› 10.0.0.1 0 testing123
snmpv3: snmpget -v3 -l authPriv -u bob -a SHA -A ‹{p}› host sysName.0
snmp community: snmpwalk -v2c -c ‹{p}› host
cryptsetup: echo -n '‹{p}›' | cryptsetup luksOpen /dev/sdb1 data -
veracrypt: veracrypt --text --password=‹{p}› a.hc /mnt
qpdf: qpdf --encrypt ‹{p}› '' 256 -- in.pdf out.pdf
pdftk: pdftk a.pdf output b.pdf user_pw ‹{p}›
pdftotext: pdftotext -upw ‹{p}› a.pdf -
openssl raw key: openssl enc -aes-256-cbc -K ‹{h64}› -iv {h32} -in a
java property: java -Djavax.net.ssl.keyStorePassword=‹{p}› -jar app.jar
spring argument: java -jar app.jar --spring.datasource.password=‹{p}›
signtool: signtool sign /f cert.pfx /p ‹{p}› /fd sha256 app.exe
altool: xcrun altool --upload-app -f a.ipa -u bob@example.net -p ‹{c4}-{c4}-{c4}-{c4}›
notarytool: xcrun notarytool submit a.zip --apple-id bob@example.net --password ‹{c4}-{c4}-{c4}-{c4}›
gradle injected: ./gradlew assemble -Pandroid.injected.signing.store.password=‹{p}›
kubeadm join: kubeadm join 10.0.0.1:6443 --token ‹{l6}.{l16}› --discovery-token-ca-cert-hash sha256:{h64}
swarm join: docker swarm join --token ‹SWMTKN-1-{l50}-{l25}› 10.0.0.1:2377
argocd password: argocd account update-password --current-password $OLD --new-password ‹{p}›
kubectl credentials: kubectl config set-credentials bob --token=‹{a40}›
helm repo: helm repo add r https://r.example.net --username bob --password ‹{p}›
dotnet secrets: dotnet user-secrets set "Smtp:Password" "‹{p}›"
dotnet push: dotnet nuget push a.nupkg -s https://n.example.net --api-key ‹{a32}›
poetry: poetry config http-basic.repo bob ‹{p}›
conan: conan remote login repo bob -p ‹{p}›
bundle: bundle config set gems.example.net bob:‹{p}›
yarn ident: npmAuthIdent: "bob:‹{p}›"
netbird: netbird up --setup-key ‹{H8}-{H4}-{H4}-{H4}-{H12}›
cloudflared: cloudflared tunnel run --token ‹eyJhIjoi{a120}›
wg set: wg set wg0 private-key <(echo ‹{b43}=›)
erlang cookie: erl -name a@h -setcookie ‹{u20}›
hub secret: ansible-vault encrypt_string '‹{p}›' --name 'db_password'
git header: git -c http.extraHeader="Authorization: Basic ‹{b32}=›" fetch
git helper: printf 'protocol=https\nhost=git.example.net\nusername=bob\npassword=‹{p}›\n' | git credential approve
psql variable: psql -v app_password="'‹{p}›'" -f a.sql
mysql login path: mysqladmin -u root password '‹{p}›'
mysqlsh: mysqlsh bob:‹{p}›@db:3306
createuser: useradd bob && echo "‹{p}›" | passwd --stdin bob
pgbench: PGPASSWORD="‹{w}›" pgbench -h db -U app shop
flyway: flyway -url=jdbc:postgresql://db/shop -user=bob -password=‹{p}› migrate
liquibase: liquibase --username=bob --password=‹{p}› update
sonar-scanner: sonar-scanner -Dsonar.login=‹{h40}›
jenkins crumb: curl -X POST https://bob:‹{h34}›@ci.example.net/job/a/build
act: act -s GITHUB_TOKEN=‹{a40}›
docker secret: docker build --secret id=x --build-arg DB_PASS=‹{p}› .
cypress: npx cypress run --record --key ‹{g}›
expo: EXPO_TOKEN=‹{s40}› eas build
# file
htpasswd caddy: basicauth {\n  bob ‹$2a$14${a53}›\n}
haproxy user: user bob insecure-password ‹{p}›
haproxy stats: stats auth admin:‹{p}›
squid peer: cache_peer proxy parent 3128 0 login=bob:‹{p}›
apache setenv: SetEnv DB_PASSWORD ‹{p}›
nginx header: proxy_set_header Authorization "Basic ‹{b32}=›";
pgbouncer plain: "bob" "‹{p}›"
pgbouncer md5: "bob" "‹md5{h32}›"
pg scram: ALTER ROLE bob PASSWORD '‹SCRAM-SHA-256$4096:{b22}==${b43}=:{b43}=›';
mysql native hash: CREATE USER 'bob'@'%' IDENTIFIED BY PASSWORD '‹*{H40}›';
mysql replica: CHANGE MASTER TO MASTER_HOST='db', MASTER_USER='r', MASTER_PASSWORD='‹{p}›';
pg user mapping: CREATE USER MAPPING FOR bob SERVER s OPTIONS (user 'bob', password '‹{p}›');
pg subscription: CREATE SUBSCRIPTION s CONNECTION 'host=db user=r password=‹{p}› dbname=shop' PUBLICATION p;
oracle user: CREATE USER bob IDENTIFIED BY ‹{w}›;
oracle connect: CONNECT bob/‹{p}›@orcl
oracle link: CREATE DATABASE LINK l CONNECT TO bob IDENTIFIED BY "‹{p}›" USING 'orcl';
mssql linked: EXEC sp_addlinkedsrvlogin @rmtsrvname='S', @rmtuser='bob', @rmtpassword='‹{p}›';
mssql master key: CREATE MASTER KEY ENCRYPTION BY PASSWORD = '‹{q}›';
sqlcipher: PRAGMA key = '‹{p}›';
mongo createUser: db.createUser({user: "bob", pwd: "‹{p}›", roles: []})
mongo auth: db.auth("bob", "‹{p}›")
clickhouse by: CREATE USER bob IDENTIFIED WITH sha256_password BY '‹{p}›'
neo4j alter: ALTER USER neo4j SET PASSWORD '‹{p}›'
redshift copy: COPY t FROM 's3://b/k' CREDENTIALS 'aws_access_key_id=AKIA{u16};aws_secret_access_key=‹{b40}›';
sql insert: INSERT INTO users (name, password) VALUES ('bob', '‹{p}›');
sql update: UPDATE users SET password = '‹{p}›' WHERE id = 1;
redis acl: user bob on >‹{p}› ~* +@all
redis setuser: ACL SETUSER bob on >‹{p}› allkeys
couchdb: [admins]\nadmin = -pbkdf2-‹{h40},{h32},10›
systemd environment: [Service]\nEnvironment="DB_PASSWORD=‹{p}›"
systemd credential: SetCredential=db_password:‹{p}›
cloud-init list: chpasswd:\n  list: |\n    bob:‹{p}›
cloud-init plain: users:\n  - name: bob\n    plain_text_passwd: ‹{p}›
kickstart: rootpw --plaintext ‹{p}›
kickstart user: user --name=bob --password=‹{p}› --plaintext
preseed: d-i passwd/user-password password ‹{p}›
autounattend: <AdministratorPassword><Value>‹{p}›</Value><PlainText>true</PlainText></AdministratorPassword>
packer: "ssh_password": "‹{p}›",
vagrant: config.ssh.password = "‹{p}›"
grub: password_pbkdf2 root ‹grub.pbkdf2.sha512.10000.{H128}.{H128}›
hostapd: wpa_passphrase=‹{p}›
iwd: [Security]\nPassphrase=‹{p}›
netplan: access-points:\n  "home":\n    password: "‹{p}›"
wlan profile: <sharedKey><keyType>passPhrase</keyType><keyMaterial>‹{p}›</keyMaterial></sharedKey>
openwrt: option encryption 'psk2'\n  option key '‹{p}›'
mikrotik: /interface wireless security-profiles set default wpa2-pre-shared-key=‹{p}›
mikrotik user: /user add name=bob password=‹{p}› group=full
cisco enable: enable password ‹{p}›
cisco tacacs: tacacs-server key ‹{p}›
cisco isakmp: crypto isakmp key ‹{p}› address 192.0.2.1
cisco bgp: neighbor 10.0.0.1 password ‹{p}›
cisco snmp: snmp-server community ‹{p}› RO
juniper secret: secret "‹$9${a40}›";
fortinet: set password ENC ‹{b60}=›
fortinet psk: set psksecret ‹{p}›
freeradius client: client sw {\n  ipaddr = 10.0.0.2\n  secret = ‹{p}›\n}
freeradius user: bob Cleartext-Password := "‹{p}›"
sam dump: bob:1000:aad3b435b51404eeaad3b435b51404ee:‹{h32}›:::
nslcd: binddn cn=reader,dc=x\nbindpw ‹{p}›
olc: olcRootPW: ‹{SSHA}{b38}=›
ldif base64: userPassword:: ‹{b44}=›
strongswan eap: bob : EAP "‹{p}›"
swanctl: ike-bob {\n  secret = "‹{p}›"\n}
nm vpn: [vpn-secrets]\npassword=‹{p}›
openvpn static: ‹-----BEGIN OpenVPN Static key V1-----\n{h32}\n{h32}\n{h32}\n-----END OpenVPN Static key V1-----›
zerotier: {h10}:0:{h128}:‹{h128}›
offlineimap: remoteuser = bob\nremotepass = ‹{p}›
mbsync: IMAPAccount x\nUser bob\nPass ‹{p}›
postfix static: smtp_sasl_password_maps = static:bob:‹{p}›
gem credentials: :rubygems_api_key: ‹{h48}›
cargo credentials: [registry]\ntoken = "‹{a36}›"
composer github: "github-oauth": {"github.com": "‹{h40}›"}
bundle env: BUNDLE_GEMS__EXAMPLE__NET: "bob:‹{p}›"
sbt: credentials += Credentials("Realm", "repo.example.net", "bob", "‹{p}›")
npm password: //repo.example.net/npm/:_password=‹{b24}=›
gradle ossrh: ossrhPassword=‹{p}›
clojure: {:user "bob" :password "‹{p}›"}
elixir: config :shop, Shop.Repo, username: "bob", password: "‹{p}›"
phoenix: secret_key_base: "‹{b64}›"
terraformrc: credentials "app.terraform.io" {\n  token = "‹{a14}.atlasv1.{s64}›"\n}
consul gossip: encrypt = "‹{b43}=›"
k3s: K3S_TOKEN=‹K10{h64}::server:{h32}›
dockerconfigjson: .dockerconfigjson: ‹eyJhdXRocyI6eyJ{b80}=›
xml property: <property name="password">‹{p}›</property>
xml property value: <property name="hibernate.connection.password" value="‹{p}›"/>
xml entry: <entry key="db.password">‹{p}›</entry>
xml cdata: <password><![CDATA[‹{p}›]]></password>
xml setting: <setting name="ApiKey" serializeAs="String"><value>‹{a32}›</value></setting>
xml param: <Parameter name="password" value="‹{p}›"/>
xml attribute single: <dataSource user='bob' password='‹{p}›'/>
plist: <key>password</key>\n<string>‹{p}›</string>
machinekey: <machineKey validationKey="‹{H128}›" decryptionKey="‹{H48}›" validation="SHA1"/>
jenkins credential: <apiToken>‹{h34}›</apiToken>
maven master: <settingsSecurity><master>‹{jSMOWnoPFgsHVpMvz5VrIt5kRbzGpI8u+{b12}=}›</master></settingsSecurity>
har header: {"name": "Authorization", "value": "Bearer ‹{a40}›"}
postman: {"key": "password", "value": "‹{p}›", "type": "text"}
postman api: {"key": "api_key", "value": "‹{a32}›"}
cloudformation: ParameterKey=DbPassword,ParameterValue=‹{p}›
cloudformation json: {"ParameterKey": "DbPassword", "ParameterValue": "‹{p}›"}
multipart: Content-Disposition: form-data; name="password"\n\n‹{p}›
yaml folded: password: >-\n  ‹{p}›
yaml literal: db_password: |\n  ‹{p}›
toml literal: password = '''‹{p}'''›
properties space: db.password ‹{p}›
csv: username,password\nbob,‹{p}›
markdown table: | user | password |\n|---|---|\n| bob | ‹{p}› |
docker inspect: "Env": ["DB_PASSWORD=‹{p}›", "PATH=/bin"]
declare: declare -x DB_PASSWORD="‹{p}›"
php print_r: Array\n(\n    [user] => bob\n    [password] => ‹{p}›\n)
php var_dump: ["password"]=>\n  string(15) "‹{p}›"
go struct print: {User:bob Password:‹{p}› Port:5432}
java tostring: Config(user=bob, password=‹{p}›, port=5432)
rust debug: Config { user: "bob", password: "‹{p}›" }
rails parameters: Parameters: {"login"=>"bob", "password"=>"‹{p}›"}
strace: write(3, "PASS ‹{p}›\r", 22) = 22
env ps: bob 312 0.0 0.1 mysqld --user=mysql --init-password=‹{p}›
azure pipeline: ##vso[task.setvariable variable=DbPassword;issecret=true]‹{p}›
github mask: ::add-mask::‹{p}›
# protocol
imap login: a1 LOGIN bob ‹{p}›
pop pass: USER bob\nPASS ‹{p}›
smtp auth plain: AUTH PLAIN ‹{b40}=›
irc nickserv: /msg NickServ IDENTIFY ‹{p}›
redis auth user: AUTH default ‹{p}›
oauth1: Authorization: OAuth oauth_consumer_key="{a20}", oauth_token="{a20}", oauth_signature="‹{b27}%3D›"
sigv4: Authorization: AWS4-HMAC-SHA256 Credential=AKIA{u16}/20261130/eu/s3/aws4_request, Signature=‹{h64}›
aws security token: X-Amz-Security-Token: ‹IQoJb3JpZ2luX2Vj{b200}=›
subscription key: Ocp-Apim-Subscription-Key: ‹{h32}›
functions key: x-functions-key: ‹{s54}==›
hasura: x-hasura-admin-secret: ‹{p}›
algolia header: X-Algolia-API-Key: ‹{h32}›
circle header: Circle-Token: ‹{h40}›
plex: X-Plex-Token: ‹{s20}›
redmine: X-Redmine-API-Key: ‹{h40}›
dd header: DD-API-KEY: ‹{h32}›
gitlab hook: X-Gitlab-Token: ‹{p}›
laravel cookie: Cookie: theme=dark; laravel_session=‹eyJpdiI6{a120}%3D›
php cookie: Cookie: PHPSESSID=‹{l26}›; lang=fr
java cookie: Set-Cookie: JSESSIONID=‹{H32}›; Path=/; HttpOnly
aspnet cookie: Cookie: .AspNetCore.Cookies=‹CfDJ8{s120}›
nextauth cookie: Cookie: __Secure-next-auth.session-token=‹{g}›
remember cookie: Cookie: lang=en; remember_token=‹{s43}›
websocket: Sec-WebSocket-Protocol: bearer, ‹eyJhbGciOiJIUzI1NiJ9.{s40}.{s43}›
logic app: https://prod-12.westeurope.logic.azure.com/workflows/{h32}/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers&sv=1.0&sig=‹{s43}›
google chat hook: https://chat.googleapis.com/v1/spaces/AAAA/messages?key=AIza{s35}&token=‹{s43}%3D›
feishu hook: https://open.feishu.cn/open-apis/bot/v2/hook/‹{g}›
dingtalk hook: https://oapi.dingtalk.com/robot/send?access_token=‹{h64}›
wecom hook: https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=‹{g}›
calendar: https://calendar.google.com/calendar/ical/bob%40example.net/private-‹{h32}›/basic.ics
telegram url: https://api.telegram.org/bot{d10}:‹AA{s33}›/sendMessage
quicknode: https://x-y-z.quiknode.pro/‹{h40}›/
conda url: https://conda.anaconda.org/t/‹bo-{g}›/channel
cloudinary: CLOUDINARY_URL=cloudinary://{d15}:‹{s27}›@shop
rtsp: rtsp://admin:‹{p}›@10.0.0.9:554/stream1
socks: socks5://bob:‹{p}›@proxy:1080
imap url: imaps://bob%40example.net:‹{p}›@mail.example.net
smb url: smb://DOM;bob:‹{p}›@srv/share
go dsn: bob:‹{p}›@tcp(db:3306)/shop?parseTime=true
shadowsocks: ss://‹{b36}›@192.0.2.1:8388#home
trojan: trojan://‹{p}›@192.0.2.1:443?sni=x
otpauth: otpauth://totp/shop:bob?secret=‹{o32}›&issuer=shop
gitlab trigger: https://gitlab.com/api/v4/projects/1/trigger/pipeline?token=‹{h30}›&ref=main
# code
python environ: os.environ["API_KEY"] = "‹{a32}›"
python basic: HTTPBasicAuth("bob", "‹{p}›")
python ftp: ftp.login("bob", "‹{p}›")
python fernet: Fernet(b"‹{s43}=›")
python jwt: jwt.encode(payload, "‹{p}›", algorithm="HS256")
python dsn: psycopg2.connect("dbname=shop user=bob password=‹{p}›")
python create_user: User.objects.create_user("bob", "bob@example.net", "‹{p}›")
python config: app.config["SECRET_KEY"] = "‹{a32}›"
python session: session.auth = ("bob", "‹{p}›")
js jwt: jwt.sign({ id }, '‹{a32}›', { expiresIn: '1h' })
js hmac: crypto.createHmac('sha256', '‹{a32}›')
js storage: localStorage.setItem('token', '‹{a40}›')
js playwright: await page.fill('#password', '‹{p}›')
js cypress type: cy.get('#password').type('‹{p}›')
selenium: driver.find_element(By.ID, "password").send_keys("‹{p}›")
js cookieparser: app.use(cookieParser('‹{a32}›'))
go setenv: os.Setenv("API_TOKEN", "‹{a32}›")
go basic: req.SetBasicAuth("bob", "‹{p}›")
go smtp: smtp.PlainAuth("", "bob@example.net", "‹{p}›", "smtp.example.net")
go ssh: ssh.Password("‹{p}›")
go jwt: var jwtKey = []byte("‹{a32}›")
go aws: credentials.NewStaticCredentials("AKIA{u16}", "‹{b40}›", "")
java driver: DriverManager.getConnection("jdbc:mysql://db/shop", "bob", "‹{p}›")
java aws: new BasicAWSCredentials("AKIA{u16}", "‹{b40}›")
java props: props.put("mail.smtp.password", "‹{p}›");
java credentials: new UsernamePasswordCredentials("bob", "‹{p}›")
java value: @Value("${db.password:‹{p}›}")
java authentication: new PasswordAuthentication("bob", "‹{p}›".toCharArray())
csharp key: new AzureKeyCredential("‹{h32}›")
csharp shared: new StorageSharedKeyCredential("acct", "‹{b86}==›")
csharp signing: new SymmetricSecurityKey(Encoding.UTF8.GetBytes("‹{a32}›"))
php pdo: new PDO("mysql:host=db;dbname=shop", "bob", "‹{p}›");
php array: 'password' => '‹{p}›',
php variable: $db_pass = '‹{p}›';
php putenv: putenv("API_KEY=‹{a32}›");
php userpwd: curl_setopt($ch, CURLOPT_USERPWD, "bob:‹{p}›");
ruby basic: http.basic_auth("bob", "‹{p}›")
ruby env: ENV["API_KEY"] ||= "‹{a32}›"
ruby ssh: Net::SSH.start("host", "bob", password: "‹{p}›")
rust basic: .basic_auth("bob", Some("‹{p}›"))
rust bearer: .bearer_auth("‹{a40}›")
kotlin: buildConfigField("String", "API_KEY", "\"‹{a32}›\"")
swift: let apiKey: String = "‹{a32}›"
perl: DBI->connect("dbi:mysql:shop", "bob", "‹{p}›")
r: Sys.setenv(API_KEY = "‹{a32}›")
powershell: Connect-Thing -Username bob -Password '‹{p}›'
powershell variable: $Password = "‹{p}›"
bash test: if [ "$pw" = "‹{p}›" ]; then
dart: final password = '‹{p}›';
scala: db.default.password="‹{p}›"
# token
acr: ‹{a42}+ACR{a7}›
azdo new: ‹{a52}JQQJ99B{a18}AZDO{a4}›
databricks oauth: ‹dose{h32}›
hf org: ‹api_org_{n34}›
flutterwave: ‹FLWSECK-{h32}-X›
shippo: ‹shippo_live_{h40}›
easypost: ‹EZAK{a54}›
duffel: ‹duffel_live_{s43}›
frameio: ‹fio-u-{s64}›
plaid access: ‹access-production-{g}›
xendit: ‹xnd_production_{a64}›
midtrans: ‹Mid-server-{s24}›
infisical: ‹st.{h24}.{h32}.{h32}›
onepassword key: ‹A3-{u6}-{u6}-{u5}-{u5}-{u5}-{u5}›
sourcegraph: ‹sgp_{h16}_{h40}›
backblaze: ‹K001{a27}›
cerebras: ‹csk-{l48}›
runpod: ‹rpa_{u40}›
llamacloud: ‹llx-{a48}›
langfuse: ‹sk-lf-{g}›
firecrawl: ‹fc-{h32}›
e2b: ‹e2b_{h40}›
apify: ‹apify_api_{a36}›
brave: ‹BSA{s28}›
astra: ‹AstraCS:{a24}:{h64}›
cockroach: ‹CCDB1_{a22}_{a40}›
aiven: ‹AVNS_{s20}›
xata: ‹xau_{a40}›
trello: ‹ATTA{h64}›
matrix: ‹syt_{a8}_{a20}_{a6}›
twitch oauth: ‹oauth:{l30}›
axiom: ‹xaat-{g}›
octopus: ‹API-{u30}›
harness: ‹pat.{s22}.{h24}.{a20}›
stackhawk: ‹hawk.{s20}.{s20}›
stytch: ‹secret-live-{s43}=›
nats seed: ‹SUA{o55}›
planetscale oauth: ‹pscale_oauth_{s43}›
phabricator: ‹api-{l28}›
mollie: ‹live_{a30}›
dash: ‹dckr_oat_{s32}›
gitlab feed: ‹glft-{s20}›
gitlab cluster: ‹glagent-{s50}›
npm legacy: registry.npmjs.org/:_authToken=‹{g}›
openai admin: ‹sk-admin-{s60}T3BlbkFJ{s60}›
# key
wif: WIF private key: ‹L{a51}›
solana: secret key: ‹[{d2},{d3},{d2},{d2},{d3},{d2},{d2},{d3},{d2},{d2},{d3},{d2},{d2},{d3},{d2},{d2},{d3},{d2}]›
monero: spend key: ‹{h64}›
rsa xml: <RSAKeyValue><Modulus>{b172}</Modulus><Exponent>AQAB</Exponent><D>‹{b172}=›</D></RSAKeyValue>
jwk prime: {"kty":"RSA","n":"{s60}","e":"AQAB","p":"‹{s86}›"}
pem env: PRIVATE_KEY="‹-----BEGIN PRIVATE KEY-----\\n{b64}\\n{b64}\\n-----END PRIVATE KEY-----›"
dsa pem: ‹-----BEGIN DSA PRIVATE KEY-----\n{b64}\n{b64}\n-----END DSA PRIVATE KEY-----›
# prose
en staging: pw for the staging db is ‹{p}›
en try: try password ‹{p}›
en parens: password (staging): ‹{p}›
en dash: Password - ‹{p}›
en creds: creds: user bob pass ‹{p}›
en is the password: ‹{p}› is the password
en use as: use ‹{p}› as the password
en sign in: sign in with user bob and password ‹{p}›
en default: the default password ‹{p}› still works
en reset: the admin password was reset to ‹{p}›
en wifi: wifi: SSID home, key ‹{p}›
en token: the token's ‹{a40}›
en my key: here is my key: ‹{a40}›
en bearer: the bearer token is ‹{a40}›
en passcode: the passcode is ‹{d6}›
en root: ssh as root, password ‹{p}›
en secret is: the client secret is ‹{a40}›
en lines: login: bob\npassword: ‹{p}›
en now: it used to be different, the password is now ‹{p}›
en both: username and password: bob / ‹{p}›
fr provisoire: mot de passe provisoire : ‹{p}›
fr maintenant: le mot de passe est maintenant ‹{p}›
fr code acces: code d'accès : ‹{p}›
fr root: le mdp root c'est ‹{p}›
fr mets: mets ‹{p}› comme mot de passe
fr secrete: clé secrète : ‹{a40}›
fr admin: mot de passe admin = ‹{p}›
fr parens: mot de passe (root) : ‹{p}›
fr guillemets: le mot de passe « ‹{p}› » ne marche pas
fr lignes: identifiant : bob\nmot de passe : ‹{p}›
fr slash: tu peux te connecter avec bob/‹{p}›
fr login: voici les accès : login bob, mdp ‹{p}›
fr secret client: le secret client est ‹{a40}›
fr token: le token est ‹{a40}›
fr pin: le code PIN est ‹{d6}›
fr essaie: essaie le mot de passe ‹{p}›
"""

_LOOKALIKES = r"""
0x{h40} is the address of the router contract
UNISWAP_V2_FACTORY = "0x{h40}"
const WETH = "0x{h40}";
token: 0x{h40}
tokenAddress: "0x{h40}"
contract key hash 0x{h64}
transaction 0x{h64} mined
bitcoin: 3{a33}
solana mint {a44}
ipfs://Qm{a44}
bafybei{l52}
password_encryption: scram-sha-256
local all all scram-sha-256
ALTER SYSTEM SET password_encryption = 'scram-sha-256';
hostssl replication all 10.0.0.0/8 scram-sha-256
sasl.mechanism=SCRAM-SHA-512
security.protocol=SASL_SSL
password = "CHANGE_ME"
password: "REPLACE_ME"
password: TODO
password: redacted
password: "<redacted>"
api_key: "<YOUR_API_KEY>"
token = "YOUR-TOKEN-HERE"
secret: "..."
API_KEY=sk-your-key-here
export OPENAI_API_KEY="your-openai-key"
ANTHROPIC_API_KEY=sk-ant-...
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
"key": "users/{h32}/avatar.png"
storage_key: uploads/{h40}.bin
object key: backups/2026-11-30/db.sql.gz
s3 key {h32}/part-00001.parquet
Key: logs/{g}/a.json
"cacheKey": "{h64}"
cache key: node-modules-{h64}
key: ${{ runner.os }}-node-{h64}
restore-keys: linux-pip-
redis key session:{g}
localStorage key "app.theme.v2"
sessionStorage.setItem("tab", "{g}")
i18n key: errors.password.tooShort
"passwordKey": "form.password.label"
translation key auth.password.reset2
"primaryKey": "user_id2"
partitionKey: tenant#{d6}
sortKey: ORDER#{d8}
keyspace: shop2
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43} deploy@ci
ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAI{b80}= bob@host
host.example.net ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ{b200}
public key: {b43}=
PublicKey={b43}=
peer: {b43}=
minisign public key: RWQ{b53}
age1{l58}
recipients: age1{l58}
-----BEGIN PUBLIC KEY-----\n{b64}\n{b64}\n-----END PUBLIC KEY-----
-----BEGIN CERTIFICATE REQUEST-----\n{b64}\n{b64}\n-----END CERTIFICATE REQUEST-----
-----BEGIN PGP SIGNATURE-----\n\n{b64}\n={b4}\n-----END PGP SIGNATURE-----
v=DKIM1; k=rsa; p={b200}
"n":"{s340}","e":"AQAB"
"x":"{s43}","y":"{s43}","crv":"P-256"
"x5t#S256": "{s43}"
sops: ENC[AES256_GCM,data:{b24}=,iv:{b43}=,tag:{b22}==,type:str]
sha384-{b64}
integrity sha512-{b86}==
md5sum {h32}  a.iso
SHA1: {h40}
sha256 {h64}
blake3 {h64}
"checksum": "sha256:{h64}"
"fingerprint": "{h64}"
narHash: sha256-{b43}=
cargoHash = "sha256-{b43}=";
vendorHash = "sha256-{b43}=";
"resolved": "https://registry.npmjs.org/a/-/a-1.2.3.tgz", "integrity": "sha512-{b86}=="
poetry.lock: content-hash = "{h64}"
h1:{b43}= go.sum
git tree {h40}
From {h40} Mon Sep 17 00:00:00 2001
Change-Id: I{h40}
Gerrit: I{h40}
trace-id: {h32}
traceparent: 00-{h32}-{h16}-01
X-B3-TraceId: {h32}
X-Request-Id: {g}
x-correlation-id: {g}
x-amz-id-2: {b74}=
CF-RAY: {h16}-CDG
build: {g}
session {g} resumed
deployment dpl_{a28}
invoice in_{a24}
order {u12}
tracking number 1Z{u16}
isbn 978-{d10}
IBAN FR76{d23}
account 123456789012
tenant_id: {g}
directory id {g}
app id {g}
client id: {g}
oauth client {d12}-{l32}.apps.googleusercontent.com
"kid": "{s24}"
"jti": "{g}"
"nonce": "{s22}"
"state": "{s32}"
code_challenge={s43}
X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261130%2Feu-west-3%2Fs3%2Faws4_request
phc_{a43}
pk.eyJ1IjoiYm9iIiwiYSI6ImNs{a20}.{a22}
pk_live_{a24}
rzp_live_{a14}
G-{u10}
UA-{d8}-1
GTM-{u7}
ca-pub-{d16}
recaptcha data-sitekey="6L{s38}"
data-key="{h16}"
key="{h8}"
<div key={i}>
for key, value in items.items():
dict(key="v2-alpha")
map[key] = value2
if token == "(":
token = tokens[pos2]
next_token = self.peek(1)
tokens_used: 18233
"prompt_tokens": 1204, "completion_tokens": 311
token count 20000 exceeded
secret = get_secret("db/prod2")
secret := os.Getenv("SECRET2")
secrets: inherit
secret_name = "projects/1/secrets/db2"
external-secrets: {remoteRef: {key: prod/db2, property: password}}
password: {{ .Values.db.password }}
password: {{ lookup('env', 'DB_PASSWORD') }}
password = config("DB_PASSWORD")
password = input("Password: ")
password = Column(String(128))
password: z.string().min(12)
password: Yup.string().required("Required2")
password VARCHAR(255) NOT NULL
passwordHash: await bcrypt.hash(password, 12)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PasswordField(label="Password2")
password policy: 12 characters, 1 digit
the password must contain A-Z, a-z, 0-9
the password expires in 90d
password reset link sent to bob2@example.net
password strength: 3/4
wrong password for user bob2
invalid password: attempt 3/5
Passwords don't match (line 42)
le mot de passe fait au moins 12 caractères
le mot de passe expire dans 90j
mot de passe changé le 30/11/2026
le mot de passe est stocké dans Vault2
la clé SSH est dans ~/.ssh/id_rsa2
le code est dans src/auth2.py
code d'erreur : E4012
code d'accès refusé (403)
identifiant : bob2
login : bob2
login: bob2@example.net
user bob2
user: bob / role: admin2
USER node:20
PASS tests/test_login2.py
PASS src/App.test.tsx
PASS: 12, FAIL: 0
pass 2/3
-p 8080:80
-p 2222
docker run -p 127.0.0.1:5432:5432 -P nginx
nmap -p 1-65535 host2
tar -xpf a2.tar.gz
python -m http.server -p 8000
grep -P '\d{d2}' file2.txt
rsync -aP src2/ dst2/
ssh -A bob@host2
curl -X POST -A Mozilla/5.0 https://example.net
curl -c jar2.txt https://example.net
snmpwalk -v2c -c public host
git commit -s -m "Rotate token2"
mc alias list
consul kv get app/x2
vault operator unseal
kubeadm token list
docker swarm join-token worker
act -s GITHUB_TOKEN
kubectl get secret db-2 -o jsonpath='{.data.password}'
security find-generic-password -a bob -s svc2
net user bob2 /active:yes
AUTH LOGIN
AUTH PLAIN
a1 LOGIN
auth_basic "Restricted2";
auth_basic_user_file /etc/nginx/.htpasswd2;
IDENTIFIED VIA unix_socket
INSERT INTO users (name, password_hash) VALUES ($1, $2)
UPDATE users SET password = $1 WHERE id = $2
SELECT * FROM tokens WHERE token = ?
WHERE "key" = 'theme.v2'
jwt.sign({ id }, process.env.JWT_SECRET2)
createHmac('sha256', secret2)
localStorage.setItem('token', token2)
page.fill('#email', 'bob2@example.net')
cy.get('#search').type('Rust2024-Edition')
send_keys("Hello2 World")
req.SetBasicAuth(user2, pass2)
os.Setenv("LOG_LEVEL", "debug2")
Fernet.generate_key()
.basic_auth(user, Some(pass2))
new Uint8Array([12,34,56,78,90,12,34,56,78,90,12,34,56,78,90])
[34,12,90,55,21,33,90,12,44,55,66,77,88,99,11,22,33]
base64: {b200}==
data:application/octet-stream;base64,{b200}=
"thumbnail": "/9j/4AAQSkZJRgABAQ{b120}"
class="css-{l8} e{l12}"
styles.module__{l5}__{l6}
chunk-{u8}.js
main.{h20}.css
/nix/store/{l32}-glibc-2.39
sha256-{b43}=.drv
/tmp/tmp{l8}/test_x0
container_{d13}_0001_01_000001
arn:aws:acm:eu-west-3:123456789012:certificate/{g}
projects/p/locations/l/keyRings/r/cryptoKeys/k2
https://vault2.vault.azure.net/secrets/db/{h32}
https://accounts.google.com/o/oauth2/v2/auth?client_id={d12}-{l32}.apps.googleusercontent.com&state={s32}
https://github.com/o/r/blob/{h40}/src/token2.rs#L10
https://hub.docker.com/layers/library/nginx/latest/images/sha256-{h64}
https://example.net/reset?lang=fr&step=2
https://example.net/a?key=sort&dir=asc2
https://mastodon.social/@bob/{d18}
postgres://app:${DB_PASSWORD}@db/shop
postgres://user:pass@localhost/test
redis://:${REDIS_PASSWORD}@cache:6379/0
https://bob:<password>@git.example.net/r.git
user=${DB_USER} password=${DB_PASSWORD}
--password-file /run/secrets/pg2
--token-ttl 3600
--key-name deploy2
--secret-name db-prod2
--auth-mode login2
"""
