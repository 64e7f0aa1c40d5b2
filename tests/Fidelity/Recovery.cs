using System.Text;
using System.Text.RegularExpressions;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>
/// Whether what an answer leaves out can be had: by the pages of <c>read_chat_events</c>, and in the resource of an event, whose JSON is
/// <see cref="OutgoingText.ShowJson(RawJson)"/>.
/// </summary>
internal static partial class Recovery
{
    /// <summary>What is wrong with a cut's address: it does not lead to exactly what is left out. Null where it does.</summary>
    public static string? ProblemOf(Session session, FoundCut found)
    {
        var cut = found.Cut;
        var whole = Enumerable
            .Range(cut.First, cut.Last - cut.First + 1)
            .Select(at => OutgoingText.ShowJson(session.Events[at].Json))
            .ToList();
        if (!Holds([whole[0][cut.Offset..], .. whole[1..]], whole, found))
            return $"'{cut.Marker}': the resource does not hold what is left out";
        var read = new List<StringBuilder>();
        // A long text is not looked at again after each of its pages.
        var enough = cut.Count;
        foreach (var page in Pages(session, cut.Events, cut.Offset, CondenseOptions.DefaultMaxTokens))
        {
            while (read.Count <= page.Event - cut.First)
                read.Add(new());
            read[page.Event - cut.First].Append(page.Json);
            if (read.Sum(json => json.Length) < enough)
                continue;
            if (Holds(Joined(), whole, found))
                return null;
            enough *= 2;
        }
        return Holds(Joined(), whole, found) ? null : $"'{cut.Marker}': the pages do not hold what is left out";

        List<string> Joined() => read.ConvertAll(json => json.ToString());
    }

    /// <summary>What is wrong with the pages of a whole session: they do not join to each event as it was recorded.</summary>
    public static IEnumerable<string> ProblemsOfPages(Session session, int maxTokens)
    {
        if (session.Events.IsEmpty)
            yield break;
        var read = session.Events.Select(_ => new StringBuilder()).ToList();
        foreach (var page in Pages(session, $"0-{session.Events.Length - 1}", 0, maxTokens))
        {
            if (page.Offset != read[page.Event].Length)
                yield return $"a page of #{page.Event} begins at {page.Offset}, and the one before ends at {read[page.Event].Length}";
            read[page.Event].Append(page.Json);
        }
        for (var position = 0; position < read.Count; position++)
            if (!IsSame(read[position].ToString(), session.Events[position].Json.ToString()))
                yield return $"the pages of #{position} do not join to it";
    }

    /// <summary>All pages, as a reader gets them who asks for what each answer names next.</summary>
    private static IEnumerable<EventPage> Pages(Session session, string events, int offset, int maxTokens)
    {
        for (var next = (Events: events, Offset: offset); ; )
        {
            var answer = EventPages.Read(
                Answer.Door.Show(session),
                EventRange.Parse(next.Events),
                next.Offset,
                maxTokens,
                OutgoingText.DataNotice
            );
            foreach (var page in answer.Pages)
                yield return page;
            if (answer.NextEvents is not { } more)
                yield break;
            next = (more, answer.NextOffset ?? 0);
        }
    }

    /// <summary>Byte for byte, hidden characters aside: these come as the escapes that mean them.</summary>
    private static bool IsSame(string joined, string recorded) =>
        joined == recorded
        || (joined == OutgoingText.ShowJson(recorded) && RecordedJson.Unshown(recorded, joined, joined.Length) == recorded.Length);

    /// <summary>
    /// Whether a reader finds what is left out, so many characters as the marker says: in the JSON of the first event from the offset on,
    /// and in that of the following.
    /// </summary>
    private static bool Holds(List<string> read, List<string> whole, FoundCut found)
    {
        var offset = found.Cut.Offset;
        if (found.Place.IsJson)
            return Unescape(RecordedJson.Compact(read[0], RecordedJson.IsInString(whole[0], offset)))
                .StartsWith(Unescape(found.Omitted), StringComparison.Ordinal);
        var text = new StringBuilder(RecordedJson.Unquote(read[0], 0));
        foreach (var (json, _) in read.Zip(whole).Skip(1).TakeWhile(pair => pair.First.Length == pair.Second.Length))
            text.Append(new RawJson(Encoding.UTF8.GetBytes(json)).Property("content").AsString());
        return text.ToString().StartsWith(found.Omitted, StringComparison.Ordinal);
    }

    /// <summary>JSON with its characters as they are: hidden ones come as escapes.</summary>
    private static string Unescape(string json) =>
        EscapePattern()
            .Replace(
                json,
                escape => escape.Groups["code"] is { Success: true, Value: var code } ? $"{(char)Convert.ToInt32(code, 16)}" : escape.Value
            );

    [GeneratedRegex(@"\\(u(?<code>[0-9A-Fa-f]{4})|.)")]
    private static partial Regex EscapePattern();
}
