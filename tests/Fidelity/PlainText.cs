using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Tokens;

namespace Fidelity;

/// <summary>
/// A session as plain text, cut into a budget in the two simplest ways. A condenser that holds less than these is not worth its code.
/// </summary>
internal static class PlainText
{
    /// <summary>Looser than the limit of an answer, so that it is hardly ever what decides.</summary>
    private const int CharactersPerToken = 6;

    /// <summary>Beginning and end of the whole session, equally long.</summary>
    public static string Ends(Session session, int budget)
    {
        var text = string.Join('\n', Of(session));
        return Fits(text, budget) ? text : Cut(Largest(2, text.Length, length => FitsBoth(Cut(length), budget)));

        string Cut(int length) => $"{text[..(length / 2)]}\n…[{text.Length - length} characters cut]…\n{text[^(length - length / 2)..]}";
    }

    /// <summary>Every event, each cut to the same length. If even that is too much, the text ends early.</summary>
    public static string Strings(Session session, int budget)
    {
        var texts = Of(session).ToList();
        var all = Cut(int.MaxValue);
        if (Fits(all, budget))
            return all;
        var cut = Cut(Largest(8, texts.Max(text => text.Length), length => FitsBoth(Cut(length), budget)));
        return Fits(cut, budget) ? cut : cut[..Largest(0, cut.Length, length => Fits(cut[..length], budget))];

        string Cut(int length) =>
            string.Join('\n', texts.Select(text => text.Length <= length ? text : $"{text[..length]}…[+{text.Length - length}]"));
    }

    /// <summary>Each event as a text.</summary>
    private static IEnumerable<string> Of(Session session) =>
        session.Events.Select(one =>
            $"#{one.Position} "
            + one switch
            {
                ToolCallEvent call => $"{call.Name}: {Fields(call.Arguments)}",
                ToolResultEvent result => $"result: {Fields(result.Result)}",
                ContentEvent content => $"{Kind(content)}: {content.Content}",
                StopEvent stop => $"stop: {RecordedJson.Compact(stop.Json.ToString())}",
                _ => $"unknown: {RecordedJson.Compact(one.Json.ToString())}",
            }
        );

    private static string Kind(ContentEvent one) => one.Json.Property("type").AsString() ?? "text";

    private static string Fields(RawJson value) =>
        value.Kind == JsonValueKind.Object
            ? string.Join('\n', value.Properties().Select(property => $"{property.Key}: {Text(property.Value)}"))
            : Text(value);

    private static string Text(RawJson value) => value.AsString() ?? RecordedJson.Compact(value.ToString());

    private static bool FitsBoth(string text, int budget) => text.Length <= budget * CharactersPerToken && Fits(text, budget);

    private static bool Fits(string text, int budget) => TokenCounter.CountUpTo(text, budget) <= budget;

    /// <summary>The largest number from <paramref name="low"/> to below <paramref name="high"/> that fits; the lowest is not tried.</summary>
    private static int Largest(int low, int high, Func<int, bool> fits)
    {
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = fits(middle) ? (middle, high) : (low, middle);
        }
        return low;
    }
}
