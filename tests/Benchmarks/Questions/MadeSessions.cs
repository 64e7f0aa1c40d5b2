using Benchmarks.Questions.Made;
using ChatSessions.Model;

namespace Benchmarks.Questions;

/// <summary>Sessions of shapes that public sets of agent runs lack, always the same ones. <c>questions.jsonl</c> asks about them.</summary>
internal static class MadeSessions
{
    public static IEnumerable<Session> All()
    {
        yield return RetrievalSession.Make();
        yield return BrowserSession.Make();
        yield return DataSession.Make();
        yield return RetriedRunsSession.Make();
        yield return PollingSession.Make();
        yield return ChineseSession.Make();
        yield return JapaneseSession.Make();
        yield return EditsSession.Make();
    }
}
