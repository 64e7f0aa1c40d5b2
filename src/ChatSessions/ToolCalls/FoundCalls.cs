using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.ToolCalls;

/// <summary>The tool calls of a session that a query asks for, and how many there are of which kind.</summary>
public sealed class FoundCalls
{
    private FoundCalls(ShownSession session, CallQuery query, ImmutableArray<CallFacts> all, ImmutableArray<CallFacts> matching)
    {
        (Session, Query, All, Matching) = (session, query, all, matching);
        Tools = CalledTool.Count(matching);
    }

    public ShownSession Session { get; }

    public CallQuery Query { get; }

    /// <summary>All calls of the session, and results without a call, as they were recorded.</summary>
    public ImmutableArray<CallFacts> All { get; }

    /// <summary>Those that the query asks for, in its order.</summary>
    public ImmutableArray<CallFacts> Matching { get; }

    /// <summary>The tools of the matching calls, most called first.</summary>
    public ImmutableArray<CalledTool> Tools { get; }

    /// <summary>Finds the calls that a query asks for.</summary>
    /// <exception cref="ChatSessionException">The session has no such turns or events, or the expression takes too long.</exception>
    public static FoundCalls Find(ShownSession session, CallQuery query, TimeProvider time, CancellationToken cancellationToken)
    {
        var all = CallFacts.Of(session.Session);
        var matching = new CallFilter(session.Session, all, query, time).In(all, cancellationToken);
        return new(session, query, all, Sort(matching, query.Order));
    }

    /// <summary>
    /// Why nothing matches, in a sentence or two: how many calls each filter leaves, and the tools that there are. Null if something
    /// matches.
    /// </summary>
    public string? Nothing(TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Matching.IsEmpty)
            return null;
        if (All.IsEmpty)
            return "The session has no tool calls.";
        var filters = Query.Filters().ToList();
        var alone = filters is [var only] ? [$"{only.Name} leaves none"] : filters.Select(LeftAlone);
        var tools = CalledTool.Count(All);
        var meant =
            Query.Tool is { } tool && !tools.Any(one => one.IsNamed(tool, StringComparison.OrdinalIgnoreCase))
                ? CalledTool.Like(tool, tools)
                : [];
        var question = meant.Count > 0 ? $" Did you mean {string.Join(" or ", meant.Select(one => one.Shown))}?" : "";
        return $"No call matches: of {All.Length.Grouped()} {(All.Length == 1 ? "call" : "calls")}, {string.Join(", ", alone)}.{question} "
            + $"The tools are {CalledTool.List(tools[..Math.Min(tools.Length, CalledTool.MostNamed)], tools.Length - CalledTool.MostNamed)}.";

        string LeftAlone((string Name, CallQuery Alone) filter)
        {
            try
            {
                var left = new CallFilter(Session.Session, All, filter.Alone, time).In(All, cancellationToken).Length;
                return $"{filter.Name} alone leaves {(left > 0 ? left.Grouped() : "none")}";
            }
            // The other filters left it fewer texts to search.
            catch (ChatSessionException) when (filter.Alone.Matching is not null)
            {
                return $"{filter.Name} alone takes more than {CallPattern.SecondsLimit} seconds, so what it leaves was not counted";
            }
        }
    }

    private static ImmutableArray<CallFacts> Sort(ImmutableArray<CallFacts> calls, CallOrder order) =>
        order switch
        {
            CallOrder.Size =>
            [
                .. calls
                    .Select(call => (call, Size: call.ResultCharacters ?? -1))
                    .OrderByDescending(one => one.Size)
                    .Select(one => one.call),
            ],
            CallOrder.Duration =>
            [
                .. calls
                    .Select(call => (call, call.Use.Duration))
                    .OrderByDescending(one => one.Duration ?? TimeSpan.MinValue)
                    .Select(one => one.call),
            ],
            _ => calls,
        };
}
