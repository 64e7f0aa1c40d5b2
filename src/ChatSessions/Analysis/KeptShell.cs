using System.Text.Json;

namespace ChatSessions.Analysis;

/// <summary>A shell in which a <c>cd</c> stays for the commands of later calls.</summary>
internal sealed class KeptShell
{
    /// <summary>Claude Code says this below the output of a command that left the folders that it may work in.</summary>
    private const string WasReset = "Shell cwd was reset to ";

    private readonly bool isClaudeCode;

    private KeptShell(bool isClaudeCode) => this.isClaudeCode = isClaudeCode;

    /// <summary>Where the shell is: empty for the session's folder, null if that is not known.</summary>
    public string? Folder { get; private set; } = "";

    /// <summary>The shell of a program's sessions; null for a program that starts one for each command, and for others.</summary>
    /// <param name="format">The import format.</param>
    public static KeptShell? Of(string? format) =>
        format is "claude-code" or "openhands" or "swe-agent" ? new(format == "claude-code") : null;

    /// <summary>Leaves the shell where a command has gone.</summary>
    /// <param name="joined">The name of an absolute folder.</param>
    public void Leave(CommandCall call, string? folder, Func<string, string?> joined)
    {
        if (!isClaudeCode)
            Folder = folder;
        else if (call.Output is { } output && output.LastIndexOf(WasReset, StringComparison.Ordinal) is >= 0 and var at)
            Folder = joined(output[(at + WasReset.Length)..].Split('\n')[0].TrimEnd());
        // It asks the shell where it is after a command that worked, and not after one in the background.
        else if (!call.IsFailed && call.Call.Arguments.Property("run_in_background").Kind != JsonValueKind.True)
            Folder = folder;
    }
}
