"""Secrets by their grammar: every name that says secret, in every way of writing a name beside its value.

Where the other sets are lists of samples, this one is a product. A name is words in English or French, written as
each form asks (`db_password`, `DB_PASSWORD`, `dbPassword`, `db-password`, `db password`); a form is a template in which
`N` is the name and `‹V›` the value; a value is made by `kinds.filled`. Whatever falls between the rules shows as a
column, or a row, of misses, and never as a single one.
"""
# ruff: noqa: E501

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from benchmarks.secrets.kinds import filled

NAMES = """
password; db password; admin passwd; user pwd; passphrase; db pwd; smtp pass; root password; keystore password; login passcode
secret; client secret; app secret; webhook secret; jwt secret; shared secret; otp secret; signing secret; cookie secret
token; access token; auth token; api token; refresh token; bot token; deploy token; bearer token; session token; id token
api key; secret key; private key; encryption key; signing key; access key; master key; license key; account key; storage key
credential; service credentials; bind pw; sa pw; user pw; wifi psk; vpn psk; auth key; session secret; admin pin
mdp; mdp bdd; mot de passe; mot de passe admin; code secret; phrase secrete; cle api; cle secrete; cle privee; jeton; jeton acces
cle de chiffrement; secret partage; jeton api; mdp root; motdepasse; cle wifi; identifiant secret; phrase de passe
""".replace("\n", ";").split(";")
NAMES = [name.strip() for name in NAMES if name.strip()]

