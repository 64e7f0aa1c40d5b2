using System.Text.Json;

namespace ChatSessions.Redaction;

/// <summary>The rules of <c>Rules/gitleaks.toml</c> and <c>Rules/own.toml</c>, as <c>Rules/patterns.json</c> has them.</summary>
internal static class PatternRules
{
    private static readonly Lazy<IReadOnlyList<PatternRule>> Read = new(() =>
    {
        using var resource = typeof(PatternRules).Assembly.GetManifestResourceStream("patterns.json")!;
        using var json = JsonDocument.Parse(resource);
        var allowed = Texts(json.RootElement, "allowed");
        return
        [
            .. json
                .RootElement.GetProperty("rules")
                .EnumerateArray()
                .Select(rule => new PatternRule(
                    rule.GetProperty("id").GetString()!,
                    Texts(rule, "keywords"),
                    rule.GetProperty("regex").GetString()!,
                    rule.GetProperty("lead").GetInt32(),
                    rule.TryGetProperty("entropy", out var entropy) ? entropy.GetDouble() : 0,
                    rule.TryGetProperty("linear", out _),
                    rule.TryGetProperty("needed", out var needed) ? needed.GetString() : null,
                    [.. allowed, .. Texts(rule, "allowed")]
                )),
        ];
    });

    public static IReadOnlyList<PatternRule> Standard => Read.Value;

    private static string[] Texts(JsonElement value, string name) =>
        value.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(one => one.GetString()!)] : [];
}
