using System.Diagnostics;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Condensing;
using ChatSessions.Messages;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Reviewing;
using ChatSessions.ToolCalls;

namespace Fuzzing;

/// <summary>Everything that is made of a session: each form is complete JSON or text, whatever the session holds.</summary>
internal static class DerivedForms
{
    private static readonly OutgoingDoor Door = new(SecretFinder.Standard);
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = 100_000 };

    public static void Check(Session session, CancellationToken cancellationToken)
    {
        var shown = Door.Show(session);
        var condenser = new Condenser(shown);
        foreach (
            var options in (CondenseOptions[])[new() { MaxTokens = 500 }, new() { MaxTokens = 25_000 }, new() { Focus = "error lamp" }]
        )
        {
            var (text, json) = condenser.CondenseBoth(options, cancellationToken);
            CheckText(text.ToText());
            CheckJson(json.ToJson().GetRawText());
        }
        SessionStatistics.Count(shown.Session);
        CheckEvents(shown);
        var review = SessionReview.Of(shown, cancellationToken);
        SessionComparison.Of(shown, review.Shown, cancellationToken);
        CheckCalls(shown, cancellationToken);
        CheckJson(OutgoingText.ShowJson(shown.Session.ToChatMessagesJson()));
        CheckJson(OutgoingText.ShowJson(shown.Session.ToOpenAiMessagesJson()));
        CheckJson(shown.Session.Json.ToString());
    }

    private static void CheckEvents(ShownSession shown)
    {
        var events = shown.Session.Events.Length;
        if (events == 0)
            return;
        for (var position = 0; position < events; position++)
            CheckJson(shown[position].Text());
        var all = EventRange.Parse($"0-{events - 1}");
        foreach (var budget in (int[])[500, 5_000])
        {
            var (range, offset) = (all, 0);
            // Each page shows at least one character, so there are fewer pages than characters.
            for (var pages = 0L; ; pages++)
            {
                var page = EventPages.Read(shown, range, offset, budget, notes: null);
                CheckText(page.ToText());
                if (page is not { NextEvents: { } next, NextOffset: { } nextOffset } || budget == 500 && pages > 20)
                    break;
                if (pages > shown.Characters)
                    throw new UnreachableException("The pages of events do not end.");
                (range, offset) = (EventRange.Parse(next), nextOffset);
            }
        }
    }

    private static void CheckCalls(ShownSession shown, CancellationToken cancellationToken)
    {
        foreach (var order in Enum.GetValues<CallOrder>())
        {
            var query = new CallQuery { Order = order, Matching = CallPattern.Parse("/e.*l/") };
            FoundCalls.Find(shown, query, TimeProvider.System, cancellationToken).Nothing(TimeProvider.System, cancellationToken);
        }
        var found = FoundCalls.Find(shown, new(), TimeProvider.System, cancellationToken);
        foreach (var facts in found.All)
        {
            var call = new ShownCall(shown, facts);
            foreach (var characters in (int[])[0, 7, 100, 10_000])
            {
                foreach (var argument in call.ArgumentsWithin(characters))
                    CheckText(argument.Text);
                if (call.ResultWithin(characters) is { } result)
                    CheckText(result.Text);
            }
            if (call.Arguments is { } arguments)
                CheckJson(arguments.GetRawText());
        }
        if (found.Matching.Length > 1 && CallCursor.Read(CallCursor.After(1, found), found) != 1)
            throw new UnreachableException("A cursor does not lead back to its place.");
    }

    private static void CheckJson(string json)
    {
        CheckText(json);
        using var document = JsonDocument.Parse(json, AnyDepth);
    }

    /// <summary>What leaves must be valid UTF-16, since it is sent as UTF-8.</summary>
    private static void CheckText(string text)
    {
        for (var at = 0; at < text.Length; at++)
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                at++;
            else if (char.IsSurrogate(text[at]))
                throw new UnreachableException($"Half a character at {at}: {text[Math.Max(0, at - 60)..at]}");
    }
}