Style = Callable[[list[str]], str]
STYLES: dict[str, Style] = {
    "snake": "_".join,
    "loud": lambda words: "_".join(words).upper(),
    "camel": lambda words: words[0] + "".join(map(str.capitalize, words[1:])),
    "pascal": lambda words: "".join(map(str.capitalize, words)),
    "kebab": "-".join,
    "dotted": lambda words: ".".join(["app", *words]),
    "spoken": " ".join,
    "title": lambda words: " ".join(words).capitalize(),
}
CODE = ("snake", "loud", "camel", "pascal")
# group -> (styles, templates)
FORMS: dict[str, tuple[tuple[str, ...], str]] = {
    "shell": (
        ("loud",),
        r"""
N=‹V›
N='‹V›'
export N="‹V›"
N=‹V› ./run.sh
declare -x N="‹V›"
readonly N=‹V›
set -x N ‹V›
set -gx N "‹V›"
setenv N ‹V›
$env:N = "‹V›"
set N=‹V›
set "N=‹V›"
setx N "‹V›"
setx /M N ‹V›
[Environment]::SetEnvironmentVariable("N", "‹V›", "User")
env N=‹V› python a.py
docker run -e N=‹V› app
docker run --env N="‹V›" app
heroku config:set N=‹V›
fly secrets set N=‹V›
ENV N=‹V›
ENV N ‹V›
ARG N=‹V›
    - N=‹V›
: "${N:=‹V›}"
local N="‹V›"
echo "N=‹V›" >> .env
cat > .env <<EOF\nN=‹V›\nEOF
kubectl create secret generic x --from-literal=N=‹V›
N ?= ‹V›
N := ‹V›
Environment="N=‹V›"
SetEnv N ‹V›
fastcgi_param N "‹V›";
env[N] = "‹V›"
printf 'N=%s\n' '‹V›'
typeset N=‹V›
cmd //c "set N=‹V›"
{ "N": "‹V›" }
""",
    ),
    "option": (
        ("kebab",),
        r"""
tool --N ‹V›
tool --N=‹V› run
tool --N "‹V›"
tool -N ‹V›
tool -N "‹V›"
tool /N:‹V›
tool --set N=‹V›
tool --set auth.N=‹V›
tool -DN=‹V›
tool -var 'N=‹V›'
["tool", "--N", "‹V›"]
["tool", "--N=‹V›"]
args: ["--N", "‹V›"]
  - --N=‹V›
  - "--N"\n  - "‹V›"
tool \\n  --N ‹V› \\n  --x
""",
    ),
    "file": (
        ("snake", "camel", "kebab", "dotted", "loud", "pascal"),
        r"""
N=‹V›
N = ‹V›
N: ‹V›
N: "‹V›"
N: '‹V›'
N = "‹V›"
N = '‹V›'
N	‹V›
N "‹V›"
N ‹V›
N "‹V›";
N ‹V›;
"N": "‹V›"
"N" : "‹V›",
{"N":"‹V›"}
{"x":1,"N":"‹V›","y":2}
'N' => '‹V›',
"N"="‹V›"
<N>‹V›</N>
<x N="‹V›"/>
<x y="1" N='‹V›'>
<add key="N" value="‹V›" />
<property name="N" value="‹V›"/>
<property name="N">‹V›</property>
<entry key="N">‹V›</entry>
<key>N</key>\n<string>‹V›</string>
<setting name="N" serializeAs="String">\n  <value>‹V›</value>\n</setting>
<N><![CDATA[‹V›]]></N>
<param><name>N</name><value>‹V›</value></param>
<string name="N">‹V›</string>
<init-param><param-name>N</param-name><param-value>‹V›</param-value></init-param>
- name: N\n  value: ‹V›
- name: N\n  value: "‹V›"
{"name": "N", "value": "‹V›"}
{"key": "N", "value": "‹V›"}
{"Name":"N","Value":"‹V›"}
{"value": "‹V›", "name": "N"}
N: >-\n  ‹V›
N: |\n  ‹V›
N: !!str ‹V›
N: &x ‹V›
N: {value: "‹V›", type: string}
"N": {"value": "‹V›", "type": "string"}
"N": ["‹V›"]
N = ["‹V›"]
variable "N" {\n  default = "‹V›"\n}
N = base64decode("‹V›")
"N"=dword:‹V›
"N"=sz:"‹V›"
set N "‹V›"
set N ‹V›
option N '‹V›'
.N = "‹V›"
N = ⟪‹V›⟫
  N = "‹V›"; # x
N=‹V› ; x
N ~ ‹V›
--data-urlencode "N=‹V›"
""",
    ),
    "code": (
        CODE,
        r"""
N = "‹V›"
N = '‹V›';
const N = "‹V›";
let N = '‹V›'
var N string = "‹V›"
N := "‹V›"
private static final String N = "‹V›";
public string N { get; set; } = "‹V›";
val N: String = "‹V›"
let N: String = "‹V›"
const N: &str = "‹V›";
static N: &'static str = "‹V›";
#define N "‹V›"
char *N = "‹V›";
const char N[] = "‹V›";
std::string N{"‹V›"};
std::string N("‹V›");
$N = '‹V›';
my $N = "‹V›";
define('N', '‹V›');
const N = '‹V›';
N => '‹V›'
:N => "‹V›"
N: '‹V›',
@N = "‹V›"
N <- "‹V›"
assign("N", "‹V›")
(setq N "‹V›")
(def N "‹V›")
(define N "‹V›")
{:N "‹V›"}
{N, "‹V›"}
-define(N, "‹V›").
N = <<"‹V›">>
local N = "‹V›"
Dim N As String = "‹V›"
Const N = "‹V›"
N: str = "‹V›"
def f(N="‹V›"):
f(N="‹V›")
f(x, N: "‹V›")
self.N = "‹V›"
this.N = '‹V›';
obj["N"] = "‹V›"
obj['N']='‹V›'
os.environ["N"] = "‹V›"
os.getenv("N", "‹V›")
os.environ.get('N', '‹V›')
process.env.N = '‹V›'
process.env.N || '‹V›'
process.env['N'] ?? "‹V›"
ENV.fetch("N", "‹V›")
ENV["N"] ||= "‹V›"
System.setProperty("N", "‹V›");
System.getenv("N") ?: "‹V›"
std::env::set_var("N", "‹V›");
os.Setenv("N", "‹V›")
putenv("N=‹V›");
env('N', '‹V›')
config.set("N", "‹V›")
config.put("N", "‹V›");
map.put("N", "‹V›")
.with("N", "‹V›")
.N("‹V›")
setN("‹V›")
.setN('‹V›')
.withN("‹V›")
@Value("${N:‹V›}")
@JsonProperty("N") String x = "‹V›";
if N == "‹V›":
if (N === '‹V›') {
assert N == "‹V›"
assertEquals("‹V›", N)
expect(N).toBe("‹V›")
"‹V›".equals(N)
N != "‹V›"
N = x if y else "‹V›"
N = N or "‹V›"
N ?: "‹V›"
N = b"‹V›"
N = f"‹V›"
N = r'‹V›'
N = "‹V›".encode()
N = String.from("‹V›")
N = SecretStr("‹V›")
N = ("‹V›")
N = [\n  "‹V›",\n]
print(f"N: ‹V›")
console.log("N", "‹V›")
log.info("N={}", "‹V›");
N='‹V›',
{ N: `‹V›` }
{"N", "‹V›"},
std::make_pair("N", "‹V›")
("N", "‹V›")
["N", "‹V›"]
["N"]="‹V›"
N[] = {"‹V›"}
case N: return "‹V›"
parser.add_argument("--N", default="‹V›")
Field("‹V›", alias="N")
SET @N = '‹V›';
SET GLOBAL N = '‹V›';
UPDATE t SET N = '‹V›' WHERE id = 1
UPDATE t SET N='‹V›'
INSERT INTO t (a, N) VALUES ('x', '‹V›')
SELECT * FROM t WHERE N = '‹V›'
WHERE name='x' AND N='‹V›'
EXEC sp @N = ℕ'‹V›'
""",
    ),
    "http": (
        ("snake", "camel", "kebab"),
        r"""
https://x.net/a?N=‹V›
https://x.net/a?b=1&N=‹V›&c=2
https://x.net/cb#N=‹V›
N=‹V›&b=1
a=1&N=‹V›
X-N: ‹V›
N: ‹V›
curl -H "X-N: ‹V›" https://x.net
curl -H 'N: ‹V›' https://x.net
curl -d 'N=‹V›' https://x.net
curl -d '{"N": "‹V›"}' https://x.net
curl -F "N=‹V›" https://x.net
curl --data "a=1&N=‹V›" https://x.net
Cookie: N=‹V›; a=1
Set-Cookie: N=‹V›; Path=/
Content-Disposition: form-data; name="N"\n\n‹V›
headers = {"X-N": "‹V›"}
headers.set("X-N", "‹V›")
req.Header.Set("N", "‹V›")
.header("N", "‹V›")
setRequestHeader('N', '‹V›')
<input name="N" value="‹V›">
<input type="hidden" name="N" value="‹V›">
<input id=N value=‹V›>
<meta name="N" content="‹V›">
mutation { x(N: "‹V›") { id } }
http POST x.net N=‹V›
http x.net X-N:‹V›
""",
    ),
    "table": (
        ("snake", "title", "loud"),
        r"""
| N | ‹V› |
| N | `‹V›` |
| **N** | ‹V› |
| host | N |\n|---|---|\n| db | ‹V› |
host,N\ndb,‹V›
host;N\ndb;‹V›
host	N\ndb	‹V›
N            ‹V›
N            | ‹V›
N .......... ‹V›
 host | N\n------+------\n db   | ‹V›
<td>N</td><td>‹V›</td>
<th>N</th>\n  <td>‹V›</td>
<dt>N</dt><dd>‹V›</dd>
<b>N:</b> ‹V›
<li>N: <code>‹V›</code></li>
* N: ‹V›
- **N**: ‹V›
- **N:** ‹V›
**N** ‹V›
`N`: `‹V›`
`N` = `‹V›`
N -> ‹V›
N → ‹V›
N – ‹V›
N - ‹V›
:N: ‹V›
N:: ‹V›
N:\n‹V›
N:\n\n    ‹V›
N\n‹V›
N [‹V›]
N (‹V›)
N: [‹V›]
N=[‹V›]
N: <‹V›>
N „‹V›“
N « ‹V› »
N “‹V›”
### N\n\n‹V›
\item N: \texttt{‹V›}
N\t: ‹V›
"N","‹V›"
N,‹V›
""",
    ),
    "english": (
        ("spoken",),
        r"""
the N is ‹V›
The N is: ‹V›
my N is "‹V›"
our N for staging is ‹V›
the N: ‹V›
N = ‹V›
N - ‹V›
use ‹V› as the N
use the N ‹V›
with N ‹V›
try N ‹V› instead
set the N to ‹V›
change the N to ‹V›
changed the N from ‹V› to something else
the N was ‹V› before
the N should be ‹V›
the new N is now ‹V›
I set N to `‹V›` on the server
here is the N: ‹V›
here's my N: ‹V›
for the N use ‹V›
the N (‹V›) works
the N, ‹V›, works
log in with bob and N ‹V›
user bob, N ‹V›
user: bob, N: ‹V›
bob / ‹V› (N)
‹V› is the N
‹V› is our N
"‹V›" (the N)
N for the database: ‹V›
N of the admin account is ‹V›
the admin N hasn't changed: ‹V›
don't share the N ‹V›
please rotate N ‹V›
old N: ‹V›
I get a 401 with N ‹V›
N "‹V›" is rejected
wrong N ‹V›
error: invalid N '‹V›'
its N is ‹V›
you'll need the N, which is ‹V›
the N you asked for is ‹V›
N => ‹V›
put ‹V› in N
paste ‹V› when it asks for the N
enter ‹V› at the N prompt
type ‹V› as N
""",
    ),
    "french": (
        ("spoken",),
        r"""
le N est ‹V›
Le N est : ‹V›
mon N : ‹V›
le N de la base : ‹V›
le N de la base est ‹V›
N = ‹V›
N : « ‹V› »
N : "‹V›"
avec le N ‹V›
utilise le N ‹V›
utilise ‹V› comme N
mets le N à ‹V›
change le N en ‹V›
le nouveau N est ‹V›
le N était ‹V›
le N reste ‹V›
le N devient ‹V›
voici le N : ‹V›
voilà mon N : ‹V›
pour le N, c'est ‹V›
le N c'est ‹V›
le N (‹V›) marche
connecte-toi avec bob et le N ‹V›
utilisateur bob, N ‹V›
identifiant : bob, N : ‹V›
‹V› est le N
‹V›, c'est le N
l'ancien N : ‹V›
N par défaut : ‹V›
N provisoire : ‹V›
ne partage pas le N ‹V›
j'ai mis ‹V› comme N
j'ai remplacé le N par ‹V›
saisis ‹V› comme N
erreur avec le N ‹V›
le N à utiliser est ‹V›
il faut le N ‹V›
""",
    ),
}
PLACES = r"""
requirepass ‹V›
masterauth ‹V›
sentinel auth-pass main ‹V›
user: app\npassword: ‹V›\nport: 5432
username = app\npassword = ‹V›
password=‹V›\nuser=app
utilisateur: app\nmot_de_passe: ‹V›
identifiant=app\nmdp=‹V›
login: app\npwd: ‹V›
<user>app</user><password>‹V›</password>
<user-name>app</user-name>\n  <password>‹V›</password>
<db:password>‹V›</db:password>
host=db user=app password=‹V› dbname=x
"host=db user=app password=‹V›"
Server=db;User Id=app;Password=‹V›;Encrypt=true
Data Source=db;UID=app;PWD=‹V›
jdbc:postgresql://db/x?user=app&password=‹V›
CREATE USER app WITH PASSWORD '‹V›';
ALTER ROLE app ENCRYPTED PASSWORD '‹V›'
CREATE USER 'app'@'%' IDENTIFIED BY '‹V›';
SET PASSWORD FOR 'app'@'%' = '‹V›';
OPTIONS (user 'app', password '‹V›')
new PDO("pgsql:host=db", "app", "‹V›");
new mysqli("db", "app", "‹V›", "x");
DriverManager.getConnection("jdbc:mysql://db/x", "app", "‹V›")
DBI->connect("dbi:Pg:dbname=x", "app", "‹V›")
new NetworkCredential("app", "‹V›")
smtp.login("app@x.org", "‹V›")
wifi.begin("home", "‹V›");
user.setPassword("‹V›")
#define WIFI_PASS "‹V›"
expect "assword:"\nsend "‹V›\\r"
mysqldump --user=app --password=‹V› x
tool --password '‹V›' run
tool -u app -p ‹V›
sshpass -p '‹V›' ssh app@host
ldapsearch -D cn=app -w '‹V›' -b dc=x
htpasswd -b -c .htpasswd app ‹V›
snmpwalk -v3 -u app -A '‹V›' host
gpg --batch --passphrase '‹V›' -d x.gpg
openssl rsa -in x -passin pass:‹V›
nmcli dev wifi connect home password ‹V›
rabbitmqctl change_password app ‹V›
rabbitmqctl add_user app '‹V›'
docker run -e APP_PASSWORD=‹V› x
APP_PASSWORD=‹V›
  APP_PASSWORD: ‹V›
d-i passwd/root-password password ‹V›
rootpw ‹V›
neighbor 10.0.0.1 password ‹V›
stats auth app:‹V›
$ pass show app/x\n‹V›
$ op read op://x/y/password\n‹V›
$ secret-tool lookup app x\n‹V›
$ gopass show x/y\n‹V›
kubectl get secret x -o jsonpath='{.data.password}' | base64 -d\n‹V›
What is the wifi password?\n‹V›
> quel est le mot de passe ?\n- ‹V›
[10:02] ana: the db password?\n[10:03] bob: ‹V›
the password is "‹V›"
le mot de passe est « ‹V› »
le mot de passe : `‹V›`
  ~ password = "x" -> "‹V›"
user,password\napp,‹V›
| user | password |\n|---|---|\n| app | ‹V› |
"""
"""Where only a password can stand: there what is made up of words is one, too (`COINED`)."""
COINED = {
    "sign": ("Lantern!Maple", "girafe+Tulipe", "otter&Linen", "Sauge=5Thym"),
    "joined": ("Lantern-Maple", "tundra_Finch", "Crepe-Suzette", "five-Amber-crows"),
    "number": ("lantern47", "Noisetier15", "dragon88", "Otter2024"),
}
_FRENCH = ("mdp", "mot de", "code secret", "phrase", "cle ", "jeton", "secret partage", "motdepasse", "identifiant")
_ACCENTS = {
    "cle": "clé", "secrete": "secrète", "privee": "privée", "acces": "accès", "partage": "partagé",
}  # fmt: skip
VALUES = {
    "leet": "{w}{a2}!",
    "plain": "{y}",
    "random": "{a32}",
    "hex": "{h40}",
    "base64": "{b43}=",
    "guid": "{g}",
    "mixed": "{p}",
}


