using System.Globalization;
using System.Text.RegularExpressions;
using ChatSessions.Redaction;

namespace ChatSessions.Tests.Condensing;

/// <summary>A cut that a transcript tells: what of a recorded text is shown before and behind it.</summary>
/// <param name="Before">The transcript's text before the marker, as it was recorded (not indented).</param>
/// <param name="Behind">What stands behind the marker.</param>
internal sealed record Cut(string Address, string Before, string Behind, int Count, int First, int Last, int Offset)
{
    /// <summary>All the text cuts of a transcript of one session.</summary>
    public static List<Cut> In(IEnumerable<string> transcript) =>
        [
            .. from entry in transcript.Select(entry => entry.Replace("\n ", "\n", StringComparison.Ordinal))
            from Match marker in CutPatterns.Text().Matches(entry)
            select new Cut(
                marker.Groups["address"].Value,
                entry[..marker.Index],
                entry[(marker.Index + marker.Length)..],
                int.Parse(marker.Groups["count"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture),
                Number(marker, "first"),
                marker.Groups["last"].Success ? Number(marker, "last") : Number(marker, "first"),
                Number(marker, "offset")
            ),
        ];

    /// <summary>The recorded text that the cut is in: what stands in it before the address, and from the address on.</summary>
    public (string Before, string From) Recorded(Session session)
    {
        var json = OutgoingText.ShowJson(session.Events[First].Json);
        var start = JsonTexts.StartOfStringAt(json, Offset);
        var whole = JsonTexts.UnquoteFrom(json, start);
        var rest = JsonTexts.UnquoteFrom(json, Offset);
        var before = whole[..^rest.Length];
        for (var position = First; IsDelta(session, First) && position > 0 && IsDelta(session, position - 1); )
            before = session.Events[--position].Json.Property("content").AsString() + before;
        for (var position = First + 1; position <= Last; position++)
            rest += session.Events[position].Json.Property("content").AsString();
        return (before, rest);
    }

    /// <summary>What tells the recorded text from others: the step, and the place of the string in the event's JSON.</summary>
    public (int, int, int) Identity(Session session) =>
        IsDelta(session, First)
            ? (session.Steps.Last(step => step.Position <= First).Position, 0, 0)
            : (session.Steps.Last(step => step.Position <= First).Position, First, Start(session));

    /// <summary>False in JSON that is shown as JSON.</summary>
    public bool IsInString(Session session) =>
        session.Events[First] is not UnknownEvent && Start(session) >= 0 && !Before.Contains("\":", StringComparison.Ordinal);

    /// <summary>How much is shown before the marker.</summary>
    public int Head(Session session) => Start(session) < 0 ? Offset : Recorded(session).Before.Length;

    private int Start(Session session) => JsonTexts.StartOfStringAt(OutgoingText.ShowJson(session.Events[First].Json), Offset);

    private static bool IsDelta(Session session, int position) => session.Events[position] is TextDeltaEvent or ThinkingDeltaEvent;

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
}

internal static partial class CutPatterns
{
    [GeneratedRegex(
        @"…\[\+(?<count>[\d,]+) characters, (?<address>#(?<first>\d+)(-(?<last>\d+))? from (?<offset>\d+))(: (?<note>[^\]]*))?\]"
    )]
    public static partial Regex Text();

    [GeneratedRegex(@"^…\[\+(?<count>[\d,]+) events?, #(?<first>\d+)(–#(?<last>\d+))?: (?<kinds>.*)\]$")]
    public static partial Regex Events();

    [GeneratedRegex(@"^…\[\+(?<count>[\d,]+) events?: (?<kinds>.*)\]$")]
    public static partial Regex List();

    [GeneratedRegex(@"^#(?<first>\d+)(–#(?<last>\d+))? ")]
    public static partial Regex Label();
}
