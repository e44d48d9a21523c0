"""A value near a word that says secret, by any grammar; and what stands near such a word without being one."""

from __future__ import annotations

from collections import defaultdict

import pytest

from benchmarks.secrets.__main__ import is_gone
from benchmarks.secrets.grammar import FORMS, cases, places
from benchmarks.secrets.seventh import HALVES, seventh_rows
from rlm_core.redaction.redactor import Redactor

REDACT = Redactor()
VALUES = ("random", "hex", "leet")
FEW = {
    '"N"=sz:"‹V›"',
    '@JsonProperty("N") String x = "‹V›";',
    'Field("‹V›", alias="N")',
    '"‹V›".equals(N)',
    'assertEquals("‹V›", N)',
    '{"value": "‹V›", "name": "N"}',
    "the admin N hasn't changed: ‹V›",
    "put ‹V› in N",
    "N: <‹V›>",
}
"""Ways of writing in which less than seven in ten are found."""
MISSED = {
    ("drupal-settings", "frame-read-lines"),
    ("recaptcha-secret", "bare-array"),
    ("bitcoin-wif", "bare-fr"),
    ("enc_html_entity", "xml_plain"),
    ("file_openvpn_auth", "t_write"),
    ("tok_azure_devops", "ticket"),
    ("prose_fr_ancien", "p_md"),
    ("file_csv_vault_export", "t_grep"),
    ("misc_split_yaml_folded", "bare"),
    ("powershell EncodedCommand", "windows log"),
    ("rsync password file", "rsyncd.secrets"),
    ("pgbouncer userlist plain", "userlist.txt"),
    # labelled with all of the address, of which the secret part is redacted
    ("discord webhook", "shell"),
    ("slack webhook", "yaml"),
    ("teams webhook", "powershell"),
    ("slack webhook", "bash script"),
    ("discord webhook", "bash script"),
    ("alertmanager slack", "alertmanager.yml"),
    ("zapier hook", "chat prose"),
    ("discord webhook", "github actions yaml"),
    ("render deploy hook", "chat prose"),
    # found, and a piece of it stands elsewhere in the text: the day it ends, the name of what it is for
    ("wordpress logged in cookie", "netscape cookie jar"),
    ("rubygems key", "gem credentials yaml"),
    # the key is redacted; the certificate beside it begins with the same characters
    ("kubeconfig client-key-data", "kubeconfig"),
    # Of the fourteenth, which nothing was mended for but two forms.
    ("tfstate-random", "terraform.tfstate"),
    ("ovpn-auth-user-pass", "openvpn auth file"),
    ("flag-impacket-hash", "shell"),
    ("prose-en-readme-creds", "README"),
    ("prose-en-token-expired", "ticket"),
    ("prose-fr-remplace", "chat prose fr"),
    ("prose-fr-wifi", "e-mail fr"),
    ("prose-fr-code-pin", "e-mail fr"),
    ("prose-fr-phrase-secrete", "chat prose fr"),
    ("enc-csharp-b64-key", "csharp"),
    ("prose-en-try-with", "chat prose"),
    ("prose-en-same-as", "e-mail"),
    ("prose-en-default-vendor", "ticket"),
    ("prose-en-no-its", "dialogue"),
    ("split-env-two-halves", "shell"),
    # Of the fifteenth: the type stands behind its value, as in no state of Terraform; the key begins like what is kept.
    ("tfstate", "json"),
    ("kubeconfig-clientkey", "yaml"),
    # Of the sixteenth, of which some kinds were mended.
    ("authinfo-emacs", "emacs-authinfo"),
    ("base64-env-wrapped", "command-output-plain"),
    ("bip39-fr-prose", "chat-prose-fr"),
    ("clojure-edn", "edn-config"),
    ("cloudsmith-entitlement", "apt-sources-list"),
    ("elastic-bootstrap-output", "command-output-plain"),
    ("etherscan-key", "foundry-toml"),
    ("google-authenticator-file", "secret-file"),
    ("grafana-ini-admin", "ini-config"),
    ("kubeconfig-client-key-data", "kubeconfig"),
    ("livekit-secret", "livekit-yaml"),
    ("maven-settings-passphrase", "maven-settings-xml"),
    ("mongo-keyfile", "secret-file"),
    ("odbc-braced-pwd", "vba-code"),
    ("pgbouncer-userlist-plain", "pgbouncer-userlist"),
    ("prose-en-changed-from-to", "chat-prose-en"),
    ("prose-question-answer", "chat-dialogue"),
    ("salesforce-security-token", "chat-prose-en"),
    ("teams-webhook", "powershell"),
    ("wp-config-db-password", "wp-config-php"),
}
CIPHERTEXTS = {
    ("travis secure", "yaml"),
    ("travis secure", "ci yaml"),
    ("travis-secure", "travis yml"),
    ("ansible vault blob", "yaml"),
    ("pub-ansible-vault", "ansible vault"),
    ("travis-secure", "ci-yaml"),
    ("ansible-vault", "ansible"),
    ("travis-encrypted-secure", "travis-yml"),
    ("ansible-vault-encrypted", "ansible-vault-file"),
}
"""Look-alikes by the ninth set, secrets by the fifth: what is encrypted with a key that others may have."""
CHANGED = {
    ("apple-team-bundle", "plist-xml"),
    ("elasticsearch-index-uuid", "command-output-plain"),
    ("solana-mint-address", "toml-config"),
}
"""Look-alikes of the sixteenth that are changed: an address of Solana called a token's, an id of a team, an index."""
SIZES = {
    "seventh": 1806,
    "seventh-b": 1894,
    "eighth": 2891,
    "ninth": 900,
    "ninth-b": 273,
    "tenth": 992,
    "eleventh": 605,
    "twelfth": 908,
    "thirteenth": 935,
    "fourteenth": 655,
    "fifteenth": 929,
    "sixteenth": 1025,
}


