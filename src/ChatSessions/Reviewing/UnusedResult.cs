using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>
/// A result of which the agent took up nothing later: no path, name or number of it stands in a later call, text or thought, and no rare
/// word of it in the texts that follow. Failures and short results are never among them, nor what only confirms that something was done.
/// </summary>
/// <param name="Bytes">The length of the result's JSON.</param>
public sealed record UnusedResult(ToolUse Use, int Bytes)
{
    /// <summary>A shorter result costs little, and may have been used in other words.</summary>
    private const int ShortestResult = 1_000;

    /// <summary>A result with fewer distinctive words may have been used without naming any.</summary>
    private const int FewestWords = 4;

    /// <summary>A result of which the agent wrote one in this many words itself before is read to check what it did.</summary>
    private const int WordsPerOwn = 4;

    private const int ShortestData = 100;

    /// <summary>The letter of an escape may be before the data.</summary>
    private const int FirstOfData = 8;
    private const int BeginningOfData = 48;
    private const int EventsAfter = 60;

    /// <summary>All of them, the longest first.</summary>
    internal static ImmutableArray<UnusedResult> Find(
        Session session,
        IReadOnlyList<ToolUse> uses,
        FileChanges changes,
        CancellationToken cancellationToken
    )
    {
        var mentions = new Mentions(session);
        return
        [
            .. uses.Where(use =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return IsUnused(session, use, mentions, changes);
                })
                .Select(use => new UnusedResult(use, use.Result!.Result.Utf8.Length))
                .OrderByDescending(unused => unused.Bytes),
        ];
    }

    private static bool IsUnused(Session session, ToolUse use, Mentions mentions, FileChanges changes) =>
        use is { Call: not null, Result: { ImageAttachment: null, Result.Utf8.Length: >= ShortestResult } }
        && !use.Outcome.IsFailure
        && use.LastPosition < mentions.LastWritten
        && !changes.Changes(use.Position)
        && !DoingTool.Is(use)
        && mentions.Find(use.Result) is { IsUsed: false, Words: >= FewestWords } words
        && words.Own * WordsPerOwn < words.Words
        && ShellCommand.Find(use.Call) is not { Runs: true }
        && !IsCopied(session, use.Result)
        && !new PlainMentions(session, use).Any();

    /// <summary>Whether data in the result, such as base64, stands in a later event of the agent. It is no word.</summary>
    private static bool IsCopied(Session session, ToolResultEvent result)
    {
        var rest = result.Result.Utf8.Span;
        while (rest.Length >= ShortestData)
        {
            var length = rest.IndexOfAny(" \\\"\n,"u8) is >= 0 and var end ? end : rest.Length;
            if (length >= ShortestData)
            {
                var last = Math.Min(session.Events.Length, result.Position + EventsAfter);
                for (var at = result.Position + 1; at < last; at++)
                    if (
                        session.Events[at] is not ToolResultEvent
                        && session.Events[at].Json.Utf8.Span.IndexOf(rest[FirstOfData..BeginningOfData]) >= 0
                    )
                        return true;
                return false;
            }
            rest = rest[Math.Min(rest.Length, length + 1)..];
        }
        return false;
    }
}
