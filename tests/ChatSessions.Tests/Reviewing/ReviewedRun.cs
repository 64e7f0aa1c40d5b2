using ChatSessions.Reviewing;
using Xunit;

namespace ChatSessions.Tests.Reviewing;

/// <summary>Events of an agent that runs a script, and the review of a session of them.</summary>
internal static class ReviewedRun
{
    public const string Python = """{"command":"python a.py"}""";

    public static SessionReview Review(params SomeEvents[] events) =>
        SessionReview.Of(Some.Session(events).Shown(), TestContext.Current.CancellationToken);

    public static SomeEvents Failed(string output, string arguments = Python) =>
        Some.ToolUse("bash", arguments, $$"""{"returncode":1,"output":{{Some.Quoted(output)}}}""");

    public static SomeEvents Worked(string arguments = Python) => Some.ToolUse("bash", arguments, """{"returncode":0,"output":"3 rows"}""");
}
