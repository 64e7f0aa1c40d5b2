using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Failed calls of one tool whose outputs name the same error, whatever its numbers, times and temporary files.</summary>
/// <param name="Tool">The tool's recorded name.</param>
/// <param name="Line">
/// The error line of the last of them, as recorded; empty if the output names no error. Then, of a command that ran on in the background, it is the
/// command.
/// </param>
/// <param name="Calls">The failed calls in order.</param>
public sealed record FailureCause(string Tool, string Line, ImmutableArray<FailedCall> Calls)
{
    /// <summary>Whether the last of the failures was left as it was, or no try after it worked.</summary>
    public bool IsOpen => Calls[^1].Then.IsOpen;

    /// <summary>All causes: first those that are open, then the most frequent, then the latest.</summary>
    internal static ImmutableArray<FailureCause> Find(
        Session session,
        IReadOnlyList<ToolUse> uses,
        int[] keys,
        CancellationToken cancellationToken
    )
    {
        var inBackground = BackgroundCommands.OfFailures(uses);
        var aftermaths = new Aftermaths(session, uses, keys).Find(cancellationToken);
        return
        [
            .. uses.Where(use => use.Outcome.IsFailure)
                .Select(use => (Use: use, Line: LineOf(use, inBackground.GetValueOrDefault(use.Position), cancellationToken)))
                .GroupBy(failed => (failed.Use.Name, Cause: VaryingText.Cause(failed.Line)))
                .Select(cause => new FailureCause(
                    cause.Key.Name,
                    cause.Last().Line,
                    [.. cause.Select(failed => new FailedCall(failed.Use, aftermaths[failed.Use.Position]))]
                ))
                .OrderByDescending(cause => cause.IsOpen)
                .ThenByDescending(cause => cause.Calls.Length)
                .ThenByDescending(cause => cause.Calls[^1].Use.Position),
        ];
    }

    /// <summary>The line of a failed result that says what went wrong. One without a text is its own cause; empty if it says nothing.</summary>
    private static string LineOf(ToolUse use, ToolUse? beginning, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (use.Outcome.IsRefusal)
            return FailureLine.Find(use) is { } words ? $"{use.Outcome.Reason}: {words}" : use.Outcome.Reason!;
        return FailureLine.Find(use)
            ?? (beginning is null ? null : ShellCommand.ArgumentOf(beginning.Call!.Arguments).Value.AsText())
            ?? (
                ToolResultText.Find(use.Result!.Result) is { Kind: JsonValueKind.Object or JsonValueKind.Array } whole
                    ? whole.ToString()
                    : ""
            );
    }
}

/// <summary>A failed call, and what followed it.</summary>
public sealed record FailedCall(ToolUse Use, Aftermath Then);