@pytest.mark.parametrize("group", FORMS)
def test_a_name_and_its_value_are_found_however_they_are_put_together(group: str) -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    for of, form, _, text, secret in cases(7, VALUES):
        if of == group:
            found[form].append(is_gone(secret, REDACT(f"before\n{text}\nafter")))
    shares = {form: sum(those) / len(those) for form, those in found.items()}
    assert {form: share for form, share in shares.items() if share < 0.7 and form not in FEW} == {}
    assert sum(shares.values()) / len(shares) > 0.91


@pytest.mark.parametrize("half", HALVES)
def test_a_strangers_set_is_found_and_its_lookalikes_are_kept(half: str) -> None:
    rows = seventh_rows(half)
    assert len(rows) == SIZES[half]
    clean = {row: REDACT(row.text) for row in rows}
    missed = {row for row in rows if row.secrets and not is_gone("\n".join(row.secrets), clean[row])}
    assert {(row.kind, row.surrounding) for row in missed} <= MISSED
    changed = {(row.kind, row.surrounding) for row in rows if not row.secrets and clean[row] != row.text}
    assert changed <= CIPHERTEXTS | CHANGED


def test_what_is_made_up_of_words_is_found_where_only_a_password_can_stand() -> None:
    assert [(form, secret) for form, _, text, secret in places() if secret in REDACT(f"before\n{text}\nafter")] == []


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("name,stage,value\nSLACK_SIGNING_SECRET,prod,8aced8915bc7c342b6eeb26b1835a0df\n", "8aced8915bc7c3"),
        ("[14:02] ana : la valeur de DB_PASSWORD ?\n[14:03] luc : orch4rd!Go86\n", "orch4rd!Go86"),
        ("const apiSecret =\n  'dkyjmq2uAnIySfitk9jUT1' +\n  'lZ5DqPtjQQ1fAdJx3ItXKc';", "lZ5DqPtjQQ1fAdJx3ItXKc"),
        ("I changed the password from Cerise!8396-x to Saddle_Girafe!8396 yesterday.", "Saddle_Girafe!8396"),
        ("    59→password: >-\n    60→  camembert-ecureuil-pepper28\n", "camembert-ecureuil"),
        ("la clé d’API est « a8K2mQ9xT4vB7nC1 » jusqu’à lundi", "a8K2mQ9xT4vB7nC1"),
        ("jeton d'accès → a8K2mQ9xT4vB7nC1zz", "a8K2mQ9xT4vB7nC1zz"),
        ('use "a8K2mQ9xT4vB7nC1zz" as the api key', "a8K2mQ9xT4vB7nC1zz"),
        ("<td>API key</td>\n  <td><code>a8K2mQ9xT4vB7nC1zz</code></td>", "a8K2mQ9xT4vB7nC1zz"),
        ("\\\\nretool_a8K2mQ9xT4vB7nC1zzLm5Pq8Rs2Tu6Vw\\\\n", "a8K2mQ9xT4vB7nC1"),
        ("acme_live_a8K2mQ9xT4vB7nC1zz", "a8K2mQ9xT4vB7nC1zz"),
        (
            "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkw\n    IiwibmFtZSI6IkpvaG4ifQ.c2lnbmF0dXJl",
            "IiwibmFtZSI6",
        ),
        ("corrige : change le mot de passe de la base (avant : Lantern1479_XiR)", "Lantern1479_XiR"),
        ("fix: rotate the db password (was Lantern1479_XiR)", "Lantern1479_XiR"),
        ("use Lantern1479_XiR instead of the old password", "Lantern1479_XiR"),
        ("What's the wifi password again?\nVelvet-DXW7-Grenouille86", "Velvet-DXW7-Grenouille86"),
        ("le mot de passe, c'est quoi déjà ? — Lantern1479_XiR", "Lantern1479_XiR"),
        ("Secret Key [base64]: fRqzhlhont1TVP13zz46", "fRqzhlhont1TVP13zz46"),
        ("our secret key is `thunder-spring-marble77`", "thunder-spring-marble77"),
        ("# client server secret IP\nappuser * Lantern1479_XiR *", "Lantern1479_XiR"),
        ("  id  username  password         role\n  1   admin     Lantern1479_XiR  root", "Lantern1479_XiR"),
        ("$cred = @('ana', 'Lantern1479_XiR')", "Lantern1479_XiR"),
        ('auth = ["ana", "Lantern1479_XiR"]', "Lantern1479_XiR"),
        ("passwords:\n  ana: Coral4821_xY\n  bob: Lantern1479_XiR", "Lantern1479_XiR"),
        ("$ cat ~/.config/vpn/credentials.txt\njulie\nLantern1479_XiR", "Lantern1479_XiR"),
        ("Votre cl=C3=A9 d'API=C2=A0: fRqzhlhont1TVP13zz46", "fRqzhlhont1TVP13zz46"),
        ("crypto.createHmac('sha256', 'Lantern1479_XiR')", "Lantern1479_XiR"),
        ("x --password-file <(printf %s 'Lantern1479_XiR')", "Lantern1479_XiR"),
        ('{"stdout": "---\\n:rubygems_api_key: 46cecbf94a7112e7338e0a7fc71115c4708070e59aeac28a"}', "46cecbf94a7112"),
        ("client_secret: An-dBto6LwbPoSyFLXHEuUsJfWWz82U", "dBto6LwbPoSyFLXHEuUsJfWWz82U"),
        ("KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn", "KwDiBf89QgGbjEhK"),
        ("the password is kzvozsrc for staging", "kzvozsrc"),
        ("redis password for the project: o4t40ie1", "o4t40ie1"),
        ("wpa_passphrase=vcmicCvSF", "vcmicCvSF"),
        ("le mot de passe est Pivoine_Noisette_qzdv", "Pivoine_Noisette_qzdv"),
        ("the old password was Coral4821_xY, new one is Lantern1479_XiR", "Lantern1479_XiR"),
        ("le mot de passe était Soleil2019, désormais c'est Lune2024!x", "Lune2024!x"),
        ("The password was Coral4821_xY, now it's Lantern1479_XiR", "Lantern1479_XiR"),
        ("Toi : Quel est le mot de passe ?\nMoi : Hippocampe3\nToi : Merci", "Hippocampe3"),
        ("What password did you set?\nBob: try dragonfly88, thanks", "dragonfly88"),
        ('curl -u "svc-account:several words 42" https://x.io', "several words 42"),
        ("curl -u " + "AbCdEfGh12" * 12 + ":a8K2mQ9xT4vB7nC1zz https://x.io", "a8K2mQ9xT4vB7nC1zz"),
        ("acme_dns hetzner a8K2mQ9xT4vB7nC1zzLm5Pq8Rs2Tu6Vw", "a8K2mQ9xT4vB7nC1zz"),
        ("curl -X POST 'https://ci.acme.io/deploy/prod?branch=main&token=KfD3wnAp0nY'", "KfD3wnAp0nY"),
        ("OAuth1(\n  'TgmvyunABxjS2geM27oVhJSOP',\n  client_secret='a8K2mQ9xT4vB7nC1zzLm',\n)", "a8K2mQ9xT4vB7n"),
        ("mysqli_connect('localhost', 'forum', 'Tulipe&Mortier', 'forum_db')", "Tulipe&Mortier"),
        ("algoliasearch('SDT1SDASBA', 'a028c5e7f71b051a8959c534909575aa')", "a028c5e7f71b051a"),
        ("config.pepper = '9ee31ad310e8434f8a6dae290d4b8347'", "9ee31ad310e8434f"),
        ("cookies = {'sessionid': '38afes7a8c9d0b1e2f3a4b5c9d8e7f6a'}", "38afes7a8c9d0b1e"),
        ("# cookies\nacme.io\tFALSE\t/\tFALSE\t1790000001\tsid\ta8K2mQ9xT4vB7nC1zzLm5Pq8", "a8K2mQ9xT4vB7nC1"),
        ("docker run -e MYSQL_ROOT_PASSWORD=camembert_coulant7 mysql", "camembert_coulant7"),
        ("- accès : `bob` / `Croissant+Beurre`", "Croissant+Beurre"),
        ("$ cat /etc/vpn/pass.txt\nana\nTulipe&Mortier\n$ ls", "Tulipe&Mortier"),
        ('RCLONE_PASSWORD_COMMAND="echo Tulipe&Mortier"', "Tulipe&Mortier"),
        (
            "Unseal Key 1: 2a+/tuudbNouobolAsEhUMeA44sRyNaMIKG2G7rHH2d+\n"
            "Unseal Key 2: eWlkR9lMadXyYZyDspN0SO4w6mLXJPgHA+PQG725tJ6/",
            "PQG725tJ6/",
        ),
        ("does Lantern1479_XiR still work as the password?", "Lantern1479_XiR"),
        (
            "seed phrase for the cold wallet: rabbit orbit mammal jungle fabric umbrella hollow impact lemon saddle"
            " velvet noble",
            "orbit mammal jungle",
        ),
        ("the Gmail app password is qhoo nzts xunl mvte", "qhoo nzts xunl mvte"),
        ("creds for the VPN are bob and Maple#9099*hn", "Maple#9099*hn"),
        ("export API_TOKEN=ErChvAbks4gSI2F8uL8PjySp\\\n> HkBHaVApKqPSezobuZb8JXLK", "HkBHaVApKqPSezobuZb8JXLK"),
        ("api_token: >-\n  wf9bk981B2B1mWz2uTDKJaXVa8EzvM\n  jTswQfBvTkQ3ajPSBEBBHctsfDuf06", "jTswQfBvTkQ3ajPSBEBB"),
        ('new UsernamePasswordCredentialsImpl(Scope.GLOBAL, "id", "", "bob", "Lantern1479_XiR")', "Lantern1479_XiR"),
        ("page.fill('input[name=\"password\"]', 'kzvozsrc')", "kzvozsrc"),
        ("gpg --passphrase 'puffin heron marble cerise genievre' -d x.gpg", "puffin heron marble"),
        ("htpasswd -bB /etc/nginx/.htpasswd bob meadow-thistle-heron-28", "meadow-thistle-heron-28"),
        ('{"Smtp:Password": "Lantern1479_XiR"}', "Lantern1479_XiR"),
        ("cn = connect('DRIVER=x;UID=bi;PWD={Pel;ican9};Encrypt=yes')", "Pel;ican9"),
        ("psql \"host=pg user=app password='two words! 9' connect_timeout=5\"", "two words! 9"),
        ('      ~ password = "oldPewter-1" -> "newPewter-2"', "newPewter-2"),
        ("Password for svc was changed from Old-Plover1 to New-Plover2 on Monday.", "New-Plover2"),
        ("const uint8_t APPKEY[16] = { " + ", ".join(f"0x{n:02X}" for n in range(40, 56)) + " };", "0x2C, 0x2D, 0x2E"),
        ("J'ai remplacé l'ancien mot de passe par « Girofle & Cannelle 17 ».", "Girofle & Cannelle 17"),
        ("Quel mot de passe dois-je utiliser pour `sa` ?\nluc : Verveine(88)", "Verveine(88)"),
        ("bob:$apr1$iL5w1QAu$1Ru74Ap.p1z2qjJhwewRlp", "1Ru74Ap.p1z2qjJhwewRlp"),
        ("saisis la clé à la main dans l'appli : npfg zknv e4cn bf5a r3sa nbyp", "npfg zknv e4cn"),
        ('{"role_id": "x", "secret_id": "87fa5af8-6535-419d-acd6-a389b929107e"}', "87fa5af8-6535-419d"),
        ('CRYPTO_KEY_VALUE: "quatre canards sous la grange bleue"', "canards sous la grange"),
        ('const exa = new Exa("50e20e7a-eb92-4a58-84f4-3078fed3ceee");', "eb92-4a58-84f4"),
        (
            "$f = new \\Mailjet\\Client('3183ab2b5b77cec28d5df5e0dab53ef4', '885e7bb047b6432f929e1d354f3fae3d');",
            "885e7bb047b6432f",
        ),
        ('Client(account_sid, "885e7bb047b6432f929e1d354f3fae3d")', "885e7bb047b6432f"),
        ('flickr = Flickr.new "3183ab2b5b77cec28d5df5e0dab53ef4", "8051955cf4a6157c"', "8051955cf4a6157c"),
        ('sess := slack.New("a8K2mQ9xT4vB7nC1zzLm5Pq8", slack.OptionDebug(true))', "a8K2mQ9xT4vB7nC1"),
        ("wandb login --relogin 4fa50b08e687c46a1e29835599a6f37f3be0652b", "4fa50b08e687c46a"),
        ("npx vsce publish -p 3tpsu3zjjs6kpxnom3fwamnr73k4z7hi7yrn7a6vtwygyps72j3t", "3tpsu3zjjs6kpxnom3f"),
        ("influx query -t 1iHG4KPEmdB8_Hb3an_cLq-yp2sN6qDXgRrpWA6== 'x'", "1iHG4KPEmdB8_Hb3an"),
        ("curl -u cW8rc50nM0Rj5DUNUT3a:X https://acme.freshdesk.com/api/v2/tickets", "cW8rc50nM0Rj5DUNUT3a"),
        ("echo 2a7c4557defd51fb974b68d75e6ef1e9 > config/master.key", "2a7c4557defd51fb"),
        ("client sw1 { ipaddr = 10.0.9.2\n  secret = ruisseau.Clair9 }", "ruisseau.Clair9"),
        ("snmp-server user ops GRP v3 auth sha Galet-Poli-515 priv aes 128 Dune-Rase-626", "Dune-Rase-626"),
        ("la phrase de passe est Brume sur Rivage 77.", "Brume sur Rivage 77"),
        ("le secret TOTP du compte est AZ4MXG2GZQVVYJFP, tape-le", "AZ4MXG2GZQVVYJFP"),
        ("User: what is the db password?\nBot: I set it to `granite-falcon-985` in compose.yml.", "granite-falcon-985"),
        ("Please enter the sudo password.\nUser: Nougat3416_iHl", "Nougat3416_iHl"),
        ("TOKEN=537642c953ae85c4d037\nTOKEN+=f9f5ac897ec7de0af140", "f9f5ac897ec7de0af140"),
        ('char access_token[] = "OTBci6DC9XT3njiULwFOMBaq" "sxzThhoWZFKMM0leqaneuYJm";', "sxzThhoWZFKMM0leqane"),
        ('client_secret: "Mhq2MPl1VmKUsWehtg0kOIJh\\\n  JGKgzZh0znR41qt7mR2uIdOL"', "JGKgzZh0znR41qt7mR2u"),
        (
            'l: ["MIIEpAIBAAKCAQEAlousadNKyNkeaDfRHFkz34EdhAqstZ3YZm",\n "Z3FKrAAucKh7OxpoJTwbNe3Nh1nol6ItmMIuf8JZzm"]',
            "Z3FKrAAucKh7",
        ),
    ],
)
def test_the_value_is_gone(text: str, secret: str) -> None:
    assert is_gone(secret, REDACT(text))


