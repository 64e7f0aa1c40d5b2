using System.Text;

namespace ChatSessions.Tests.Redaction;

/// <summary>Secrets of every documented kind, made by chance from a seed, and the places where they are found in recorded sessions.</summary>
internal static class PlantedSecrets
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Hex = "0123456789abcdef";
    private const string Letters = Lower + Upper + Digits;

    /// <summary>Kinds that are known by their form alone.</summary>
    public static readonly (string Kind, Func<Random, string> Make)[] Keys =
    [
        ("chatmcp", r => "chatmcp_" + Of(r, Hex, 64)),
        ("llamacloud", r => "llx-" + Of(r, Letters, 48)),
        ("openai project", r => "sk-proj-" + Of(r, Letters, 74) + "T3BlbkFJ" + Of(r, Letters, 74)),
        ("openai legacy", r => "sk-" + Of(r, Letters, 20) + "T3BlbkFJ" + Of(r, Letters, 20)),
        ("anthropic", r => "sk-ant-api03-" + Of(r, Letters + "-_", 93) + "AA"),
        ("openrouter", r => "sk-or-v1-" + Of(r, Hex, 64)),
        ("deepseek", r => "sk-" + Of(r, Hex, 32)),
        ("groq", r => "gsk_" + Of(r, Letters, 52)),
        ("xai", r => "xai-" + Of(r, Letters, 80)),
        ("nvidia", r => "nvapi-" + Of(r, Letters, 64)),
        ("replicate", r => "r8_" + Of(r, Letters, 37)),
        ("hugging face", r => "hf_" + Of(r, Lower + Upper, 34)),
        ("perplexity", r => "pplx-" + Of(r, Letters, 48)),
        ("tavily", r => "tvly-" + Of(r, Letters, 32)),
        ("firecrawl", r => "fc-" + Of(r, Hex, 32)),
        ("langsmith", r => $"lsv2_pt_{Of(r, Hex, 32)}_{Of(r, Hex, 10)}"),
        ("langfuse", r => $"sk-lf-{Uuid(r)}"),
        ("pinecone", r => $"pcsk_{Of(r, Letters, 6)}_{Of(r, Letters, 63)}"),
        ("jina", r => "jina_" + Of(r, Hex, 32) + Of(r, Letters, 28)),
        ("github pat", r => "ghp_" + Of(r, Letters, 36)),
        ("github oauth", r => "gho_" + Of(r, Letters, 36)),
        ("github app", r => "ghs_" + Of(r, Letters, 36)),
        ("github refresh", r => "ghr_" + Of(r, Letters, 36)),
        ("github fine-grained", r => "github_pat_" + Of(r, Letters, 22) + "_" + Of(r, Letters, 59)),
        ("gitlab pat", r => "glpat-" + Of(r, Letters, 20)),
        ("gitlab trigger", r => "glptt-" + Of(r, Hex, 40)),
        ("gitlab runner", r => "glrt-" + Of(r, Letters, 20)),
        ("aws access key", r => "AKIA" + Of(r, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
        ("aws temporary key", r => "ASIA" + Of(r, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
        ("gcp api key", r => "AIza" + Of(r, Letters, 35)),
        ("google oauth", r => "ya29." + Of(r, Letters + "-_", 120)),
        ("google client secret", r => "GOCSPX-" + Of(r, Letters, 28)),
        ("slack bot", r => $"xoxb-{Of(r, Digits, 12)}-{Of(r, Digits, 12)}-{Of(r, Letters, 24)}"),
        ("slack user", r => $"xoxp-{Of(r, Digits, 12)}-{Of(r, Digits, 12)}-{Of(r, Digits, 12)}-{Of(r, Hex, 32)}"),
        ("slack app", r => $"xapp-1-A{Of(r, Upper + Digits, 10)}-{Of(r, Digits, 13)}-{Of(r, Hex, 64)}"),
        ("stripe live", r => "sk_live_" + Of(r, Letters, 24)),
        ("stripe restricted", r => "rk_live_" + Of(r, Letters, 24)),
        ("stripe webhook", r => "whsec_" + Of(r, Letters, 32)),
        ("npm", r => "npm_" + Of(r, Lower + Digits, 36)),
        ("pypi", r => "pypi-AgEIcHlwaS5vcmc" + Of(r, Letters, 80)),
        ("docker", r => "dckr_pat_" + Of(r, Letters, 27)),
        ("digitalocean", r => "dop_v1_" + Of(r, Hex, 64)),
        ("doppler", r => "dp.pt." + Of(r, Lower + Digits, 43)),
        ("databricks", r => "dapi" + Of(r, Hex, 32)),
        ("sendgrid", r => $"SG.{Of(r, Letters, 22)}.{Of(r, Letters, 43)}"),
        ("mailchimp-like resend", r => $"re_{Of(r, Letters, 8)}_{Of(r, Letters, 24)}"),
        ("shopify", r => "shpat_" + Of(r, Hex, 32)),
        ("supabase", r => "sbp_" + Of(r, Hex, 40)),
        ("twilio", r => "SK" + Of(r, Hex, 32)),
        ("telegram", r => Of(r, "123456789", 9) + ":AA" + Of(r, Letters, 33)),
        ("linear", r => "lin_api_" + Of(r, Lower + Digits, 40)),
        ("notion", r => "ntn_" + Of(r, Digits, 11) + Of(r, Letters, 35)),
        ("postman", r => $"PMAK-{Of(r, Hex, 24)}-{Of(r, Hex, 34)}"),
        ("grafana", r => "glsa_" + Of(r, Letters, 32) + "_" + Of(r, Hex, 8)),
        ("pulumi", r => "pul-" + Of(r, Hex, 40)),
        ("rubygems", r => "rubygems_" + Of(r, Hex, 48)),
        ("planetscale", r => "pscale_tkn_" + Of(r, Letters, 43)),
        ("atlassian", r => "ATATT3" + Of(r, Letters, 180)),
        ("new relic", r => "NRAK-" + Of(r, Upper + Digits, 27)),
        ("sentry", r => "sntryu_" + Of(r, Hex, 64)),
        ("vault", r => "hvs." + Of(r, Letters, 95)),
        ("age", r => "AGE-SECRET-KEY-1" + Of(r, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
        ("jwt", r => $"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI{Of(r, Letters, 40)}.{Of(r, Letters + "-_", 43)}"),
    ];

    /// <summary>Kinds that are known by what is around them.</summary>
    public static readonly (string Kind, Func<Random, string> Make, Func<string, string> Write)[] Named =
    [
        ("password in a variable", Password, it => $"export DB_PASSWORD={it}"),
        ("password in code", Password, it => $"connect(user='bo', password='{it}')"),
        ("password in YAML", Password, it => $"db:\n  password: {it}\n  port: 5432"),
        ("password in JSON", Password, it => $$"""{"user":"bo","password":"{{it}}"}"""),
        ("password flag", Password, it => $"login --user bo --password {it} --verbose"),
        ("password in XML", Password, it => $"<password>{it}</password>"),
        ("password in an address", r => Of(r, Letters, 14), it => $"postgres://bo:{it}@db.example.com:5432/app"),
        ("password in a redis address", r => Of(r, Letters, 20), it => $"redis://:{it}@cache:6379/0"),
        ("connection string", Password, it => $"Server=db;Database=app;User Id=bo;Password={it};Encrypt=true"),
        (
            "basic authorization",
            r => Convert.ToBase64String(Encoding.ASCII.GetBytes("bo:" + Of(r, Letters, 14))),
            it => $"Authorization: Basic {it}"
        ),
        ("bearer authorization", r => Of(r, Letters, 40), it => $"curl -H 'Authorization: Bearer {it}' https://api.example.com"),
        ("api key header", r => Of(r, Letters, 32), it => $"X-Api-Key: {it}"),
        ("api key in a query", r => Of(r, Hex, 32), it => $"GET https://api.example.com/v1/items?api_key={it}&page=2"),
        ("access token in a query", r => Of(r, Letters, 40), it => $"https://example.com/cb?access_token={it}&state=ok"),
        ("client secret", r => Of(r, Letters + "~._-", 40), it => $"client_secret = \"{it}\""),
        ("aws secret key", r => Of(r, Letters + "+/", 40), it => $"aws_secret_access_key = {it}"),
        ("secret key of a framework", r => Of(r, Letters + "!@#%^&*(-_=+)", 50), it => $"SECRET_KEY = '{it}'"),
        ("refresh token", r => Of(r, Letters, 60), it => $$"""{"refresh_token": "{{it}}", "expires_in": 3600}"""),
        ("session cookie", r => Of(r, Letters, 40), it => $"Cookie: theme=dark; sessionid={it}; lang=en"),
        (
            "azure storage key",
            r => Of(r, Letters + "+/", 86) + "==",
            it => $"DefaultEndpointsProtocol=https;AccountName=x;AccountKey={it};EndpointSuffix=core.windows.net"
        ),
        ("npmrc", r => Of(r, Hex, 36), it => $"//registry.example.com/:_authToken={it}"),
        ("netrc", Password, it => $"machine api.example.com login bo password {it}"),
        ("user of curl", Password, it => $"curl -s -u bo:{it} https://api.example.com/v1"),
        ("password of mysql", r => Of(r, Letters, 14), it => $"mysql -u root -p{it} app < dump.sql"),
        ("password of sshpass", Password, it => $"sshpass -p '{it}' ssh bo@example.com"),
        ("assignments in columns", Password, it => $"db_region              = \"eu\"\ndb_password            = \"{it}\""),
        ("values in a column", Password, it => $"db_region:                    eu\ndb_password:                  {it}"),
        ("short name of a variable", Password, it => $"DB_PASS={it}\nDB_USER=bo"),
        ("short name in YAML", Password, it => $"admin_pw: {it}"),
        ("password of docker login", Password, it => $"docker login registry.example.com -u bo -p {it}"),
        ("password of redis-cli", Password, it => $"redis-cli -h cache -a {it} ping"),
        ("password of openssl", Password, it => $"openssl rsa -in a.pem -passin pass:{it} -out b.pem"),
        ("password of htpasswd", Password, it => $"htpasswd -cb .htpasswd bo {it}"),
        ("password that a program reads", Password, it => $"echo '{it}' | docker login -u bo --password-stdin"),
        ("password that sudo reads", Password, it => $"echo {it} | sudo -S apt-get update"),
        ("password that is set", Password, it => $"echo 'bo:{it}' | chpasswd"),
        ("password in SQL", Password, it => $"CREATE USER bo IDENTIFIED BY '{it}';"),
        ("value in a manifest", r => Of(r, Letters, 30), it => $"- name: API_TOKEN\n  value: \"{it}\""),
        ("argument after a flag", Password, it => $$"""["login", "--password", "{{it}}"]"""),
        ("header with name and value", r => Of(r, Letters, 30), it => $$"""[{"name": "X-Api-Key", "value": "{{it}}"}]"""),
        ("private key", PrivateKey, it => it),
        ("encryption key", r => Of(r, Hex, 64), it => $"ENCRYPTION_KEY={it}"),
    ];

    /// <summary>The places of a key in an event: text around it, and how the event's JSON has that text.</summary>
    public static readonly (string Place, Func<string, string> Text)[] Places =
    [
        ("alone", it => it),
        ("in prose", it => $"The key is {it}, please keep it."),
        ("at the end of a sentence", it => $"Use {it}."),
        ("in quotes", it => $"key = \"{it}\";"),
        ("in a call", it => $"client({it})"),
        ("in a header", it => $"Authorization: Bearer {it}\r\nAccept: */*"),
        ("in an address", it => $"https://example.com/?k={it}&page=1#top"),
        ("in a variable", it => $"SOME_NAME={it}\nOTHER=1"),
        ("in markup", it => $"<code>{it}</code>"),
        ("in JSON in a string", it => $$"""{"outer": "{\"inner\": \"{{it}}\"}"}"""),
        ("in JSON twice in a string", it => $$"""{"a":"{\"b\":\"{\\\"c\\\":\\\"{{it}}\\\"}\"}"}"""),
        ("in a diff", it => $"-old\n+token: {it}\n context"),
        ("in a Python literal", it => $"{{'k': '{it}', 'n': 1}}"),
        ("on a line of its own", it => $"first\n{it}\nlast"),
        ("behind a tab", it => $"first\t{it}\tlast"),
        ("with hidden characters", it => $"the key {it[..5]}\u200b{it[5..9]}\u00ad{it[9..]} is it"),
        ("with colours of grep", it => $"key: {it[..6]}\e[01;31m\e[K{it[6..12]}\e[m\e[K{it[12..]} found"),
        ("in base64", it => "echo " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"key: {it}\n")) + " | base64 -d"),
        (
            "in base64 twice",
            it => Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.ASCII.GetBytes($"the key: {it}"))))
        ),
        (
            "in base64 in lines",
            it =>
                Convert.ToBase64String(
                    Encoding.ASCII.GetBytes($"first line\nkey: {it}\n" + new string('-', 90)),
                    Base64FormattingOptions.InsertLineBreaks
                )
        ),
    ];

    public static string PrivateKey(Random random) =>
        $"-----BEGIN RSA PRIVATE KEY-----\n{Of(random, Letters + "+/", 64)}\n{Of(random, Letters + "+/", 64)}\n{Of(random, Letters + "+/", 30)}==\n-----END RSA PRIVATE KEY-----";

    public static string Password(Random random) =>
        Of(random, Lower, 4) + Of(random, Digits, 2) + Of(random, "!#^*+", 1) + Of(random, Upper, 5);

    private static string Uuid(Random r) => $"{Of(r, Hex, 8)}-{Of(r, Hex, 4)}-{Of(r, Hex, 4)}-{Of(r, Hex, 4)}-{Of(r, Hex, 12)}";

    private static string Of(Random random, string letters, int count) => new(random.GetItems(letters.AsSpan(), count));
}