def cases(seed: int, values: tuple[str, ...] = tuple(VALUES)) -> Iterator[tuple[str, str, str, str, str]]:
    """(group, form, name, text, secret): each form with each name, the value and the style drawn for it."""
    pick = random.Random(seed)
    for group, (styles, forms) in FORMS.items():
        for form in filter(None, forms.split("\n")):
            for name in NAMES:
                french = name.startswith(_FRENCH)
                if (group == "english" and french) or (group == "french" and not french and "pass" in name):
                    continue
                words = name.split(" ")
                style = pick.choice(styles)
                if french and style in ("spoken", "title"):
                    words = [_ACCENTS.get(word, word) for word in words]
                written = STYLES[style](words)
                form_in = form.replace("setN", "set" + written[:1].upper() + written[1:]).replace(
                    "withN", "with" + written[:1].upper() + written[1:]
                )
                secret = filled(VALUES[pick.choice(values)], pick)
                text = _put(form_in.replace("\\n", "\n"), written).replace("⟪", '"""').replace("⟫", '"""')
                before, _, behind = text.partition("‹V›")
                yield group, form, name, before + secret + behind, secret


def _put(form: str, name: str) -> str:
    """The form with the name in each place that says `N` and is no part of a word; `ℕ` stays an N."""
    return re.sub(r"(?:(?<![A-Za-z])|(?<=-D))N(?![A-Za-z])", lambda _: name, form).replace("ℕ", "N")


def places() -> Iterator[tuple[str, str, str, str]]:
    """(form, how the value is made, text, secret): each place with each value that somebody may have made up."""
    for form in filter(None, PLACES.split("\n")):
        for made, values in COINED.items():
            for secret in values:
                yield form, made, form.replace("\\n", "\n").replace("‹V›", secret), secret
