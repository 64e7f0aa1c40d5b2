using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatSessions.Redaction;

namespace ChatSessions.Condensing;

/// <summary>
/// Events exactly as recorded, as many as a budget holds. A long event comes in pages: joined in the order of their offsets, they are
/// the event's JSON to the last character.
/// </summary>
public sealed record EventPages
{
    public required string SessionId { get; init; }

    public required ImmutableArray<EventPage> Pages { get; init; }

    [Description("What to ask for to read on; absent at the end")]
    public string? NextEvents { get; init; }

    public int? NextOffset { get; init; }

    public string? Notes { get; init; }

    /// <summary>Reads events from an offset in the first of them on.</summary>
    /// <param name="offset">In characters of the first event's JSON, as pages have it.</param>
    /// <param name="maxTokens">The most that each form of the answer may cost, in o200k_base tokens.</param>
    /// <exception cref="ChatSessionException">The session has no such events, or the offset lies behind the first one's end.</exception>
    public static EventPages Read(Session session, EventRange events, int offset, int maxTokens, string? notes)
    {
        var (first, last) = events.In(session);
        var answer = new EventPages
        {
            SessionId = OutgoingText.Show(session.Summary.SessionId),
            Pages = [],
            NextEvents = $"{last}-{last}",
            NextOffset = int.MaxValue,
            Notes = notes,
        };
        var limit = new Cost(maxTokens, maxTokens * CondenseOptions.CharactersPerToken);
        var left = limit - Dearest(answer);
        var pages = ImmutableArray.CreateBuilder<EventPage>();
        var (next, nextOffset) = (-1, 0);
        for (var position = first; position <= last && next < 0; position++)
        {
            var json = OutgoingText.ShowJson(session.Events[position].Json);
            if (offset > json.Length || (offset == json.Length && offset > 0))
                throw new ChatSessionException(
                    ChatSessionError.NotFound,
                    $"offset {offset}: event #{position} has {json.Length} characters, counted from 0."
                );
            var page = Fit(new EventPage(position, offset, json.Length, json[offset..]), left, mustHoldSome: pages.Count == 0);
            if (page is not null)
            {
                pages.Add(page);
                left -= Dearest(answer with { Pages = [page] }) - Dearest(answer);
            }
            var end = page is null ? 0 : page.Offset + page.Json.Length;
            if (end < json.Length)
                (next, nextOffset) = (position, end);
            offset = 0;
        }
        return answer with
        {
            Pages = pages.DrainToImmutable(),
            NextEvents =
                next < 0 ? null
                : next == last ? $"{last}"
                : $"{next}-{last}",
            NextOffset = next < 0 ? null : nextOffset,
        };

        EventPage? Fit(EventPage whole, Cost left, bool mustHoldSome)
        {
            var (fitting, tooMany) = (0, Math.Min(whole.Json.Length, limit.Characters) + 1);
            if (Holds(tooMany - 1))
                fitting = tooMany - 1;
            while (tooMany - fitting > 1)
            {
                var middle = (fitting + tooMany) / 2;
                (fitting, tooMany) = Holds(middle) ? (middle, tooMany) : (fitting, middle);
            }
            // An event that would only be begun waits for the next page.
            if (fitting < whole.Json.Length && !mustHoldSome)
                return null;
            return Cut(Math.Max(fitting, Math.Min(whole.Json.Length, 2)));

            bool Holds(int length) => (Dearest(answer with { Pages = [Cut(length)] }) - Dearest(answer)).FitsIn(left);

            EventPage Cut(int length)
            {
                var isInsidePair = length < whole.Json.Length && length > 1 && char.IsHighSurrogate(whole.Json[length - 1]);
                return whole with { Json = whole.Json[..(isInsidePair ? length - 1 : length)] };
            }
        }
    }

    /// <summary>The answer as text.</summary>
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
            text.Append('\n').Append(page.Json).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The answer as JSON.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, CondensingJson.Unescaped.EventPages);

    private static Cost Dearest(EventPages answer)
    {
        var text = Cost.Of(answer.ToText());
        var json = Cost.Of(answer.ToJson());
        return new(Math.Max(text.Tokens, json.Tokens), Math.Max(text.Characters, json.Characters));
    }
}

/// <summary>An event's JSON, or a part of it.</summary>
/// <param name="Event">The event's position.</param>
/// <param name="Offset">Where the part begins in the event's JSON, in characters.</param>
/// <param name="Characters">How many characters the event's whole JSON has.</param>
/// <param name="Json">The part. Hidden characters are written as JSON escapes.</param>
public sealed record EventPage(
    int Event,
    int Offset,
    [property: Description("Of the whole event's JSON")] int Characters,
    [property: Description("JSON as recorded, from offset")] string Json
);
