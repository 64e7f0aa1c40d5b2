using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Which of the programs of a failed command failed.</summary>
internal static class FailedProgram
{
    /// <summary>More programs are not named.</summary>
    private const int MostNamed = 4;

    /// <summary>So much of a line is searched for a program's name.</summary>
    private const int LongestStart = 200;

    /// <summary>
    /// The program that the error line names, or the only one that can have failed, or else all that can, as in <c>git stash &amp;&amp; git pull</c>.
    /// Null if the error line names one that only reads.
    /// </summary>
    public static string? Of(ToolUse use, ShellCommand command)
    {
        if (use.Outcome.IsRefusal)
            return command.Main.Program;
        if (FailureLine.Find(use) is { } line && NamedIn(line, command) is { } named)
            return ShellCommand.CanFail(named) ? named.Program : null;
        var suspects = Suspects(use, command);
        return suspects.Count == 0 ? command.Main.Program
            : suspects.Select(part => part.Program).Distinct().Count() == 1 ? suspects[0].Program
            : Chain(suspects);
    }

    private static List<ShellPart> Suspects(ToolUse use, ShellCommand command)
    {
        var excused = command.Excused;
        var suspects = new List<ShellPart>();
        var isExitCode =
            use.Outcome.Reason is { } reason
            && !reason.StartsWith("output ", StringComparison.Ordinal)
            && !reason.StartsWith("begins ", StringComparison.Ordinal);
        var isNextList = false;
        foreach (var part in command.Parts)
        {
            if (ShellCommand.CanFail(part) && !excused.Contains(part.Name))
            {
                // The exit code is that of what comes last.
                if (isExitCode && isNextList)
                    suspects.Clear();
                suspects.Add(part);
                isNextList = false;
            }
            isNextList |= part.Separator == ";";
        }
        return suspects;
    }

    /// <summary>The part whose name stands before a colon at the beginning of a line: <c>bash: line 1: cmake: command not found</c>.</summary>
    private static ShellPart? NamedIn(string line, ShellCommand command)
    {
        var rest = line.AsSpan(0, Math.Min(line.Length, LongestStart));
        for (int colon; (colon = rest.IndexOf(": ")) > 0; rest = rest[(colon + 2)..])
        {
            var name = rest[..colon];
            name = name[(name.LastIndexOf('/') + 1)..];
            if (name.IndexOf('[') is > 0 and var bracket)
                name = name[..bracket];
            var named = default(ShellPart?);
            foreach (var part in command.Parts)
                if (name.SequenceEqual(part.Name))
                    named = named is { } other && other.Program != part.Program ? null : part;
            if (named is not null)
                return named;
        }
        return null;
    }

    private static string Chain(List<ShellPart> parts)
    {
        var chain = "";
        var (named, last) = (0, default(ShellPart));
        foreach (var part in parts)
        {
            if (named > 0 && part.Program == last.Program)
                continue;
            if (named == MostNamed)
                return chain + " …";
            chain += named == 0 ? part.Program : $"{(last.Separator is "&&" or "||" or "|" ? $" {last.Separator}" : ";")} {part.Program}";
            (named, last) = (named + 1, part);
        }
        return chain;
    }
}
