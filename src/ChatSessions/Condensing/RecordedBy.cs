using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>What the recording program says of a session, on a line: <c>codex in /home/ann/web, branch main, models a, b</c>.</summary>
internal static class RecordedBy
{
    private const int LongestFolder = 160;
    private const int LongestName = 64;
    private const int MostModels = 4;

    /// <summary>The line; null if the session was not imported.</summary>
    /// <param name="isShort">Whether only the program and the end of its folder are said.</param>
    public static string? Line(Recording? recording, bool isShort)
    {
        if (recording is null)
            return null;
        var line = Name(recording.Program);
        if (recording.Folder is { Length: > 0 } folder)
            line +=
                $" in {Quoted.Between((isShort ? OutgoingText.ShowLine(recording.Project, LongestName) : OutgoingText.ShowLine(folder, LongestFolder)) ?? "", ", ", "; ")}";
        if (isShort)
            return line;
        if (recording.Branch is { Length: > 0 } branch)
            line += $", branch {Name(branch)}";
        if (recording.Models is { IsEmpty: false } models)
            line +=
                $", {(models.Length == 1 ? "model" : "models")} {string.Join(", ", models.Take(MostModels).Select(Name))}"
                + (models.Length > MostModels ? $" and {models.Length - MostModels} more" : "");
        if (recording.Parent is { } parent)
            line +=
                $"; subagent of {Name(parent.SessionId)}{(parent.Purpose is { } purpose ? $": {OutgoingText.ShowLine(purpose, LongestName)}" : "")}";
        return line;
    }

    private static string Name(string text) => OutgoingText.ShowLine(text, LongestName) is { } shown ? Quoted.Name(shown) : "";
}
