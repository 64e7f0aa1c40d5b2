using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Tokens;

namespace ChatSessions.Condensing;

/// <summary>
/// Events exactly as recorded, as many as fit into a budget. A long event comes in pages. Joined in order of their offsets, the pages are
/// the event's complete JSON.
/// </summary>
public sealed record EventPages
{
    /// <summary>Enough for any escape.</summary>
    private const int ShortestPage = Escapes.Longest;

    private const int ShortId = 64;

    public required string SessionId { get; init; }

    public required ImmutableArray<EventPage> Pages { get; init; }

    [Description("To read on")]
    public string? NextEvents { get; init; }

    public int? NextOffset { get; init; }

    public string? Notes { get; init; }

    /// <summary>Reads events, starting at an offset in the first of them.</summary>
    /// <param name="offset">In characters of the first event's JSON, as in the pages.</param>
    /// <param name="maxTokens">The most that each form of the answer may cost, in o200k_base tokens.</param>
    /// <exception cref="ChatSessionException">The session has no such events, or the offset is past the end of the first one.</exception>
    public static EventPages Read(ShownSession session, EventRange events, int offset, int maxTokens, string? notes)
    {
        var (first, last) = events.In(session.Session);
        var length = session[first].Length;
        if (offset >= length)
            throw new ChatSessionException(
                ChatSessionError.NotFound,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Invalid offset {offset}: event #{first} has {length} characters, so use 0 to {length - 1}."
                )
            );
        var whole = Cost.Budget(maxTokens);
        // Reserves room for the longest possible text after the pages.
        var empty = new EventPages
        {
            SessionId = ShownId(session.Session.Summary.SessionId, maxTokens / 4),
            Pages = [],
            NextEvents = $"{last}-{last}",
            NextOffset = int.MaxValue,
            Notes = notes,
        };
        for (var limit = whole; ; )
        {
            // The cost is a sum over pages. Tokens that join across two pages can make it wrong by a few.
            var answer = Fill(empty, session, (first, last), offset, limit);
            var excess = answer.Costs().Over(whole);
            if (excess is { Tokens: <= 0, Characters: <= 0 } || answer.Pages is [{ Json.Length: <= ShortestPage }])
                return answer;
            limit -= new Cost(Math.Max(1, excess.Tokens), Math.Max(0, excess.Characters));
        }
    }

    private static EventPages Fill(EventPages empty, ShownSession session, (int First, int Last) events, int offset, Cost limit)
    {
        var frame = empty.Costs();
        var spent = frame;
        var pages = ImmutableArray.CreateBuilder<EventPage>();
        for (var position = events.First; position <= events.Last; position++)
        {
            var json = session[position];
            // No offset from an earlier answer is inside a surrogate pair or an escape, but a caller can pass any.
            offset = json.CutAt(offset);
            // Reads no more of the rest than could fit.
            var rest = new EventPage(position, offset, json.Length, json.Text(offset, Math.Max(limit.Characters, 0) + 2 * Escapes.Longest));
            var page = Cut(rest, LongestFitting(rest));
            var isWhole = offset + page.Json.Length == json.Length;
            // An event that does not fit completely waits for the next answer.
            if (!isWhole && pages.Count > 0)
                return Ended(position, 0);
            pages.Add(page);
            if (!isWhole)
                return Ended(position, offset + page.Json.Length);
            spent += CostsOf(page);
            offset = 0;
        }
        return empty with { Pages = pages.DrainToImmutable(), NextEvents = null, NextOffset = null };

        EventPages Ended(int next, int nextOffset) =>
            empty with
            {
                Pages = pages.DrainToImmutable(),
                NextEvents = next == events.Last ? $"{next}" : $"{next}-{events.Last}",
                NextOffset = nextOffset,
            };

        int LongestFitting(EventPage page)
        {
            var (fitting, tooMany) = (0, Math.Min(page.Json.Length, Math.Max(0, limit.Characters)) + 1);
            if (Holds(tooMany - 1))
                return tooMany - 1;
            while (tooMany - fitting > 1)
            {
                var middle = (fitting + tooMany) / 2;
                (fitting, tooMany) = Holds(middle) ? (middle, tooMany) : (fitting, middle);
            }
            return fitting;

            bool Holds(int length) => (spent + CostsOf(Cut(page, length))).FitsIn(limit);
        }

        PagesCosts CostsOf(EventPage page) => (empty with { Pages = [page] }).Costs() - frame;
    }

    /// <summary>The caller knows the id, so it is shortened if it would leave the events no room.</summary>
    private static string ShownId(string id, int maxTokens)
    {
        var shown = OutgoingText.ShowName(id);
        return TokenCounter.CountUpTo(shown, maxTokens) <= maxTokens ? shown : OutgoingText.ShowLine(id, ShortId) ?? "";
    }

    /// <summary>
    /// The first characters of a page, with no pair or escape torn apart. Never empty, so that reading always makes progress.
    /// </summary>
    private static EventPage Cut(EventPage page, int length)
    {
        length = Math.Clamp(length, Math.Min(ShortestPage, page.Json.Length), page.Json.Length);
        return page with { Json = page.Json[..ShownEvent.CutAt(page.Json, length)] };
    }

    public string ToText()
    {
        var text = new StringBuilder("Session: ").Append(SessionId).Append('\n');
        if (Notes is not null)
            text.Append("Notes: ").Append(Notes).Append('\n');
        text.Append(NextEvents is null ? "Next: nothing, this is the end\n" : $"Next: events=\"{NextEvents}\", offset={NextOffset}\n");
        foreach (var page in Pages)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n#{page.Event}");
            if (page.Json.Length < page.Characters)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $" characters {page.Offset}–{page.Offset + page.Json.Length} of {page.Characters}"
                );
            text.Append('\n');
            // A page may begin inside a text. Recorded text never stands at the margin, where only the server writes.
            if (page.Offset > 0 && page.Json is [var first, ..] && !char.IsWhiteSpace(first))
                text.Append(' ');
            text.Append(page.Json).Append('\n');
        }
        return text.ToString();
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, CondensingJson.Unescaped.EventPages);

    private PagesCosts Costs() => new(Cost.Count(ToText()), Cost.Count(ToJson()));

    /// <summary>The cost of both forms. Each must fit into the budget.</summary>
    private readonly record struct PagesCosts(Cost Text, Cost Json)
    {
        public static PagesCosts operator +(PagesCosts left, PagesCosts right) => new(left.Text + right.Text, left.Json + right.Json);

        public static PagesCosts operator -(PagesCosts left, PagesCosts right) => new(left.Text - right.Text, left.Json - right.Json);

        public bool FitsIn(Cost limit) => Text.FitsIn(limit) && Json.FitsIn(limit);

        /// <summary>By how much the more expensive form exceeds a limit; negative if it does not.</summary>
        public Cost Over(Cost limit) =>
            new(Math.Max(Text.Tokens, Json.Tokens) - limit.Tokens, Math.Max(Text.Characters, Json.Characters) - limit.Characters);
    }
}

/// <summary>An event's JSON, or a part of it.</summary>
/// <param name="Event">The event's position.</param>
/// <param name="Offset">Where the part begins in the event's JSON, in characters.</param>
/// <param name="Characters">The length of the event's whole JSON, in characters.</param>
/// <param name="Json">The part. Hidden characters are JSON escapes.</param>
public sealed record EventPage(
    int Event,
    int Offset,
    [property: Description("of the whole event")] int Characters,
    [property: Description("from offset")] string Json
);
