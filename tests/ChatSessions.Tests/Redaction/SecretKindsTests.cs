using System.Text;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using Xunit;

namespace ChatSessions.Tests.Redaction;

/// <summary>Secrets of all documented kinds, made by chance, do not leave, wherever they are.</summary>
public sealed class SecretKindsTests
{
    private const int Seed = 20_261_129;

    /// <summary>So many letters in a row of a secret would be of use to somebody.</summary>
    private const int Trace = 10;

    private static readonly OutgoingDoor Door = new(SecretFinder.Standard);

    public static TheoryData<string> Kinds => [.. PlantedSecrets.Keys.Select(one => one.Kind)];

    public static TheoryData<string> NamedKinds => [.. PlantedSecrets.Named.Select(one => one.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_is_hidden_at_every_place(string kind)
    {
        var random = new Random(Seed);
        var make = PlantedSecrets.Keys.Single(one => one.Kind == kind).Make;
        var left = new List<string>();
        for (var round = 0; round < 5; round++)
            foreach (var (place, write) in PlantedSecrets.Places)
            {
                var secret = make(random);
                left.AddRange(Left(secret, write(secret)).Select(shown => $"{place}: {shown}"));
            }

        Assert.True(left.Count == 0, string.Join('\n', left));
    }

    [Theory]
    [MemberData(nameof(NamedKinds))]
    public void A_value_is_hidden_by_what_is_around_it(string kind)
    {
        var random = new Random(Seed);
        var (_, make, write) = PlantedSecrets.Named.Single(one => one.Kind == kind);
        var left = new List<string>();
        for (var round = 0; round < 20; round++)
        {
            var secret = make(random);
            left.AddRange(Left(secret, write(secret)));
            left.AddRange(Left(secret, $"$ cat .env\n{write(secret)}\nok"));
            left.AddRange(Left(secret, JsonTexts.Quote(write(secret))));
            left.AddRange(Left(secret, "echo " + Convert.ToBase64String(Encoding.ASCII.GetBytes(write(secret)))));
        }

        Assert.True(left.Count == 0, string.Join('\n', left));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_that_was_broken_into_lines_is_hidden(string kind)
    {
        var random = new Random(Seed);
        var make = PlantedSecrets.Keys.Single(one => one.Kind == kind).Make;
        foreach (var line in (string[])["\n", "\r\n", "\\\n", "\n    ", "\" +\n  \""])
        {
            var secret = make(random);
            var at = Math.Max(secret.Length / 2, 12);
            var text = $"the key is {secret[..at]}{line}{secret[at..]} as it was";

            Assert.DoesNotContain(secret[..at], Door.Replace(text), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_that_was_streamed_in_pieces_is_hidden(string kind)
    {
        var secret = PlantedSecrets.Keys.Single(one => one.Kind == kind).Make(new Random(Seed));
        var (first, second) = ($"the key is {secret[..(secret.Length / 3)]}", $"{secret[(secret.Length / 3)..]} as it was");

        foreach (
            var session in (Session[])
                [
                    Some.Session(Some.TextDelta(first), Some.TextDelta(second)),
                    Some.Session(Some.TextDelta(first), Some.TextDelta(second), Some.Text(first + second)),
                    Some.Session(Some.Text(first), Some.Text(second)),
                ]
        )
        {
            var shown = Door.Show(session).Session;
            var text = string.Concat(shown.Events.OfType<ContentEvent>().Select(one => one.Content));
            Assert.Empty(TracesOf(secret, text));
            Assert.Contains("as it was", text, StringComparison.Ordinal);
        }
    }

    /// <summary>What is left of a secret in a text, as the content of an event, as arguments and as a result.</summary>
    private static IEnumerable<string> Left(string secret, string text)
    {
        foreach (
            var json in (string[])
                [
                    $$"""{"type":"text","content":{{JsonTexts.Quote(text)}}}""",
                    $$$"""{"type":"tool_call","call_id":"1","name":"run","arguments":{"command":{{{JsonTexts.Quote(text)}}}}}""",
                    $$$"""{"type":"tool_result","call_id":"1","name":"run","result":[{"output":{{{JsonTexts.Quote(text, escapeEach: 3)}}}}]}""",
                ]
        )
        {
            var shown = new RawJson(Door.Replace(new RawJson(Encoding.UTF8.GetBytes(json))).Utf8);
            var all = string.Join('\n', Strings(shown));
            foreach (var trace in TracesOf(secret, all).Take(1))
                yield return $"{trace} of {text} in {all}";
        }
    }

    private static IEnumerable<string> TracesOf(string secret, string text)
    {
        for (var at = 0; at + Trace <= secret.Length; at++)
            if (text.Contains(secret.Substring(at, Trace), StringComparison.Ordinal))
                yield return secret.Substring(at, Trace);
    }

    private static IEnumerable<string> Strings(RawJson json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json.Utf8);
        var texts = new List<string>();
        Add(document.RootElement);
        return texts;

        void Add(System.Text.Json.JsonElement value)
        {
            if (value.ValueKind == System.Text.Json.JsonValueKind.String)
                texts.Add(value.GetString()!);
            else if (value.ValueKind == System.Text.Json.JsonValueKind.Object)
                foreach (var property in value.EnumerateObject())
                    Add(property.Value);
            else if (value.ValueKind == System.Text.Json.JsonValueKind.Array)
                foreach (var item in value.EnumerateArray())
                    Add(item);
        }
    }
}
