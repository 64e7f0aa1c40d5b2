namespace ChatSessions.Redaction;

/// <summary>Names of one kind of secret.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Keywords">What a name contains at least.</param>
/// <param name="Endings">How a name ends, without case and separators.</param>
/// <param name="IsStrong">Whether such a name is used for hardly anything else.</param>
internal sealed record SecretName(string Rule, string[] Keywords, string[] Endings, bool IsStrong)
{
    public static readonly SecretName[] All =
    [
        new("password", ["passw", "pwd", "passphrase"], ["password", "passwd", "passwort", "pwd", "passphrase"], IsStrong: true),
        new(
            "password",
            ["_pass", "-pass", "dbpass", "userpass", "adminpass", "_pw", "-pw"],
            [
                "dbpass",
                "sqlpass",
                "smtppass",
                "mailpass",
                "ftppass",
                "redispass",
                "userpass",
                "adminpass",
                "rootpass",
                "dbpw",
                "userpw",
                "adminpw",
                "rootpw",
            ],
            IsStrong: true
        ),
        new("api-key", ["api_key", "apikey", "api-key"], ["apikey"], IsStrong: true),
        new(
            "secret",
            ["secret", "private_key", "privatekey", "private-key", "credential"],
            [
                "secret",
                "secretkey",
                "secretaccesskey",
                "secretkeybase",
                "privatekey",
                "credential",
                "credentials",
                "secretid",
                "clientsecretvalue",
            ],
            IsStrong: true
        ),
        new(
            "key",
            [
                "access_key",
                "accesskey",
                "access-key",
                "encryption_key",
                "encryptionkey",
                "signing_key",
                "signingkey",
                "account_key",
                "auth_key",
                "authkey",
                "auth-key",
                "master_key",
                "masterkey",
                "shared_key",
                "session_key",
                "subscription-key",
                "hmac_key",
                "service_key",
                "license_key",
                "deploy_key",
                "role_key",
                "anon_key",
            ],
            [
                "accesskey",
                "encryptionkey",
                "signingkey",
                "accountkey",
                "authkey",
                "masterkey",
                "sharedkey",
                "sessionkey",
                "subscriptionkey",
                "hmackey",
                "servicekey",
                "licensekey",
                "deploykey",
                "servicerolekey",
                "anonkey",
            ],
            IsStrong: false
        ),
        new("token", ["token", "jwt"], ["token", "jwt"], IsStrong: false),
    ];

    /// <summary>The last letters of the endings, each as a bit.</summary>
    private readonly uint lasts = Endings.Aggregate(0u, (lasts, ending) => lasts | 1u << (ending[^1] - 'a'));

    public bool Matches(ReadOnlySpan<char> name)
    {
        var last = name.Length - 1;
        while (last >= 0 && IsSeparator(name[last]))
            last--;
        if (last < 0 || char.ToLowerInvariant(name[last]) is not (>= 'a' and <= 'z' and var letter) || (lasts >> (letter - 'a') & 1) == 0)
            return false;
        name = name[..(last + 1)];
        foreach (var ending in Endings)
            if (EndsWith(name, ending))
                return true;
        return false;
    }

    private static bool EndsWith(ReadOnlySpan<char> name, string ending)
    {
        var left = ending.Length;
        for (var at = name.Length - 1; at >= 0 && left > 0; at--)
            if (!IsSeparator(name[at]) && char.ToLowerInvariant(name[at]) != ending[--left])
                return false;
        return left == 0;
    }

    private static bool IsSeparator(char letter) => letter is '_' or '-' or '.';
}
