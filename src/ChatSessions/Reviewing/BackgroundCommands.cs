using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>
/// Commands of Codex that ran on in the background. Their call ends with the id of a session, and calls of <c>write_stdin</c> ask for what came of
/// it.
/// </summary>
internal static class BackgroundCommands
{
    private const string Asks = "write_stdin";

    /// <summary>The line is above the output.</summary>
    private const int HeadLength = 300;

    /// <summary>By the position of each call of <c>write_stdin</c> that failed, the call that began the command.</summary>
    public static Dictionary<int, ToolUse> OfFailures(IReadOnlyList<ToolUse> uses)
    {
        var (begun, found) = (new Dictionary<long, ToolUse>(), new Dictionary<int, ToolUse>());
        foreach (var use in uses)
        {
            if (use.Call is not { } call)
                continue;
            if (call.Name != Asks)
            {
                if (IdIn(use) is { } id)
                    begun[id] = use;
            }
            else if (
                use.Outcome.IsFailure
                && call.Arguments.Property("session_id").AsInt64() is { } asked
                && begun.TryGetValue(asked, out var beginning)
            )
                found[use.Position] = beginning;
        }
        return found;
    }

    /// <summary>The id in <c>Process running with session ID 47835</c>.</summary>
    private static long? IdIn(ToolUse use)
    {
        if (use.Result is not { } result)
            return null;
        var text = ToolResultText.Find(result.Result).Utf8.Span;
        text = text[..Math.Min(text.Length, HeadLength)];
        var label = "\\nProcess running with session ID "u8;
        return
            text.IndexOf(label) is >= 0 and var at
            && System.Buffers.Text.Utf8Parser.TryParse(text[(at + label.Length)..], out long id, out _)
            ? id
            : null;
    }
}
