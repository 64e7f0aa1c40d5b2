using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>A patch as <c>diff</c> or <c>apply_patch</c> writes it.</summary>
/// <param name="Call">The call that its text is in.</param>
/// <param name="Argument">The name of the argument that is, or holds, the text.</param>
/// <param name="Json">The recorded text that has the patch; missing if it is not recorded as it is.</param>
/// <param name="Offset">Where the patch begins in it.</param>
internal sealed record Patch(ToolCallEvent Call, string Text, string Argument, RawJson Json, int Offset = 0)
{
    /// <summary>Whether the text of a file is a patch that a command can apply.</summary>
    public static bool IsIn(string file) =>
        file.StartsWith("+++ ", StringComparison.Ordinal) || file.Contains("\n+++ ", StringComparison.Ordinal);

    /// <summary>The file whose changes follow a line; null if the line names none.</summary>
    public static string? FileOf(ReadOnlySpan<char> line)
    {
        foreach (var start in (string[])["+++ b/", "+++ ", "*** Update File: ", "*** Add File: ", "*** Delete File: "])
            if (line.StartsWith(start))
                return line[start.Length..].ToString().Split('\t')[0].Trim();
        return null;
    }

    /// <summary>The file that was there before, as a line with <c>---</c> names it; null if there was none.</summary>
    public static string? FileBefore(ReadOnlySpan<char> line) =>
        line[(line.StartsWith("--- a/") ? 6 : 4)..].ToString().Split('\t')[0].Trim() is var file and not ("" or "/dev/null") ? file : null;
}
