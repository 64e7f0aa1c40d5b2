using System.Buffers;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Whether a further try shows only lines among which the error would not be, as <c>make | grep DEBUG</c> does.</summary>
internal static class HiddenError
{
    /// <summary>Of other patterns it is not known what they match.</summary>
    private static readonly SearchValues<char> Literal = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _-:=/#"
    );

    /// <summary>Who looks for these would see an error.</summary>
    private static readonly string[] OfErrors = ["err", "fail", "exception", "fatal", "panic", "traceback", "warn", "assert", "abort"];

    /// <param name="failed">The call whose error it is.</param>
    /// <param name="next">A later call of the same program.</param>
    public static bool Is(ToolUse failed, ToolUse next) =>
        next.Outcome.Kind == ToolOutcomeKind.Ok
        && ShellCommand.Find(next.Call) is { } command
        && FilterOf(command) is { } filter
        && FailureLine.Find(failed) is { } error
        && !Shows(filter, error)
        // It was there for the failed call, too.
        && !(ShellCommand.Find(failed.Call) is { } before && FilterOf(before) is { } same && same.Words.SequenceEqual(filter.Words))
        && (ToolResultText.Find(next.Result!.Result).AsString() is not { } output || VerdictLine.Last(output) is null);

    /// <summary>The filter behind the program that the command is about, or null.</summary>
    private static ShellPart? FilterOf(ShellCommand command)
    {
        var isOutput = false;
        var purpose = command.Purpose;
        foreach (var part in command.Parts)
        {
            if (isOutput && ShellCommand.FiltersLines(part))
                return part;
            isOutput = part.Separator == "|" && (isOutput || ReferenceEquals(part.Words, purpose.Words));
        }
        return null;
    }

    private static bool Shows(ShellPart filter, string error)
    {
        foreach (var word in filter.Words)
            if (word.StartsWith('-') ? ShowsOthers(word) : !IsNumber(word) && Shows(word, error))
                return true;
        return false;
    }

    private static bool Shows(string pattern, string error)
    {
        foreach (var range in pattern.AsSpan().Split('|'))
        {
            // Without an option, grep wants a backslash before the bar.
            var alternative = pattern.AsSpan()[range].TrimEnd('\\');
            if (alternative.ContainsAnyExcept(Literal) || error.AsSpan().Contains(alternative, StringComparison.OrdinalIgnoreCase))
                return true;
            foreach (var sign in OfErrors)
                if (alternative.Contains(sign, StringComparison.OrdinalIgnoreCase))
                    return true;
        }
        return false;
    }

    /// <summary>Whether an option lets all lines through but those that match, or names a file with patterns.</summary>
    private static bool ShowsOthers(string option) =>
        option.StartsWith("--", StringComparison.Ordinal)
            ? option is "--invert-match" || option.StartsWith("--file", StringComparison.Ordinal)
            : option.AsSpan().ContainsAny('v', 'f');

    private static bool IsNumber(string word) => !word.AsSpan().ContainsAnyExceptInRange('0', '9');
}
