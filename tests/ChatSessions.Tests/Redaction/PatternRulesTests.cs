using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatSessions.Redaction;
using Tomlyn;
using Tomlyn.Model;
using Xunit;

namespace ChatSessions.Tests.Redaction;

/// <summary>
/// The rules that are embedded are those of the files next to them, made ready: UPDATE_SNAPSHOTS=1 in the environment makes them again.
/// </summary>
public sealed partial class PatternRulesTests
{
    private const int Around = 120;

    /// <summary>Their expressions find too much, or are replaced by rules in code.</summary>
    private static readonly string[] LeftOut = ["generic-api-key", "curl-auth-header", "curl-auth-user", "pkcs12-file", "private-key"];

    /// <summary>Better keywords: those of the configuration are not at what is found, or are in nearly every text.</summary>
    private static readonly Dictionary<string, string[]> OwnKeywords = new()
    {
        ["cloudflare-origin-ca-key"] = ["v1.0-"],
        ["sourcegraph-access-token"] = ["sgp_"],
        ["intra42-client-secret"] = ["s-s4t2"],
        ["lob-api-key"] = ["lob"],
        ["lob-pub-api-key"] = ["lob"],
        ["twilio-api-key"] = [.. "0123456789abcdef".Select(letter => $"sk{letter}")],
        ["hashicorp-tf-password"] = [],
    };

    /// <summary>What is in all that is found: where it is not, a slow expression need not be run.</summary>
    private static readonly Dictionary<string, string> Needed = new() { ["kubernetes-secret-yaml"] = "kind:" };

    private static readonly string Folder = Path.Combine(Repository(), "src/ChatSessions/Redaction/Rules");

    private static readonly JsonSerializerOptions Written = new(JsonSerializerOptions.Default)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void The_embedded_rules_are_made_of_the_files_next_to_them()
    {
        var made = Made();
        var path = Path.Combine(Folder, "patterns.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, made);

        Assert.Equal(made, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_document_says_which_configuration_it_is()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, "gitleaks.toml"))));

        Assert.Contains(hash, File.ReadAllText(Path.Combine(Folder, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_expression_can_be_read_and_every_keyword_can_be_found()
    {
        Assert.InRange(PatternRules.Standard.Count, 200, 1_000);
        foreach (var rule in PatternRules.Standard)
        {
            Assert.All(rule.Keywords, keyword => Assert.True(keyword.Length >= 3 && !keyword.Any(char.IsUpper), rule.Id));
            rule.Find($" {rule.Keywords[0]} ", 1, []);
        }
    }

    private static string Made()
    {
        var (gitleaks, own) = (Read("gitleaks.toml"), Read("own.toml"));
        var allowed = new JsonArray();
        var global = (TomlTable)gitleaks["allowlist"];
        foreach (var expression in (TomlArray)global["regexes"])
            allowed.Add((JsonNode)Ready((string)expression!));
        foreach (var word in (TomlArray)global["stopwords"])
            allowed.Add((JsonNode)Regex.Escape((string)word!));
        var lines = new List<string> { $$"""{"allowed":{{allowed.ToJsonString(Written)}},""", "\"rules\":[" };
        var rules = Rules(own).Concat(Rules(gitleaks)).Select(Rule).OfType<JsonObject>().Select(rule => rule.ToJsonString(Written));
        lines.Add(string.Join(",\n", rules));
        return string.Join('\n', lines) + "\n]}\n";
    }

    private static JsonObject? Rule(TomlTable rule)
    {
        var id = (string)rule["id"];
        if (LeftOut.Contains(id))
            return null;
        var keywords =
            OwnKeywords.GetValueOrDefault(id) ?? [.. ((TomlArray)rule["keywords"]).Select(one => ((string)one!).ToLowerInvariant())];
        if (keywords.Length == 0)
            return null;
        var regex = Ready((string)rule["regex"]);
        var begins = Array.TrueForAll(keywords, keyword => BeginsWith(regex, keyword));
        var made = new JsonObject
        {
            ["id"] = id,
            ["keywords"] = new JsonArray([.. keywords.SelectMany(Longer).Select(keyword => (JsonNode)keyword)]),
            ["regex"] = regex,
            ["lead"] = begins
                ? regex.Contains(@"\b", StringComparison.Ordinal)
                    ? 1
                    : 0
                : Around,
        };
        if (rule.TryGetValue("entropy", out var entropy))
            made["entropy"] = Convert.ToDouble(entropy, System.Globalization.CultureInfo.InvariantCulture);
        // Two expressions with no bound, one in the other.
        if (regex.Contains("(?s:.)", StringComparison.Ordinal))
            made["linear"] = true;
        if (Needed.TryGetValue(id, out var needed))
            made["needed"] = needed;
        var allowed = new JsonArray();
        if (rule.TryGetValue("allowlists", out var lists))
            foreach (var list in ((TomlTableArray)lists).Where(list => !list.ContainsKey("regexTarget") && list.ContainsKey("regexes")))
            foreach (var expression in (TomlArray)list["regexes"])
                allowed.Add((JsonNode)Ready((string)expression!));
        if (allowed.Count > 0)
            made["allowed"] = allowed;
        return made;
    }

    /// <summary>An expression of RE2 for .NET, without what is before the keyword, and with more that may come after the secret.</summary>
    private static string Ready(string regex)
    {
        regex = regex.Replace("[[:alnum:]]", "[a-zA-Z0-9]").Replace("(?P<", "(?<").Replace(@"[\w.-]{0,50}?", "");
        return regex.Replace("""(?:[\x60'"\s;]|\\[nr]|$)""", """(?:[^\w-]|$)""");
    }

    /// <summary>Whether what is found begins with a keyword: one of the alternatives at the beginning does.</summary>
    private static bool BeginsWith(string regex, string keyword)
    {
        var letters = Beginning().Replace(regex, "").Split(')')[0];
        return Array.Exists(
            letters.Split('|'),
            one =>
                Beginning().Replace(one, "").Replace(@"\", "").ToLowerInvariant() is var beginning
                && (
                    beginning.StartsWith(keyword[..2], StringComparison.Ordinal)
                    || beginning.StartsWith(keyword[..1] + "[", StringComparison.Ordinal)
                )
        );
    }

    /// <summary>Keywords have three letters at least.</summary>
    private static IEnumerable<string> Longer(string keyword) =>
        keyword.Length >= 3 ? [keyword] : "abcdefghijklmnopqrstuvwxyz0123456789".Select(letter => keyword + letter);

    private static IEnumerable<TomlTable> Rules(TomlTable file) => (TomlTableArray)file["rules"];

    private static TomlTable Read(string file) => TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(Path.Combine(Folder, file)))!;

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ChatMcpServer.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex(@"^(\\b|\(\?i\)|\(\?:|\(\?-i:|\(|\(\?i:)+")]
    private static partial Regex Beginning();
}
