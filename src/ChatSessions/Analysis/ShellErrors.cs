using System.Globalization;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>What a shell says that it could not do itself.</summary>
internal static partial class ShellErrors
{
    /// <summary>
    /// The programs of a command that ran. A shell that cannot read a line of a command, because a quote is not closed or a word is out of
    /// place, has run the lines before, and nothing of that line or after it.
    /// </summary>
    public static IReadOnlyList<ShellPart> PartsThatRan(ShellCommand command, CommandCall call)
    {
        var parts = command.Parts;
        if (!call.IsFailed || call.Output is not { } output || SyntaxError().Match(output) is not { Success: true } error)
            return parts;
        // With its own name only, a shell that the command starts may say it too, of what it reads from its input.
        if (!error.Groups["own"].Success && (command.Has("bash"u8) || command.Has("sh"u8) || command.Has("zsh"u8)))
            return parts;
        var line = int.TryParse(error.Groups["line"].Value, CultureInfo.InvariantCulture, out var number) ? number : 1;
        var unread = parts.Select(part => part.Line).Where(first => first <= line).DefaultIfEmpty(1).Max();
        return [.. parts.TakeWhile(part => part.Line < unread)];
    }

    /// <summary>Whether a shell, or <c>tee</c>, says that it could not write a file.</summary>
    public static bool IsUnwritten(CommandCall call, string file)
    {
        if (call.Output is { } output && output.Contains($": {file}: ", StringComparison.Ordinal))
            foreach (var line in output.AsSpan().EnumerateLines())
                if (WriteError().IsMatch(line) && line.IndexOf($": {file}: ", StringComparison.Ordinal) >= 0)
                    return true;
        return false;
    }

    [GeneratedRegex(
        """
            ^(\S*/)?((ba|da|z|k)?sh|\(eval\)):\ ?(?<own>(-c|eval):\ )?(line\ )?((?<line>[0-9]+):\ )?(eval:\ )?
            ([Ss]yntax\ error|unexpected\ EOF\ while\ looking|parse\ error|unmatched\ )
            """,
        RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex SyntaxError();

    [GeneratedRegex(
        @"^(\S*/)?((ba|da|z|k)?sh|tee): .*: (No such file or directory|Permission denied|Is a directory|Not a directory|Read-only file system|Directory nonexistent|cannot overwrite existing file)\r?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex WriteError();
}
