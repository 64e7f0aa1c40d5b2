using System.Diagnostics;
using System.Text.Json;
using ChatSessions.Recorded;
using ChatSessions.Redaction;

namespace Benchmarks;

/// <summary>What the rules for secrets find in texts that have hardly any, and what looking for them costs.</summary>
internal static class HiddenSecrets
{
    private const int Context = 48;

    /// <param name="paths">Files of sessions, and folders of sources.</param>
    public static void Run(string[] paths, TextWriter output)
    {
        foreach (var path in paths)
        {
            var texts = Directory.Exists(path)
                ? Sources(path).Select(text => (Name: (string?)null, Text: text)).ToList()
                : [.. SessionFiles.Read(path).SelectMany(session => Strings(session.Json.ToString()))];
            var characters = texts.Sum(one => (long)one.Text.Length);
            var found = texts
                .SelectMany(one => SecretFinder.Standard.Find(one.Text, one.Name).Select(secret => (one.Text, Secret: secret)))
                .Select(one =>
                    (one.Secret.Rule, Value: one.Text.Substring(one.Secret.Start, one.Secret.Length), Around: Around(one.Text, one.Secret))
                )
                .GroupBy(one => (one.Rule, one.Value))
                .OrderBy(group => group.Key.Rule)
                .ToList();
            output.WriteLine(
                FormattableString.Invariant(
                    $"{path}: {characters:N0} characters, {found.Count} different findings, one in {characters / Math.Max(1, found.Count):N0}"
                )
            );
            foreach (var group in found)
                output.WriteLine($"  {group.Key.Rule} ×{group.Count()}: {group.First().Around}");
        }
        foreach (var path in paths.Where(File.Exists))
        {
            var sessions = SessionFiles.Read(path).ToList();
            var bytes = sessions.Sum(session => (long)session.Json.Utf8.Length);
            var parse = Best(() =>
            {
                foreach (var session in sessions)
                    JsonDocument.Parse(session.Json.Utf8).Dispose();
            });
            var show = Best(() =>
            {
                var door = new OutgoingDoor(SecretFinder.Standard);
                foreach (var session in sessions)
                    door.Show(session);
            });
            output.WriteLine(
                FormattableString.Invariant(
                    $"{path}: {bytes / 1e6:F1} MB; JsonDocument.Parse {parse.TotalMilliseconds:F0} ms; secrets {show.TotalMilliseconds:F0} ms, {bytes / 1e6 / show.TotalSeconds:F0} MB/s, {show / parse:F2} times parsing"
                )
            );
        }
    }

    private static TimeSpan Best(Action run)
    {
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            run();
            var took = Stopwatch.GetElapsedTime(begun);
            best = took < best ? took : best;
        }
        return best;
    }

    private static string Around(string text, FoundSecret secret)
    {
        var start = Math.Max(0, secret.Start - Context);
        var end = Math.Min(text.Length, secret.Start + Math.Min(secret.Length, 80) + 8);
        return OutgoingText.ShowName(
            text[start..secret.Start]
                + "⟦"
                + text.Substring(secret.Start, Math.Min(secret.Length, 80))
                + "⟧"
                + text[Math.Min(secret.Start + secret.Length, end)..end]
        );
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/") && !file.Contains("/obj/") && !file.Contains("/.git/") && !file.Contains("node_modules"))
            .Select(File.ReadAllText);

    /// <summary>The strings of JSON, each with the name of its property.</summary>
    private static List<(string? Name, string Text)> Strings(string json)
    {
        using var document = JsonDocument.Parse(json);
        var texts = new List<(string? Name, string Text)>();
        Add(null, document.RootElement);
        return texts;

        void Add(string? name, JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    texts.Add((name, value.GetString()!));
                    break;
                case JsonValueKind.Object:
                    foreach (var property in value.EnumerateObject())
                        Add(property.Name, property.Value);
                    break;
                case JsonValueKind.Array:
                    foreach (var item in value.EnumerateArray())
                        Add(name, item);
                    break;
            }
        }
    }
}
