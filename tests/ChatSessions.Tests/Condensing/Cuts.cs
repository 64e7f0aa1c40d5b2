using ChatSessions.Condensing;
using ChatSessions.Model;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

internal static class Cuts
{
    /// <summary>The transcript of the text, without the head.</summary>
    public static string TranscriptText(this CondensedSession condensed) =>
        string.Join('\n', condensed.Entries.Select(entry => entry.Text));

    /// <summary>The cuts in an answer about a whole session, after checking that all of them are correct.</summary>
    public static IReadOnlyList<FoundCut> In(Session session, CondensedSession condensed)
    {
        var honesty = Honesty.Of(session, Transcript.Of(condensed.TranscriptText()));
        Assert.Empty(honesty.Problems);
        return honesty.Cuts;
    }
}
