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

    public bool Matches(ReadOnlySpan<char> name)
    {
        Span<char> plain = stackalloc char[128];
        var length = 0;
        foreach (var letter in name)
            if (letter is not ('_' or '-' or '.') && length < plain.Length)
                plain[length++] = char.ToLowerInvariant(letter);
        foreach (var ending in Endings)
            if (plain[..length].EndsWith(ending, StringComparison.Ordinal))
                return true;
        return false;
    }
}
