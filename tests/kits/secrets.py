"""Things that look like secrets, built from pieces."""

from __future__ import annotations

import base64
import random

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
HEX = "0123456789abcdef"


def chars(count: int, alphabet: str = ALNUM, seed: int = 7) -> str:
    """Random characters, the same for the same arguments. No key is spelt out: secret scanners read this file."""
    dice = random.Random(f"{count}{alphabet}{seed}")
    return "".join(dice.choice(alphabet) for _ in range(count))


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def pem(kind: str = "RSA ", lines: int = 12, newline: str = "\n", end: bool = True) -> str:
    body = newline.join(chars(64, ALNUM + "+/", seed) for seed in range(lines))
    head = "-----BEGIN " + kind + "PRIVATE KEY-----" + newline + body + newline
    return head + chars(20) + "==" + newline + "-----END " + kind + "PRIVATE KEY-----" if end else head


HS256 = b64('{"alg":"HS256"}') + "." + b64('{"sub":"1234"}') + "." + chars(43)
JWT = "ey" + "J" + b64('"alg":"HS256"}') + ".ey" + "J" + b64('"sub":"1234567890","name":"Jo"}') + "." + chars(43)
PW = "Tr0ub" + "4dor&3"
KEYS = [
    ("anthropic", "sk-" + "ant-api03-" + chars(93, ALNUM + "-_") + "AA"),
    ("anthropic", "sk-" + "ant-oat01-" + chars(86) + "-" + chars(6) + "AA"),
    ("openai", "sk-" + chars(48)),
    ("openai", "sk-" + "proj-" + chars(150, ALNUM + "-_")),
    ("openai", "sk-" + "svcacct-" + chars(120, ALNUM + "-_")),
    ("openai", "sk-" + "or-v1-" + chars(64, HEX)),
    ("aws", "AK" + "IA" + chars(16, UPPER)),
    ("aws", "AS" + "IA" + chars(16, UPPER)),
    ("gcp", "AI" + "za" + chars(35)),
    ("gcp", "ya" + "29." + chars(120, ALNUM + "-_")),
    ("gcp", "GOC" + "SPX-" + chars(28)),
    ("github", "gh" + "p_" + chars(36)),
    ("github", "gh" + "o_" + chars(36)),
    ("github", "gh" + "s_" + chars(36)),
    ("github", "github" + "_pat_" + chars(22) + "_" + chars(59)),
    ("gitlab", "gl" + "pat-" + chars(20)),
    ("slack", "xo" + "xb-" + chars(12, "0123456789") + "-" + chars(12, "0123456789") + "-" + chars(24)),
    ("slack", "xa" + "pp-1-" + chars(11, UPPER) + "-" + chars(13, "0123456789") + "-" + chars(64, HEX)),
    ("stripe", "sk" + "_live_" + chars(24)),
    ("stripe", "sk" + "_test_" + chars(99)),
    ("stripe", "rk" + "_live_" + chars(24)),
    ("stripe", "wh" + "sec_" + chars(32)),
    ("npm", "np" + "m_" + chars(36)),
    ("pypi", "py" + "pi-AgEIcHlwaS5vcmc" + chars(120, ALNUM + "-_")),
    ("huggingface", "h" + "f_" + chars(34)),
    ("sendgrid", "S" + "G." + chars(22) + "." + chars(43)),
    ("twilio", "S" + "K" + chars(32, HEX)),
    ("mailgun", "key" + "-" + chars(32, HEX)),
    ("digitalocean", "dop" + "_v1_" + chars(64, HEX)),
    ("shopify", "shp" + "at_" + chars(32, HEX)),
    ("databricks", "da" + "pi" + chars(32, HEX)),
    ("age", "AGE-" + "SECRET-KEY-1" + chars(58, UPPER)),
    ("vault", "hv" + "s." + chars(90)),
    ("linear", "lin" + "_api_" + chars(40)),
    ("groq", "gs" + "k_" + chars(52)),
    ("xai", "xa" + "i-" + chars(80)),
    ("replicate", "r" + "8_" + chars(37)),
    ("perplexity", "ppl" + "x-" + chars(48)),
    ("docker", "dckr" + "_pat_" + chars(27)),
    ("docker", "dckr" + "_oat_" + chars(32)),
    ("1password", "op" + "s_ey" + "J" + chars(200)),
    ("notion", "nt" + "n_" + chars(46)),
    ("grafana", "gl" + "sa_" + chars(32) + "_" + chars(8, HEX)),
    ("telegram", "1234567890:" + "AA" + chars(33)),
    ("jwt", JWT),
    ("jwt", HS256),
    ("private-key", pem()),
    ("private-key", pem("")),
    ("private-key", pem("OPENSSH ")),
    ("private-key", pem("EC ", lines=2)),
    ("private-key", pem("ENCRYPTED ", newline="\\n")),
    ("private-key", pem(end=False).strip()),
    ("private-key", pem(newline="\\n", end=False)[:-2]),
]
VALUE = chars(24)
ASSIGNED = [
    ("env", "DB_PASSWORD={}", PW),
    ("env", "DB_PASSWORD={}", "correcthorse"),
    ("env", "MYSQL_ROOT_PASSWORD={}", "hunter22"),
    ("env", "export API_KEY={}", VALUE),
    ("env", "API_KEY={}", "abcdefghijkl"),
    ("env", "TOKEN='{}'", VALUE),
    ("env", 'STRIPE_KEY="{}"', VALUE),
    ("env", "SECRET_KEY_BASE={}", chars(128, HEX)),
    ("env", "TOKEN_GITHUB={}", VALUE),
    ("env", "     3→API_KEY={}", VALUE),
    ("env", "     3→DB_PASSWORD={}", "hunter22"),
    ("env", "     3\tDB_PASSWORD={}", "hunter22"),
    ("env", ".env:3:API_KEY={}", VALUE),
    ("env", "+API_TOKEN={}", VALUE),
    ("env", "A=1\\nAPI_TOKEN={}\\nB=2", VALUE),
    ("env", "A=1\nPASSWORD={}\nB=2", "p@ss(w)ord,1;x"),
    ("env", "docker run -e API_KEY={} image", VALUE),
    ("env", "ENV DB_PASSWORD={}", "hunter22"),
    ("env", "password: {}", "hunter22"),
    ("env", "  password: {}\n  user: x", PW),
    ("env", "api_key: {}", VALUE),
    ("env", "apiKey: '{}'", VALUE),
    ("env", "client_secret = {}", VALUE),
    ("env", "[db]\npassword={}\n", "s3cret99"),
    ("env", 'password = "{}"', "hunter"),
    ("env", "password: str = '{}'", "hunter22"),
    ("env", 'const dbPassword = "{}";', "hunter2!"),
    ("env", '{{"password": "{}"}}', "hunter22"),
    ("env", '{{\\"password\\": \\"{}\\"}}', "abcd99ef"),
    ("env", '{{\\\\\\"token\\\\\\": \\\\\\"{}\\\\\\"}}', VALUE),
    ("env", '"access_token":"{}",', VALUE),
    ("env", "accessToken={}&x=1", VALUE),
    ("env", 'os.environ["API_KEY"] = "{}"', VALUE),
    ("env", "config['password'] = '{}'", "hunter22"),
    ("env", "Server=db;User Id=sa;Password={};Timeout=3", PW),
    ("env", "<password>{}</password>", "hunter22x"),
    ("env", "//registry.npmjs.org/:_authToken={}", VALUE),
    ("env", "{{'auth': '{}'}}", base64.b64encode(b"user:hunter22x").decode()),
    ("env", "mot de passe : {}", "Xk29dk!Qp"),
    ("env", "Mot de passe\u00a0: {}", "soleil2024"),
    ("env", "the password is: {}", "Xk29dk!Qp"),
    ("env", "API_KEY={}", chars(32, HEX)),
    ("env", "DB_PASSPHRASE='{}'", "correct horse battery"),
    ("aws", "aws_secret_access_key = {}", chars(40, ALNUM + "/+")),
    ("aws", "AWS_SECRET_ACCESS_KEY={}", chars(40, ALNUM + "/+")),
    ("aws", '"SecretAccessKey": "{}"', chars(40, ALNUM + "/+")),
    ("aws", "aws_session_token={}", chars(300, ALNUM + "/+")),
    ("azure", "AccountName=x;AccountKey={};EndpointSuffix=y", chars(86, ALNUM + "/+") + "=="),
    ("azure", "SharedAccessKey={}", chars(43, ALNUM + "/+") + "="),
    ("bearer", "Authorization: Bearer {}", VALUE),
    ("bearer", "authorization: Basic {}", base64.b64encode(b"user:hunter22").decode()),
    ("bearer", "Authorization: token {}", chars(40, HEX)),
    ("bearer", 'curl -H "Authorization: Bearer {}" https://x.org', VALUE),
    ("bearer", '{{"Authorization": "Bearer {}"}}', VALUE),
    ("bearer", '{{\\"Authorization\\": \\"Bearer {}\\"}}', VALUE),
    ("bearer", "headers = 'Bearer {}'", VALUE),
    ("bearer", "curl -H 'x-api-key: {}'", VALUE),
    ("bearer", "X-Auth-Token: {}", VALUE),
    ("url-password", "postgres://user:{}@db.example.org:5432/app", "hunter22"),
    ("url-password", "redis://:{}@localhost", PW),
    ("url-password", "https://me:{}@example.org/a?b=c", "p@ss"),
    ("slack", "https://hooks.slack.com/services/{}", "T" + chars(8, UPPER) + "/B" + chars(8, UPPER) + "/" + chars(24)),
    ("discord", "https://discord.com/api/webhooks/123456/{}", chars(68)),
    ("password", "tool --password {}", "hunter22"),
    ("password", "tool --token {} --x", VALUE),
    ("password", "tool --api-key '{}'", VALUE),
    ("password", "mysql -u root -p{} app", "hunter22"),
    ("password", "curl -s -u admin:{} https://x.org", "hunter22"),
    ("password", "curl https://x.org -u 'admin:{}'", "hunter22"),
]  # fmt: skip
FRAGMENTS = [
    *(key for _, key in KEYS[:8]), JWT, PW, "password", "PASSWORD", "token", "_KEY", "API_", "=", ": ", '"', "\\", "'",
    "://", "a:b@c", "@", "<private>", "</private>", "Bearer ", "Authorization", "-----BEGIN RSA PRIVATE KEY-----",
    "-----END RSA PRIVATE KEY-----", "\n", " ", "é", "[redacted:", "]", "-p", "curl -u ", "mysql ", "--", VALUE, "1",
]  # fmt: skip
