using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.ToolCalls;

/// <summary>Says which calls of a session a query asks for.</summary>
internal sealed class CallFilter
{
    private readonly CallQuery query;
    private readonly string? tool;
    private readonly StringComparison ofTools;
    private readonly (int First, int Last)? events;
    private readonly (int First, int Last)? turns;
    private readonly Func<TimeSpan> remaining;

    /// <param name="all">All calls of the session, to see whether a tool's name is written exactly.</param>
    /// <exception cref="ChatSessionException">The session has no such turns or events.</exception>
    public CallFilter(Session session, ImmutableArray<CallFacts> all, CallQuery query, TimeProvider time)
    {
        this.query = query;
        events = query.Events?.In(session);
        turns = query.Turns?.In(session);
        var isExact = query.Tool is null || all.Any(call => call.Use.Name == query.Tool);
        ofTools = isExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        tool = isExact || query.Tool != CalledTool.NoName ? query.Tool : "";
        var start = time.GetTimestamp();
        remaining = () => CallPattern.TimeLimit - time.GetElapsedTime(start);
    }

    /// <summary>The calls that pass, in their order.</summary>
    /// <exception cref="ChatSessionException">The expression takes too long.</exception>
    public ImmutableArray<CallFacts> In(ImmutableArray<CallFacts> calls, CancellationToken cancellationToken)
    {
        var passed = ImmutableArray.CreateBuilder<CallFacts>();
        foreach (var call in calls)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Passes(call))
                passed.Add(call);
        }
        return passed.DrainToImmutable();
    }

    private bool Passes(CallFacts call) =>
        (tool is null || call.Use.Name.Equals(tool, ofTools))
        && (query.Outcome is null || call.Use.Outcome.Kind == query.Outcome)
        && (turns is not { } range || (call.Turn >= range.First && call.Turn <= range.Last))
        && (events is null || IsAmongEvents(call.Use.Call) || IsAmongEvents(call.Use.Result))
        && (query.Matching is null || query.Matching.IsMatch(TextsOf(call), remaining));

    private bool IsAmongEvents(SessionEvent? one) =>
        one is not null && one.Position >= events!.Value.First && one.Position <= events.Value.Last;

    /// <summary>Everything that is searched: the tool's name, the names and values of arguments, the result.</summary>
    private static List<string> TextsOf(CallFacts call)
    {
        var texts = new List<string> { call.Use.Name };
        if (call.Use.Call is { } made)
        {
            var arguments = made.Arguments.Properties();
            foreach (var argument in arguments)
            {
                texts.Add(argument.Key);
                texts.Add(TextOf(argument.Value));
            }
            if (arguments.Count == 0)
                texts.Add(TextOf(made.Arguments));
        }
        texts.Add(TextOf(call.ResultText));
        foreach (var field in call.OtherFields)
            texts.Add(TextOf(field.Value));
        return texts;
    }

    private static string TextOf(RawJson value) => value.AsString() ?? RecordedText.Compact(value);
}
