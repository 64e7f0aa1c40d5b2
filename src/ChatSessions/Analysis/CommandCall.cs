using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>A call that runs a command.</summary>
/// <param name="Argument">The name of the argument that is the command, or whose last item is.</param>
/// <param name="Json">The command as recorded.</param>
internal sealed record CommandCall(ToolUse Use, string Argument, RawJson Json)
{
    /// <summary>A longer result is not read.</summary>
    private const int LongestResult = 256 * 1024;

    public static CommandCall Of(ToolUse use)
    {
        var (name, value) = ShellCommand.ArgumentOf(use.Call!.Arguments);
        return new(use, name, value.Items() is [.., var item] ? item : value);
    }

    public ToolCallEvent Call => Use.Call!;

    public bool IsFailed => Use.Outcome.IsFailure;

    /// <summary>What it printed; null if that is unknown or too long.</summary>
    public string? Output =>
        Use.Result is { } result && result.Result.Utf8.Length <= LongestResult ? ToolResultText.Find(result.Result).AsString() : null;
}
