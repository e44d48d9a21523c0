"""What a secret looks like: patterns, names of keys, and what only looks like one."""

from __future__ import annotations

from itertools import repeat
from operator import add

# A key begins here: not inside a word, unless the letter before belongs to an escape (\n, %20, ESC[32m).
EDGE = (
    rb"(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf])|(?<=%[0-9A-F]{2})|(?<=\\u[0-9A-Fa-f]{4})"
    rb"|(?<=\[[0-9]m)|(?<=[0-9;][0-9]m))"
)
KEY = rb"[A-Za-z0-9_-]"
_GITLABS = (
    b"glpat-", b"gldt-", b"glrt-", b"glcbt-", b"glptt-", b"glft-", b"glsoat-", b"glimt-", b"glagent-", b"gloas-",
)  # fmt: skip
_SLACKS = (b"xoxa-", b"xoxb-", b"xoxc-", b"xoxd-", b"xoxe-", b"xoxo-", b"xoxp-", b"xoxr-", b"xoxs-")
# kind, literal that betrays it, how many characters of the pattern stand before the literal, pattern.
KEY_RULES: tuple[tuple[str, bytes, int, bytes], ...] = (
    ("anthropic", b"k-", 1, rb"sk-ant-" + KEY + rb"{16,200}"),
    ("openai", b"k-", 1, rb"sk-(?!ant-|sk-)" + KEY + rb"{20,200}"),
    ("aws", b"IA", 2, rb"(?:AKIA|ASIA|ABIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("gcp", b"AIza", 0, rb"AIza" + KEY + rb"{35}"),
    ("gcp", b"ya29.", 0, rb"ya29\.[A-Za-z0-9_-]{20,200}"),
    ("gcp", b"CSPX-", 2, rb"GOCSPX-" + KEY + rb"{20,60}"),
    *(("github", name, 0, name + rb"[A-Za-z0-9]{30,255}") for name in (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_")),
    ("github", b"at_", 8, rb"github_pat_\w{30,255}"),
    # No loop of ours goes over them: a hook pays for each step.
    *zip(
        repeat("gitlab"),
        _GITLABS,
        repeat(0),
        map(add, _GITLABS, repeat(KEY + rb"{18,200}(?:\.[0-9a-z]{2}\.[0-9a-z]{7,11}(?![\w-]))?")),
    ),
    *zip(repeat("slack"), _SLACKS, repeat(0), map(add, _SLACKS, repeat(KEY + rb"{10,200}"))),
    ("slack", b"p-", 3, rb"xapp-" + KEY + rb"{20,200}"),
    ("stripe", b"k_", 1, rb"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,200}"),
    ("stripe", b"hsec_", 1, rb"whsec_[A-Za-z0-9+/=]{24,100}"),
    ("npm", b"npm_", 0, rb"npm_[A-Za-z0-9]{36}"),
    ("pypi", b"pypi-", 0, rb"pypi-Ag" + KEY + rb"{40,250}"),
    ("huggingface", b"hf_", 0, rb"hf_[A-Za-z0-9]{30,60}"),
    ("sendgrid", b"SG.", 0, rb"SG\.[\w-]{16,32}\.[\w-]{30,60}"),
    ("twilio", b"SK", 0, rb"SK[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("digitalocean", b"_v1_", 3, rb"do[opr]_v1_[0-9a-f]{64}"),
    *(("shopify", name, 0, name + rb"[0-9a-fA-F]{32}") for name in (b"shpat_", b"shpss_", b"shpca_", b"shppa_")),
    ("databricks", b"dapi", 0, rb"dapi[0-9a-f]{32}(?:-\d)?"),
    *(("vault", name, 0, name.replace(b".", rb"\.") + rb"[\w-]{20,200}") for name in (b"hvs.", b"hvb.", b"hvr.")),
    ("linear", b"n_api_", 2, rb"lin_api_[A-Za-z0-9]{32,60}"),
    ("groq", b"k_", 2, rb"gsk_[A-Za-z0-9]{32,80}"),
    ("xai", b"xai-", 0, rb"xai-[A-Za-z0-9]{40,120}"),
    ("replicate", b"r8_", 0, rb"r8_[A-Za-z0-9]{32,60}"),
    ("perplexity", b"plx-", 1, rb"pplx-[A-Za-z0-9]{32,80}"),
    ("docker", b"at_", 6, rb"dckr_[po]at_[\w-]{20,60}"),
    ("1password", b"ops_", 0, rb"ops_eyJ[\w-]{40,200}"),
    ("notion", b"ntn_", 0, rb"ntn_[A-Za-z0-9]{40,60}"),
    *(("grafana", name, 0, name + rb"[A-Za-z0-9+/=_]{32,200}") for name in (b"glsa_", b"glc_")),
    ("gitlab", b"GR13", 0, rb"GR1348941" + KEY + rb"{20}"),
    ("atlassian", b"ATBB", 0, rb"ATBB[A-Za-z0-9]{32}"),
    ("atlassian", b"TT3x", 3, rb"AT[AC]TT3x" + KEY + rb"{50,250}(?:=[0-9A-Z]{8})?"),
    *(("square", name, 0, name + KEY + rb"{22,60}") for name in (b"sq0csp-", b"sq0atp-", b"sq0idp-")),
    ("facebook", b"EAA", 0, rb"EAA" + KEY + rb"{57,300}"),
    ("instagram", b"IGQ", 0, rb"IGQ[A-Z]" + KEY + rb"{60,250}"),
    ("twitter", b"AAAAAAAAAAAAAAAAAAAA", 0, rb"A{20,22}[A-Za-z0-9%]{60,120}"),
    ("brevo", b"xsmtpsib-", 0, rb"xsmtpsib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    ("onesignal", b"os_v2_", 0, rb"os_v2_(?:app|org)_[a-z0-9]{40,200}"),
    ("brevo", b"xkeysib-", 0, rb"xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    ("rubygems", b"ms_", 6, rb"rubygems_[0-9a-f]{40,64}"),
    ("nuget", b"oy2", 0, rb"oy2[a-z0-9]{43}(?![A-Za-z0-9])"),
    ("crates", b"cio", 0, rb"cio[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    ("fireworks", b"fw_", 0, rb"fw_[A-Za-z0-9]{22,40}"),
    ("elevenlabs", b"sk_", 0, rb"sk_[0-9a-f]{48}"),
    ("langsmith", b"lsv2_", 0, rb"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}"),
    ("pinecone", b"pcsk_", 0, rb"pcsk_[A-Za-z0-9]{5,7}_[A-Za-z0-9]{50,70}"),
    ("voyage", b"pa-", 0, rb"pa-" + KEY + rb"{43}(?![\w-])"),
    ("nvidia", b"nvapi-", 0, rb"nvapi-" + KEY + rb"{60,70}"),
    ("tavily", b"tvly-", 0, rb"tvly-(?:dev-|prod-)?[A-Za-z0-9]{20,40}"),
    ("jina", b"jina_", 0, rb"jina_" + KEY + rb"{60,70}"),
    ("heroku", b"HRKU-", 0, rb"HRKU-" + KEY + rb"{30,70}"),
    ("render", b"rnd_", 0, rb"rnd_[A-Za-z0-9]{28,40}"),
    *(("netlify", name, 0, name + rb"[A-Za-z0-9]{36,40}") for name in (b"nfp_", b"nfc_", b"nfo_", b"nfu_", b"nfb_")),
    ("alibaba", b"LTAI", 0, rb"LTAI[A-Za-z0-9]{12,20}(?![A-Za-z0-9])"),
    ("tencent", b"AKID", 0, rb"AKID[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    ("yandex", b"AQVN", 0, rb"AQVN" + KEY + rb"{35,38}(?![\w-])"),
    ("supabase", b"sbp_", 0, rb"sbp_[0-9a-f]{40}"),
    ("supabase", b"sb_secret_", 0, rb"sb_secret_[\w-]{20,40}"),
    ("planetscale", b"pscale_", 0, rb"pscale_(?:pw|tkn|oauth)_[\w-]{32,64}"),
    ("neon", b"napi_", 0, rb"napi_[a-z0-9]{40,70}"),
    ("notion", b"secret_", 0, rb"secret_[A-Za-z0-9]{43}(?![A-Za-z0-9])"),
    ("linear", b"n_oauth_", 2, rb"lin_oauth_[0-9a-f]{64}"),
    ("clickup", b"pk_", 0, rb"pk_\d{6,10}_[A-Z0-9]{32}"),
    *(("figma", name, 0, name + rb"[\w-]{38,60}") for name in (b"figd_", b"figu_", b"figdr_", b"figur_")),
    ("dropbox", b"sl.", 0, rb"sl\.(?:u\.)?[\w-]{100,1200}"),
    *(("sentry", name, 0, name + rb"[A-Za-z0-9+/=_]{40,300}") for name in (b"sntrys_", b"sntryu_")),
    *(("newrelic", name, 0, name + rb"[\w-]{24,60}") for name in (b"NRAK-", b"NRII-", b"NRRA-", b"NRJS-", b"NRAA-")),
    ("newrelic", b"NRAL", 36, rb"[0-9a-f]{36}NRAL"),
    ("honeycomb", b"hca", 0, rb"hca[a-z]{2}_[a-z0-9]{26}[A-Za-z0-9]{32}"),
    ("pulumi", b"pul-", 0, rb"pul-[0-9a-f]{40}"),
    ("tailscale", b"tskey-", 0, rb"tskey-[a-z]{2,10}-[A-Za-z0-9-]{20,80}"),
    *(("buildkite", name, 0, name + rb"[0-9a-z]{40,80}") for name in (b"bkua_", b"bkct_", b"bkat_")),
    *(("circleci", name, 0, name + rb"\w{20,30}_[0-9a-f]{40}") for name in (b"CCIPAT_", b"CCIPRJ_")),
    ("mercadopago", b"USR-", 4, rb"APP_USR-\d{12,20}-\d{6}-[0-9a-f]{32}-\d{6,12}"),
    ("wallet", b"sEd", 0, rb"sEd[1-9A-HJ-NP-Za-km-z]{28}(?![A-Za-z0-9])"),
    *(("sonar", name, 0, name + rb"[0-9a-f]{40}") for name in (b"sqp_", b"squ_", b"sqa_")),
    ("jfrog", b"AKCp", 0, rb"AKCp[A-Za-z0-9]{60,80}"),
    ("jfrog", b"cmVmdGtu", 0, rb"cmVmdGtu[A-Za-z0-9]{50,70}"),
    ("hubspot", b"pat-", 0, rb"pat-(?:na|eu|ap)\d-[0-9a-f-]{36}"),
    *(("posthog", name, 0, name + rb"[A-Za-z0-9]{40,50}") for name in (b"phx_", b"phs_")),
    *(("prefect", name, 0, name + rb"[A-Za-z0-9]{36}") for name in (b"pnu_", b"pnb_")),
    *(("dbt", name, 0, name + rb"[\w-]{40,60}") for name in (b"dbtc_", b"dbtu_")),
    ("rootly", b"rootly_", 0, rb"rootly_[0-9a-f]{64}"),
    ("readme", b"rdme_", 0, rb"rdme_[a-z0-9]{70}"),
    ("typeform", b"tfp_", 0, rb"tfp_[\w.=-]{55,65}"),
    ("contentful", b"CFPAT-", 0, rb"CFPAT-[\w-]{43}"),
    ("docker", b"SWMTKN-", 0, rb"SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}"),
    ("docker", b"SWMKEY-", 0, rb"SWMKEY-1-[\w+/-]{43}"),
    ("databricks", b"dose", 0, rb"dose[0-9a-f]{32}"),
    ("huggingface", b"i_org_", 2, rb"api_org_[A-Za-z0-9]{30,60}"),
    *(("flutterwave", name, 0, name + rb"[0-9a-f]{32}-X") for name in (b"FLWSECK-", b"FLWSECK_TEST-")),
    ("shippo", b"shippo_", 0, rb"shippo_(?:live|test)_[0-9a-f]{40}"),
    *(("easypost", name, 0, name + rb"[A-Za-z0-9]{54}") for name in (b"EZAK", b"EZTK")),
    ("duffel", b"duffel_", 0, rb"duffel_(?:live|test)_[\w-]{43}"),
    ("frameio", b"fio-u-", 0, rb"fio-u-[\w-]{64}"),
    ("plaid", b"access-", 0, rb"access-(?:production|sandbox|development)-[0-9a-f-]{36}"),
    ("xendit", b"xnd_", 0, rb"xnd_(?:production|development)_[A-Za-z0-9]{40,80}"),
    ("midtrans", b"server-", 4, rb"Mid-server-[\w-]{20,40}"),
    (
        "1password",
        b"A3-",
        0,
        rb"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
    ),
    ("sourcegraph", b"sgp_", 0, rb"sgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}"),
    ("cerebras", b"csk-", 0, rb"csk-[a-z0-9]{48}"),
    ("runpod", b"rpa_", 0, rb"rpa_[A-Z0-9]{40,60}"),
    ("llamacloud", b"llx-", 0, rb"llx-[A-Za-z0-9]{40,60}"),
    ("langfuse", b"-lf-", 2, rb"sk-lf-[0-9a-f-]{36}"),
    ("e2b", b"e2b_", 0, rb"e2b_[0-9a-f]{40}"),
    ("apify", b"y_api_", 4, rb"apify_api_[A-Za-z0-9]{30,50}"),
    ("brave", b"BSA", 0, rb"BSA[\w-]{28}(?![\w-])"),
    ("cockroach", b"CCDB1_", 0, rb"CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}"),
    ("aiven", b"AVNS_", 0, rb"AVNS_[\w-]{16,30}"),
    ("xata", b"xau_", 0, rb"xau_[A-Za-z0-9]{40,60}"),
    ("trello", b"ATTA", 0, rb"ATTA[0-9a-fA-F]{64}"),
    ("matrix", b"syt_", 0, rb"syt_[A-Za-z0-9]{1,64}_[A-Za-z0-9]{20}_[A-Za-z0-9]{6}"),
    *(("axiom", name, 0, name + rb"[0-9a-f-]{36}") for name in (b"xaat-", b"xapt-")),
    ("octopus", b"API-", 0, rb"API-[A-Z0-9]{26,30}(?![A-Za-z0-9-])"),
    ("stackhawk", b"hawk.", 0, rb"hawk\.[\w-]{20}\.[\w-]{20}"),
    *(("stytch", name, 0, name + rb"[\w-]{36,50}=?") for name in (b"secret-live-", b"secret-test-")),
    *(("nats", name, 0, name + rb"[A-Z2-7]{55}(?![A-Za-z0-9])") for name in (b"SUA", b"SAA", b"SOA")),
    *(("phabricator", name, 0, name + rb"[a-z0-9]{28}(?![a-z0-9-])") for name in (b"api-", b"cli-")),
    ("mongodb", b"sa_sk_", 4, rb"mdb_sa_sk_[\w-]{24,60}"),
    ("woocommerce", b"cs_", 0, rb"cs_[0-9a-f]{40}(?![0-9a-f])"),
    ("clojars", b"CLOJARS_", 0, rb"CLOJARS_[0-9a-f]{60}"),
    ("packagist", b"packagist_", 0, rb"packagist_[a-z]{3}_[0-9a-f]{68}"),
    ("cursor", b"key_", 0, rb"key_[0-9a-f]{64}"),
    ("age", b"AGE-", 0, rb"AGE-SECRET-KEY-[0-9A-Z]{40,80}"),
    ("postman", b"PMAK-", 0, rb"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    ("helicone", b"helicone-", 3, rb"sk-helicone-(?:[a-z0-9]{7}-){3}[a-z0-9]{7}(?![a-z0-9])"),
    ("infracost", b"ico-", 0, rb"ico-[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    ("adafruit", b"aio_", 0, rb"aio_[A-Za-z0-9]{28}(?![A-Za-z0-9])"),
    ("adobe", b"p8e-", 0, rb"p8e-[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    ("scalingo", b"tk-us-", 0, rb"tk-us-[\w-]{48}"),
    ("settlemint", b"sm_", 0, rb"sm_(?:pat|aat|sat)_[A-Za-z0-9]{16}"),
    ("defined-networking", b"dnkey-", 0, rb"dnkey-[\w=-]{26}-[\w=-]{52}"),
    ("maxmind", b"_mmk", 36, rb"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    ("wakatime", b"waka_", 0, rb"waka_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("inngest", b"signkey-", 0, rb"signkey-(?:prod|test|branch)-[0-9a-f]{32,64}"),
    ("anyscale", b"esecret_", 0, rb"esecret_[A-Za-z0-9]{24,40}"),
    ("unkey", b"unkey_", 0, rb"unkey_[A-Za-z0-9]{20,40}"),
    ("polar", b"polar_", 0, rb"polar_(?:oat|pat|at)_[A-Za-z0-9_]{30,60}"),
    ("paddle", b"pdl_", 0, rb"pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}"),
    # DER of RSA keys, without the lines around it
    *(
        (
            "private-key",
            head,
            6,
            rb"MII[A-Za-z0-9+/]{3}"
            + head
            + rb"[A-Za-z0-9+/]{16,}={0,2}(?:(?:[\"',\s\\]|\\n){1,24}[A-Za-z0-9+/]{40,}={0,2}){0,100}",
        )
        for head in (b"IBAAK", b"IBADANBg")
    ),
    ("openvsx", b"ovsxat_", 0, rb"ovsxat_[0-9a-f-]{36}"),
    *(("vercel", name, 0, name + rb"[A-Za-z0-9]{24,60}") for name in (b"vcp_", b"vci_", b"vck_", b"vca_", b"vcr_")),
    ("zuplo", b"zpka_", 0, rb"zpka_[A-Za-z0-9]{32}_[A-Za-z0-9]{8}"),
    ("cal", b"cal_", 0, rb"cal_(?:live_|test_)?[0-9a-f]{32}(?![0-9a-f])"),
    ("chroma", b"ck-", 0, rb"ck-[A-Za-z0-9]{44}(?![A-Za-z0-9])"),
    ("mem0", b"m0-", 0, rb"m0-[A-Za-z0-9]{40}(?![A-Za-z0-9])"),
    ("browserbase", b"bb_", 0, rb"bb_(?:live|test)_[\w-]{26,40}"),
    ("statsig", b"secret-", 0, rb"secret-[A-Za-z0-9]{43}(?![A-Za-z0-9])"),
    ("triggerdev", b"tr_", 0, rb"tr_(?:prod|dev|stg)_[A-Za-z0-9]{20,40}"),
    ("telnyx", b"KEY01", 0, rb"KEY01[0-9A-Fa-f]{30,32}_[A-Za-z0-9]{22}"),
    ("aws", b"CCA", 1, rb"ACCA[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("aws", b"rock-api-key-", 3, rb"bedrock-api-key-[A-Za-z0-9+/]{60,4000}={0,2}"),
    ("clickhouse", b"4b1d", 0, rb"4b1d(?=[a-z0-9]{0,37}[A-Z])[A-Za-z0-9]{38}(?![A-Za-z0-9])"),
    ("fly", b"fo1_", 0, rb"fo1_[\w-]{43}"),
    ("gitlab", b"ffct-", 2, rb"glffct-[\w-]{18,60}"),
    ("gocardless", b"live_", 0, rb"live_[\w-]{40}(?![\w-])"),
    ("gocardless", b"sandbox_", 0, rb"sandbox_[\w-]{40}(?![\w-])"),
    ("intra", b"s4t2ud-", 2, rb"s-s4t2[ua][df]-[0-9a-f]{64}"),
    ("yandex", b"YC", 0, rb"YC(?=[A-Za-z0-9-]{0,37}_|[A-Z_-]{0,37}[a-z])[A-Za-z0-9_-]{38}(?![\w-])"),
    ("paypal", b"A21AA", 0, rb"A21AA[\w-]{60,200}"),
    ("porkbun", b"k1_", 1, rb"[sp]k1_[0-9a-f]{64}"),
    ("checkout", b"sk_", 0, rb"sk_(?:sbox_|test_)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("recharge", b"sk_", 0, rb"sk_[0-9a-z]{1,3}x[0-9a-z]{1,3}_[0-9a-f]{64}"),
    ("persona", b"persona_", 0, rb"persona_(?:production|sandbox)_[0-9a-f-]{36}"),
    ("shopify", b"shptka_", 0, rb"shptka_[0-9a-fA-F]{32}"),
    ("context7", b"ctx7sk-", 0, rb"ctx7sk-[0-9a-f-]{36}"),
    ("woocommerce", b"ck_", 0, rb"ck_[0-9a-f]{40}(?![0-9a-f])"),
    ("ebay", b"PRD-", 0, rb"PRD-[0-9a-f]{8,12}(?:-[0-9a-f]{4}){3,4}(?![0-9a-f])"),
    ("dingtalk", b"SEC", 0, rb"SEC[0-9a-f]{64}(?![0-9a-f])"),
    ("riot", b"RGAPI-", 0, rb"RGAPI-[0-9a-f-]{36}"),
    ("ubidots", b"BBFF-", 0, rb"BBFF-[A-Za-z0-9]{30}(?![A-Za-z0-9])"),
    ("databento", b"db-", 0, rb"db-(?=[A-Za-z]{0,28}\d)[A-Za-z0-9]{29}(?![\w-])"),
    ("mandrill", b"md-", 0, rb"md-(?=[A-Za-z_-]{0,21}\d)(?=[a-z0-9_-]{0,21}[A-Z])[\w-]{22}(?![\w-])"),
    ("dify", b"app-", 0, rb"app-(?=[A-Za-z]{0,23}\d)(?=[a-z0-9]{0,23}[A-Z])[A-Za-z0-9]{24}(?![\w-])"),
    ("modal", b"as-", 0, rb"(?<![\w-])as-(?=[A-Za-z]{0,21}\d)(?=[a-z0-9]{0,21}[A-Z])[A-Za-z0-9]{22}(?![\w-])"),
    ("imgix", b"ix-", 0, rb"ix-(?=[A-Za-z]{0,29}\d)(?=[a-z0-9]{0,29}[A-Z])[A-Za-z0-9]{30}(?![\w-])"),
    ("pinterest", b"pina_", 0, rb"pina_[A-Z0-9]{32,80}"),
    ("klaviyo", b"pk_", 0, rb"pk_[0-9a-f]{34}(?![0-9a-f])"),
    ("volcengine", b"AKLT", 0, rb"AKLT(?=[A-Za-z]{0,43}\d)[A-Za-z0-9]{30,60}(?![A-Za-z0-9])"),
    ("conda", b"se-", 0, rb"se-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("jenkins", b"11", 0, rb"11(?=[a-f]{0,31}\d)[0-9a-f]{32}(?![\w-])"),
    ("together", b"tgp_v1_", 0, rb"tgp_v1_[\w-]{43}"),
    ("telegram", b":AA", 0, rb"(?<=[0-9]{8}):(?P<s>AA[\w-]{33})(?![\w-])"),
    ("jwt", b"eyJ", 0, rb"eyJ[\w-]{12,}\.(?:[\w-]{2,}(?:\.{1,2}[\w-]+){0,3}|(?=(?:\r?\n|\\n)\W{0,12}eyJ))"),
)
# A password of a URL may hold an unencoded @ but not a slash; the host must look like one.
_URL_PASSWORD = rb"""://[^\s:/?\#"'<>`\0]{0,128}:"""
_URL_PASSWORD += rb"""(?P<s>(?:[^\s/"'<>`\\\0]|(?<=[^:])<(?![^\s@<>]{0,64}>)){1,256})@[A-Za-z0-9\[{$%_]"""
_SCHEME = rb"(?:bearer|basic|token|bot|api-?key|negotiate|splunk|ntlm|oauth|key|pat"
_SCHEME += rb"|(?:[a-z]{2,16}[_-]){0,2}(?:api[_-]?)?(?:key|token|oauthtoken))"
_CLI_VALUE = rb"""(?P<s>(?:[^\s"'`\\\0]|\\(?![nrt"'])){4,256})"""
# kind, lower-case literal, pattern tried at the literal. A `secret` check applies to what group s holds.
TEXT_RULES: tuple[tuple[str, bytes, bytes], ...] = (
    ("slack", b"://", rb"://hooks\.slack\.com/(?:services|workflows|triggers)/(?P<s>[\w/-]{20,200})"),
    (
        "discord",
        b"://",
        rb"://(?:\w{1,10}\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/(?P<s>[\w-]{30,120})",
    ),
    ("url-password", b"://", _URL_PASSWORD),
    ("age", b"secret", rb"SECRET-KEY-1(?P<s>[0-9A-Z]{40,80})"),
    ("mailgun", b"key", rb"key-(?P<s>[0-9a-f]{32})(?![A-Za-z0-9])"),
    ("bearer", b"bearer", rb"(?i)bearer[ \t]{1,4}(?:\\\r?\n[ \t]{0,40})?(?P<s>[A-Za-z0-9._~+/=!|-]{8,256})"),
    (
        "bearer",
        b"auth",
        rb"(?i)(?<![a-z])authorization(?!.{0,9}AWS4)\\{0,3}[\"']?\]?[ \t]{0,4}[:=][ \t]{0,4}\\{0,3}[\"']?(?:"
        + _SCHEME
        + rb"[ \t]{1,4})?(?:token=[\"']?)?(?P<s>[A-Za-z0-9._~+/=:-]{8,256})",
    ),
    (
        "password",
        b"mysql",
        rb"(?i:mysql(?:dump|admin|import|show)?)(?:[ \t](?:\\\r?\n|[^\n|;&]){0,200}?)?[ \t]-p\\{0,3}(?P<q>[\"']?)"
        + _CLI_VALUE,
    ),
)
# In quotation marks there may be blanks, as in WordPress's passwords of applications.
CURL = rb"curl[ \t](?:\\\r?\n|[^\n|;&]){0,300}?(?<=\s)(?:-u|--user)[ =]?\\?(?P<q>[\"'])?[^\s:\"'\\]{0,256}:"
CURL += rb"""(?P<s>(?:[^\s"'`\\\0]|\\(?![nrt"'])|(?(q)[ ](?=[^"'`\n\0]{1,256}["'])|(?!))){4,512})"""
NAMES = (b"pass", b"secret", b"token", b"key", b"cred", b"pwd", b"auth")
_OF_KEYS, _OF_TEXTS = next(zip(*KEY_RULES, strict=True)), next(zip(*TEXT_RULES, strict=True))
_TOLD = dict.fromkeys(("private", "private-key", *_OF_KEYS, *_OF_TEXTS, "azure", "env"))
# Most telling first: what several rules find is called by the first of their kinds.
_TOLD.pop("password")
KINDS: tuple[str, ...] = (*_TOLD, "password")
PLACEHOLDER = (
    rb"(?is)[a-z_][\w-]{0,31}:[x*!]{1,2}:\d{1,6}:\d{1,6}:.*|(?-i:.*EXAMPLE.*)|.*\.\.\.|.*(?:xxxx|\*\*\*\*|0000000000).*|scram-sha-\d+\W?"
    rb"|.*%20.*%20.*|[x*.\-_#?0=+$]+|@[a-z_]+@|(?:@@|__)\w+(?:@@|__)|\(\(.*|&(?:quot|apos"
    rb"|#x?\w{2,3});[$<{%].*|(?:%24)?(?:%7b){1,2}[a-z_. -]{1,40}(?:%7d){1,2}|%3c[a-z_ -]{1,40}%3e"
    rb"|<.*|\$\{.*|\$\(.*|\$[a-z_]\w*|%\w+%|%[sdr]|%\(.*|\{.*|\[.*|.*\$\{.*"
    rb"|.*\{\{.*|#\{.*"
    rb"|(?:the|your|my|some)[-_ ].*|an?[-_ ](?-i:[a-z]{2,}|[A-Z]{2,})(?![A-Za-z0-9]).*|your(?:password|token"
    rb"|secret|api|key).*"
    rb"|(?:change|replace|insert|enter|put|fill)[-_ ]?(?:me|this|it|with|your|here).*|.*[-_ ]here"
    rb"|(?:mets|mettre|mettez|votre|ton|ta|notre|inserer|remplacer?|changer?|changez|a)[-_ ](?:la|le|les"
    rb"|vos|votre|ta|ton|moi|remplacer|changer|definir|mot|cl|jeton|token|mdp|api)[^\s]{0,60}|.*[-_ ]ici"
    rb"|(?:sk[-_])?(?:test[-_])?(?:fake|dummy|mock|stub|bogus|sample|example|test|invalid"
    rb"|not[-_]a?[-_]?real|(?:une?[-_])?fau(?:x|sse))(?:[-_][a-z]{1,12}){0,6}(?:[-_]\d{1,3})?|enc\[.*"
    rb"|[a-z]{1,12}(?:[-_][a-z]{1,12}){0,4}[-_]de[-_](?:test|demo|dev)"
    rb"|(?:ref\+)?[a-z]{0,6}-?(?:vault|ssm|env|sm|awssm|gsm|akv|kms|keyring|keychain|bws?"
    rb"|doppler|infisical|chamber|sops|k8s|credstash|bitwarden|lastpass):.*"
    rb"|#[0-9a-f]{3,8}|@microsoft\..*|@keyvault\(.*|projects/[\w-]{1,60}/secrets/.*|pk\.eyj.*"
    rb"|(?-i:[a-z]{2,20}(?:[_-][a-z]{2,20}){0,4}[_-](?:api[_-]?key|token|secret|password|passwd|key|pwd)"
    rb"|[A-Z]{2,20}(?:[_-][A-Z]{2,20}){0,4}[_-](?:API[_-]?KEY|TOKEN|SECRET|PASSWORD|PASSWD|KEY|PWD))"
    rb"|[\w-]{1,24}[-_]\?|[\w.-]{1,24}<[a-z_ -]{2,30}>.*|[a?][-_](?:compl.ter|d.finir|remplir"
    rb"|renseigner|choisir|saisir)"
    rb"|(?:placeholder|dummy|redacted|masked|hashed|encrypted|hidden|removed|omitted|sample|example)\W?"
    rb"|(?:[a-z]{1,12}_)?password|(?:(?:mon|votre|le|ton)[-_]?)?mots?[-_]?de[-_]?passe|mdp"
    rb"|passwort|contrase.a|pass|passwd|pwd|secret|token|key|apikey|api[-_]key|credentials?"
    rb"|null|none|nil|true|false|undefined|unset|empty|default|required|optional|string|str|text|number|integer"
    rb"|int|bool|boolean|bytes|any|unknown|object|array|type|varchar|self|this|env|basic|bearer|invalid"
    rb"|(?:required|nullable|sometimes|filled)\|.*"
)
CODE = (
    rb"""(?s)(?:await |new |not |lambda )?&?[A-Za-z_][\w.:$]*(?:[!?]?\(.*|\[["'\w].*|\?\..*)"""
    rb"|(?i:(?:self|this|process|os|sys|env|args|opts|options|config|settings|request|req|ctx|data|params|props"
    rb"|import|secrets|vars|var|local|module|parser|kwargs|user|state)\.[A-Za-z_][\w.]*)"
    rb"|[A-Z]\w*(?:Token|Key|Secret|Password|Credential|Type|Model|SecretStr(?:ing)?"
    rb"|SecureString)s?|SecretStr(?:ing)?|SecureString"
    rb"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][\w-]{0,40}[/:.]{1,2}[A-Z]+(?:_[A-Z]+)+|(?:https?|file|s3|gs|vault|arn|op):.*|(?:~|\.{1,2})/.*"
    rb"|/[A-Za-z0-9._-]*/.*|[\w.-]+/[\w./-]+\.(?:bin|gz|csv|log|parquet|html?|xml|svg|png|jpe?g"
    rb"|webp|gif|pdf|zip|tar|sql|lock|sh|rb|php|java)"
    rb"|[\w./-]+\.(?:json|ya?ml|toml|py|[jt]sx?|txt|pem|key|env|md|go|rs|crt|pub)"
)
# Words, not patterns: compiling these alternatives costs a hook several milliseconds.
NO_SUFFIX = frozenset(
    b"""
addr address alias aliases alg algorithm arn at audience budget budgets class cmd command commands
cost count counts dir dirs enabled
endpoint endpoints env error errors exp field fields file filename files format
formats header headers hint hints id ids index input inputs
issuer kind label labels len length lengths limit limits list manager managers map max min mode name names path
paths pattern patterns per placeholder policies policy prefix price prompt prompts provider providers rate ref
refs regex required reset resets rotation service controller module encoder factory hasher hashers backend helper
validator schema scope scopes set size sizes source spec status store stores
strategy style suffix total ttl type types uri uris url urls usage used var version versions window
""".split()
)
NO_SUFFIX_STARTS = (b"expir", b"param")
NO_PREFIX = frozenset(
    b"""
applicationserver
bos cache cached cancellation change cls completion continuation current end eos foreign forward backward
idempotency input last mask max min next num output pad page partition prev primary prompt public publickey
request publishable sep site sort special start starting stop syntax total unk
""".split()
)
NO_KEYS = NO_PREFIX | frozenset(
    b"""
object s3 row routing dedup dedupe lookup hash index unique composite natural surrogate join group order sync blob file
item record redis map dict json i18n translation event message kafka shard bucket state query node react array data
host known authorized verifying pub peer tag etag checksum digest commit content session device user idempotent trace
cursor measurement tracking widget layout column field alias
""".split()
)
KEY_OWNER = tuple(
    b"""
access account admin aes algolia anthropic api app application auth bot cipher cloudflare client cookie crypto csrf
consumer datadog deploy encrypt encryption fernet flask function functions github gitlab google hash hmac ingest
integration jwt license maps master mailgun newrelic openai otp private project secret security sendgrid sentry server
service session setup shared sign signing slack ssh storage stripe subscription totp twilio webhook write
""".split()
)
TOKEN_OWNER = tuple(
    b"""
access account admin agent api app auth bearer bot ci client cluster csrf deploy device git hook hub id identity
invite join lab login magic my node npm personal private publish push refresh registration reset root runner secret
service session shared slack upload user verification web webhook xsrf
""".split()
)
PASS_OWNER = tuple(
    b"""
admin app auth db ftp http imap key keystore ldap mail my mysql proxy redis root server smtp ssh store sudo svc user
web wifi zip
""".split()
)
