using ChatSessions.Condensing;
using ChatSessions.Model;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

internal static class Cuts
{
    /// <summary>The cuts in an answer about a whole session, all of which are true.</summary>
    public static IReadOnlyList<FoundCut> In(Session session, CondensedSession condensed)
    {
        var honesty = Honesty.Of(session, Transcript.Of(string.Join('\n', condensed.Transcript)));
        Assert.Empty(honesty.Problems);
        return honesty.Cuts;
    }
}
