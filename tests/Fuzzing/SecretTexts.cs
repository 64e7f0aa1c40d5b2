using System.Text;
using ChatSessions.Tests;
using ChatSessions.Tests.Redaction;

namespace Fuzzing;

/// <summary>Texts with secrets, pieces of secrets, and what looks like them.</summary>
internal static class SecretTexts
{
    private static readonly string[] Around =
    [
        "",
        " ",
        "\n",
        "\"",
        "\\",
        "\\\"",
        "'",
        "=",
        ": ",
        "://",
        "@",
        "Authorization: Bearer ",
        "authorization: Basic ",
        "password=",
        "\"password\": \"",
        "{\"api_key\":\"",
        "{\\\"token\\\":\\\"",
        "\\u0041\\u004",
        "\\u0022",
        "-----BEGIN PRIVATE KEY-----",
        "-----END RSA PRIVATE KEY-----",
        "postgres://u:",
        "@host/db",
        "sk-",
        "ghp_",
        "AKIA",
        "eyJ",
        "\0",
        "\u00e9",
        "漢",
        "\ud83d\ude00",
        "\ud800",
        "\u200b",
        "SECRET_KEY ",
        "secret",
        "<password>",
        "${PASSWORD}",
        "--token ",
        "====",
    ];

    public static string Make(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 12); count > 0; count--)
            text.Append(Piece(random));
        return text.ToString();
    }

    private static string Piece(Random random)
    {
        var secret = Secret(random);
        return random.Next(9) switch
        {
            0 => secret,
            1 => secret[..random.Next(secret.Length)],
            2 => secret[random.Next(secret.Length)..],
            3 => Changed(random, secret),
            4 => PlantedSecrets.Places[random.Next(PlantedSecrets.Places.Length)].Text(secret),
            5 => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret + Around[random.Next(Around.Length)])),
            6 => JsonTexts.Quote(secret + Around[random.Next(Around.Length)], escapeEach: random.Next(1, 9)),
            _ => Around[random.Next(Around.Length)],
        };
    }

    private static string Secret(Random random)
    {
        if (random.Next(2) == 0)
            return PlantedSecrets.Keys[random.Next(PlantedSecrets.Keys.Length)].Make(random);
        var (_, make, write) = PlantedSecrets.Named[random.Next(PlantedSecrets.Named.Length)];
        return write(make(random));
    }

    private static string Changed(Random random, string secret)
    {
        var at = random.Next(secret.Length);
        return secret[..at] + Around[random.Next(Around.Length)] + secret[Math.Min(secret.Length, at + random.Next(3))..];
    }
}
