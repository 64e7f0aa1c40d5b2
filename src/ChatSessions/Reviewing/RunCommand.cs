using System.Collections.Immutable;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>A program that the session's shell commands run, such as <c>pytest</c> or <c>git commit</c>; programs that only read are not counted.</summary>
/// <param name="Program">The program; several, as in <c>cmake &amp;&amp; make</c>, if one of them failed and nothing says which.</param>
/// <param name="Runs">How many calls run it.</param>
/// <param name="Failed">How many of them failed.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Verdict">The line in which the last output counts what passed and failed, or null.</param>
public sealed record RunCommand(string Program, int Runs, int Failed, ToolUse Last, string? Verdict)
{
    /// <summary>
    /// Those whose last run failed first, then those with a verdict, then those that ran several times; of each the last run first.
    /// </summary>
    internal static ImmutableArray<RunCommand> Find(IReadOnlyList<ToolUse> uses)
    {
        var found = new Dictionary<string, RunCommand>();
        var inBackground = BackgroundCommands.OfFailures(uses);
        foreach (var use in uses)
        {
            if (inBackground.TryGetValue(use.Position, out var beginning))
            {
                if (ShellCommand.Find(beginning.Call) is { Main.Program: var main } && found.TryGetValue(main, out var begun))
                    found[main] = begun with { Failed = begun.Failed + 1, Last = begun.Last == beginning ? use : begun.Last };
                continue;
            }
            if (ShellCommand.Find(use.Call) is not { Runs: true } command)
                continue;
            if ((use.Outcome.IsFailure ? FailedProgram.Of(use, command) : command.Main.Program) is not { } program)
                continue;
            var (runs, failed) = found.TryGetValue(program, out var before) ? (before.Runs, before.Failed) : (0, 0);
            found[program] = new(program, runs + 1, failed + (use.Outcome.IsFailure ? 1 : 0), use, null);
        }
        return
        [
            .. found
                .Values.Select(one => one with { Verdict = VerdictOf(one.Last) })
                .OrderByDescending(one => one.Last.Outcome.IsFailure)
                .ThenByDescending(one => one.Verdict is not null)
                .ThenByDescending(one => one.Runs > 1)
                .ThenByDescending(one => one.Last.Position),
        ];
    }

    private static string? VerdictOf(ToolUse use) =>
        use.Result is { } result && ToolResultText.Find(result.Result).AsString() is { } text && VerdictLine.Last(text) is var (start, end)
            ? text[start..end].Trim(' ', '=', '\r', '\t')
            : null;
}
