using System.Buffers;

namespace ChatSessions.Model;

/// <summary>What a list says of a session other than its summary: how much happened, and what came of it.</summary>
/// <param name="Turns">Parts of the conversation, see <see cref="Turn"/>.</param>
/// <param name="ToolCalls">Tool calls.</param>
/// <param name="Failed">Tool calls whose result says that they failed.</param>
/// <param name="Bytes">The length of the session's JSON.</param>
/// <param name="Ending">
/// The first line of the last run's error, or of the agent's last text; a long one is cut after a word or a sentence. Null if there is neither,
/// or if it is one long word, which may be a secret that would not be recognized in part.
/// </param>
public sealed record SessionFacts(int Turns, int ToolCalls, int Failed, long Bytes, string? Ending)
{
    /// <summary>Longer than what lists show, so that what is replaced of it before that is whole.</summary>
    private const int LongestEnding = 400;

    /// <summary>Chinese and Japanese have no spaces between words.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(" 、。，！？；");

    public static SessionFacts Of(Session session)
    {
        var (calls, failed) = (0, 0);
        string? last = null;
        foreach (var step in session.Steps)
        {
            if (step is ToolUse { Call: not null } use)
            {
                calls++;
                failed += use.Outcome.IsFailure ? 1 : 0;
            }
            else if (step is Passage { Kind: PassageKind.Text } passage)
                last = passage.Text;
        }
        var error = session.Outcome == RunOutcome.Error ? session.LastStop?.Error ?? session.Summary.JobMetadata?.Error : null;
        return new(session.Turns.Length, calls, failed, session.Json.Utf8.Length, FirstLine(error ?? last));
    }

    private static string? FirstLine(string? text)
    {
        foreach (var line in (text ?? "").AsSpan().EnumerateLines())
        {
            var said = line.Trim();
            if (said.Length <= LongestEnding)
            {
                if (!said.IsEmpty)
                    return said.ToString();
                continue;
            }
            var end = said[..LongestEnding].LastIndexOfAny(Ends);
            return end > 0 ? $"{said[..(end + 1)].TrimEnd()}…" : null;
        }
        return null;
    }
}
