using ChatSessions.Recorded;

namespace Benchmarks;

/// <summary>How many events of recorded sessions are said to look like instructions. In ordinary work, each of them is a false alarm.</summary>
internal static class InjectionTable
{
    private const int Shown = 120;

    /// <param name="arguments">Files, <c>--verbose</c>.</param>
    public static void Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        foreach (var path in arguments.Where(argument => argument != "--verbose"))
        {
            var sessions = SessionFiles.Read(path);
            var (events, bytes) = (sessions.Sum(session => session.Events.Length), sessions.Sum(session => (long)session.Json.Utf8.Length));
            var before = Environment.CpuUsage.UserTime;
            var found = sessions.Sum(session => Instructions.In(session).Length);
            var took = Environment.CpuUsage.UserTime - before;
            output.WriteLine(
                $"{Path.GetFileName(path)}: {found} of {events:N0} events, {2_000.0 * found / events:0.00} in 2,000; {bytes / 1e6 / took.TotalSeconds:N0} MB a second of the processor"
            );
            var texts = sessions.SelectMany(session =>
                Instructions
                    .In(session)
                    .Select(at => (Session: session.Summary.SessionId, At: at, Text: session.Events[at].Json.ToString()))
            );
            foreach (var sign in texts.GroupBy(text => Instructions.Find(text.Text)?.Name ?? "behind escapes"))
            {
                output.WriteLine($"  {sign.Key} {sign.Count()}");
                if (arguments.Contains("--verbose"))
                    foreach (var (session, at, text) in sign)
                        output.WriteLine($"    {session} #{at}: {text[..Math.Min(Shown, text.Length)]}");
            }
        }
    }
}
