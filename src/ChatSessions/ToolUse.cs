using System.Collections.Immutable;
using ChatSessions.Analysis;

namespace ChatSessions;

/// <summary>A tool call with the result that answers it. One of the two may be missing, never both.</summary>
/// <param name="Call">The call; null for a result that answers no call.</param>
/// <param name="Result">The result; null for a call that was never answered.</param>
public sealed record ToolUse(ToolCallEvent? Call, ToolResultEvent? Result) : Step
{
    private ToolOutcome? outcome;

    /// <inheritdoc/>
    public override int Position => Call?.Position ?? Result!.Position;

    /// <inheritdoc/>
    public override int LastPosition => Result?.Position ?? Call!.Position;

    /// <summary>The tool's name; empty when none was recorded.</summary>
    public string Name => Call is { Name.Length: > 0 } ? Call.Name : Result?.Name ?? "";

    /// <summary>What came of it; that it failed is inferred from the result.</summary>
    public ToolOutcome Outcome => outcome ??= ToolOutcome.Of(this);

    /// <summary>
    /// Finds the result of each call. Call ids alone do not say it (agents reuse them), nor does order alone (parallel calls): a result
    /// answers the first open call before it that has its id, where there is a choice one of the same turn and of the same name.
    /// </summary>
    internal static Dictionary<ToolCallEvent, ToolResultEvent> Pair(ImmutableArray<SessionEvent> events)
    {
        var resultOfCall = new Dictionary<ToolCallEvent, ToolResultEvent>(ReferenceEqualityComparer.Instance);
        var openCalls = new Dictionary<string, List<ToolCallEvent>>();
        var turnStart = 0;
        foreach (var @event in events)
        {
            switch (@event)
            {
                case UserInputEvent:
                    turnStart = @event.Position;
                    break;
                case ToolCallEvent call:
                    if (!openCalls.TryGetValue(call.CallId, out var others))
                        openCalls[call.CallId] = others = [];
                    others.Add(call);
                    break;
                case ToolResultEvent result when openCalls.TryGetValue(result.CallId, out var open) && open.Count > 0:
                    var answered = Best(open, result, turnStart);
                    open.Remove(answered);
                    resultOfCall[answered] = result;
                    break;
            }
        }
        return resultOfCall;
    }

    private static ToolCallEvent Best(List<ToolCallEvent> open, ToolResultEvent result, int turnStart)
    {
        return open.Find(call => call.Position >= turnStart && IsSameName(call))
            ?? open.Find(call => call.Position >= turnStart)
            ?? open.Find(IsSameName)
            ?? open[0];

        bool IsSameName(ToolCallEvent call) => call.Name == result.Name || result.Name.Length == 0;
    }
}
