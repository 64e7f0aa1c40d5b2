using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Tests;

namespace Fuzzing;

/// <summary>The door that replaces secrets in JSON: the JSON stays valid, nothing but secrets changes, and places map to places.</summary>
internal sealed class DoorTarget() : FuzzTarget("door")
{
    private static readonly OutgoingDoor Door = new(SecretFinder.Standard);
    private static readonly string[] Names =
    [
        "password",
        "authorization",
        "content",
        "token",
        "x",
        "api_key",
        "\\u0061pi_key",
        "a\\\"b",
        "",
        "\\ud800",
    ];

    public override int InputsInTests => 200;

    public override byte[] Make(Random random)
    {
        string[] texts = [.. Enumerable.Range(0, 6).Select(_ => JsonTexts.Quote(SecretTexts.Make(random), random.Next(1, 30))[1..^1])];
        string[] names = random.Next(4) == 0 ? [.. Names, texts[0]] : Names;
        return Encoding.UTF8.GetBytes(OddJson.Object(random, names, texts, depth: 4));
    }

    public override Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var recorded = RawJson.Parse(input);
        var replaced = Door.Replace(recorded);
        var name = default(string);
        CheckSame(recorded, RawJson.Parse(replaced.Utf8), ref name);
        CheckPlaces(input, replaced);
        return Task.CompletedTask;
    }

    /// <summary>
    /// A string becomes what the door makes of it alone; all else stays. A name is that of a string, or of the strings of an array up to an
    /// object in it.
    /// </summary>
    private static void CheckSame(RawJson recorded, RawJson shown, ref string? name)
    {
        if (recorded.Kind != shown.Kind)
            throw new UnreachableException($"{recorded} became {shown}");
        if (recorded.Kind == JsonValueKind.Object)
        {
            if (recorded.Properties().Count != shown.Properties().Count)
                throw new UnreachableException($"{recorded} became {shown}");
            foreach (var (before, after) in recorded.Properties().Zip(shown.Properties()))
            {
                CheckText(before.Key, null, after.Key);
                name = before.Key;
                CheckSame(before.Value, after.Value, ref name);
            }
            name = null;
        }
        else if (recorded.Kind == JsonValueKind.Array)
        {
            if (recorded.Items().Count != shown.Items().Count)
                throw new UnreachableException($"{recorded} became {shown}");
            var previous = "";
            foreach (var (before, after) in recorded.Items().Zip(shown.Items()))
            {
                var text = before.Kind == JsonValueKind.String ? before.AsString()! : "";
                // The argument after a flag.
                if (text.Length > 0 && previous.StartsWith('-'))
                    CheckText(text, previous.TrimStart('-'), after.AsString()!);
                else
                    CheckSame(before, after, ref name);
                previous = text;
            }
        }
        else if (recorded.Kind == JsonValueKind.String)
            CheckText(recorded.AsString()!, name, shown.AsString()!);
        else if (!recorded.Utf8.Span.SequenceEqual(shown.Utf8.Span))
            throw new UnreachableException($"{recorded} became {shown}");
    }

    private static void CheckText(string recorded, string? name, string shown)
    {
        var expected = Door.Replace(recorded, name);
        if (shown != expected)
            throw new UnreachableException($"'{recorded}' under '{name}' became '{shown}', but alone it is '{expected}'");
    }

    /// <summary>A byte that is not replaced is the same on both sides, and places keep their order.</summary>
    private static void CheckPlaces(byte[] recorded, ReplacedText replaced)
    {
        var shown = replaced.Utf8.Span;
        var last = 0;
        for (var at = 0; at < recorded.Length; at++)
        {
            var there = replaced.Shown(at);
            if (there < last || there > shown.Length)
                throw new UnreachableException($"Byte {at} is shown at {there}, the one before at {last}.");
            if (replaced.Recorded(there) == at && there < shown.Length && shown[there] != recorded[at] && shown[there] != '[')
                throw new UnreachableException($"Byte {at} is not the same at {there}.");
            last = there;
        }
        if (replaced.Shown(recorded.Length) != shown.Length || replaced.Recorded(shown.Length) != recorded.Length)
            throw new UnreachableException("The ends do not map to each other.");
    }
}