@pytest.mark.parametrize(
    "text",
    [
        'const MINT = new PublicKey("JQvS5pr9YgKd7PQCbzd2uQJKcTTDmRwcHFcoY7T6ibf4");',
        "implementation 'io.jsonwebtoken:jjwt-impl:0.12.6'",
        'Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "A.Secrets", "", "{0E7D1A54-4A28-0932-F9B1-8961D58A104F}"',
        "bws secret get 012d6dca-e930-4ee2-acaa-a393861f15b2 -o env",
        "<UserSecretsId>52e1cb4a-5d77-4909-b060-e4b846ae1a73</UserSecretsId>",
        "db.password=@DB_PASSWORD@",
        '"login.password": "Kennwort", "login.token": "Zugriffstoken eingeben"',
        '{"type": "Hex High Entropy String", "hashed_secret": "7d14b923967d22ccb019c473c43d087fba4e7e21"}',
        "matches `eyJaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaa`",
        '{"access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", "token_type": "bearer"}',
        'api_key="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        'token = "abcdefghijklmnopqrstuvwxyz"',
        'Sentry.init({ dsn: "https://0cd902f1369e65c1a8c20536ee494ce5@o441209.ingest.sentry.io/8779585" });',
        "posthog.init('phc_MrFcWDMnQMfiBMOq0DXLAfL7GuAYs0ONXXeArPYFUgc')",
        'twilio.calls("CA5ef8732a3c49700934481addd5ce1659").fetch()',
        'sha := digest.New("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")',
        'newrelic.agent.initialize("newrelic-2024-prod.ini")',
        "docker run -t --rm acme/app:2024.01.15-3f2a9c1 bash",
        "pytest -k test_login_V2_redirect_3",
        "az login --tenant 72f988bf-86f1-41af-91ab-2d7cd011db47",
        "the random seed: 1234567890",
        "ls admin / Backup_2024",
        "createToken('PRERELEASEIDENTIFIERLOOSE', `x`)",
        "[user]\n\tsigningkey = B59A925B03F09D6C",
        "GET /search?q=mot%20de%20passe%20oubli%C3%A9&lang=fr",
        "h = HMAC(self._signing_key, hashes.SHA256())",
        "private_key: ed25519.Ed25519PrivateKey, password: bytes",
        "https://github.com/o/r/blob/main/src/token2.rs#L10",
        "token-list@3.93.0",
        "Token mint: cpgE8Wfo7ZjQRlO33d09qruFgo2XQb7seUY7vi6GUIEc",
        "applicationServerKey: 'BdbJP0vRxhNOibvAZNtII9tAGG_q9rwtpu1xFtPBc0zh9_tSq0lAmtu1'",
        "SLACK_BOT_TOKEN=mettre-la-clé-ici",
        "LANGSMITH_API_KEY=langsmith_api_key",
        "API_KEY=@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/db)",
        "theme.token.colorPrimary = '#b16c25'",
        "base-key: 1304cc5bd24111612f78453f768f9664d8c1be20",
        "cache key is 1304cc5bd24111612f78453f768f9664",
        "phc_AE0NjPoMz7Bqt7vpHP6euSEQPfdkslrhbGUjfTeiEsW",
        "the secret named db-creds-2 is mounted",
        "creds in 1Password2",
        "secret_key_base: Application.fetch_env!(:app, :secret1)",
        "DB_PASSWORD=ref+awsssm://prod/db2/password",
        "DB_PASSWORD=env:DB2_PASSWORD",
        "TOKEN_CACHE_KEY='tokens:user:v3'",
        "PASSWORD_RESET_KEY = 'password:reset:v1'",
        "TOKEN_STORAGE_KEY = 'auth_token_v2'",
        "TWITTER_ACCESS_TOKEN=fake-token-for-tests",
        "API_KEY=cle-de-test",
        "OPENAI_API_KEY=OptionalSecretStr",
        "password?\nOAuth2",
        "NAME        TYPE     KEY        AGE\nfoo-1       Opaque   tls-key2   3d",
        "return _sign_hmac('SHA-256', base_string)",
        "tokens[level] = {\n    '+i6-root': 1}",
        'BUNDLE_WITHOUT: "development:test"',
        "RECAPTCHA_SITE_KEY=6Lq3x14VyyMwF90NgwRe51zslYi6T-S62ZISbBpA",
        '{"key":"stripe_publishable_key","value":"pk_live_51hjNme88JOqcoanllXYzKaDMoYyFqJV00D19yzJ3aUElXJuPXez"}',
        "| `SSH_KEY_NAME` | `deploy-prod-2026` | ops |",
        "define('CACHE_KEY', 'npm-linux-5398169f8e5672afc7899bcc1bdeb27d84df0effeda886a5ad17fcb4a5f7413f');",
        "All tests pass.\ned0b46ef Strict settings",
        "the password is stored by pgcrypto with workbook",
        "annotations:\n  checksum/secret: f62ac0d42bb9b327f6c3a9254349f7ebcb5d64d29d20d18a631c7af0447f6d4e",
        "image: registry.acme.example/token-svc:2.14.0-rc.3_ad77d16d",
        "Cache restored from key: node-modules-Linux-0aa3f14e5e84dd18ada717e4209db1b2dede8a316b81cddaf543ebda7b546d8f",
        "serveur-motdepasse-5sm5yzt3ls-9k6q4   1/1   Running",
        'HeaderAPIKey = "X-Api-Key"',
        'afficher_mot_de_passe = "ctrl+maj+m"',
        "mongodb+srv://<username>:<password>@cluster0.mongodb.net/?retryWrites=true",
        "passphrase = _ffi.NULL",
        "connect(user=dbUser, password=newValue)",
        "  user: dbUser,\n  password: dbValue,",
        "tool --password instead of --token",
        "  -p, --password string   Password of the registry",
        "machine learning login page password field",
        'passwords:\n  password: "Nouveau mot de passe"',
        "$ head -2 /etc/passwd\nroot:x:0:0:root:/root:/bin/bash",
        'export RESTIC_PASSWORD_COMMAND="pass show backup/restic"',
        "GPG_PASSWORD_CMD='op read op://x/y/z'",
        "RESET_PASSWORD: 'users/RESET_PASSWORD'",
        "export const MOT_DE_PASSE_PERDU = 'auth/MOT_DE_PASSE_PERDU';",
        "mysql://utilisateur:motdepasse@hote:3306/base",
        "postgres://utilisateur:mdp@serveur:5432/ma_base",
        "upstream http://127.0.0.1:8080@weight=5",
        "upstream http://api.internal:8080@weight=3",
        "  dns cloudflare {env.CF_API_TOKEN}",
        "mysqli_connect('localhost', 'my_user', 'my_password', 'my_db')",
        'curl -u "admin:${PASS}" -H "X: y" https://x.io',
        "accès : `src` / `tests`",
        "Quel est le code ?\nUtilise TypeScript5",
        "docker run -e MYSQL_PASSWORD=new_user_field1 mysql",
        "the API was slow, now it's fast2024",
        '{"sessionId":"198393f2-22db-477b-ac77-1825bea883ae","version":"2.0.76"}',
        "{'sessionid': '198393f2-22db-477b-ac77-1825bea883ae'}",
        "2 GiB, pass force_zip64 to use the ZIP64 format",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert REDACT(f"before\n{text}\nafter") == f"before\n{text}\nafter"
