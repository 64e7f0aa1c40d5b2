using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>What Cline and Roo Code tell the model of the folder they work in, in <c>environment_details</c>.</summary>
internal static class ClineDetails
{
    private const string FolderEnd = ") Files";

    private static readonly string[] FolderStarts = ["\n# Current Working Directory (", "\n# Current Workspace Directory ("];

    /// <summary>Only Cline has these modes. Those of Roo Code are elements.</summary>
    private static readonly string[] ClinesModes = ["\n# Current Mode\nACT MODE\n", "\n# Current Mode\nPLAN MODE\n"];

    /// <summary>Notes the folder, and that the program is Cline, if a message of the user says so. A task may go on in another folder.</summary>
    /// <param name="withFolder">Whether the folder counts; if not, a better source is known.</param>
    public static void Note(SessionDraft draft, RawJson content, bool withFolder)
    {
        foreach (var block in content.Items())
        {
            var json = Contents.TextOf(block);
            if (!json.Utf8.Span.StartsWith("\"<environment_details>"u8) || json.AsString() is not { } text)
                continue;
            if (withFolder && FolderIn(text) is { Length: > 0 } folder)
                draft.About("cwd", JsonText.Quote(folder), replace: true);
            if (Array.Exists(ClinesModes, mode => text.Contains(mode, StringComparison.Ordinal)))
                draft.About("program", JsonText.Quote("cline"));
        }
    }

    private static string? FolderIn(string text)
    {
        foreach (var start in FolderStarts)
            if (text.IndexOf(start, StringComparison.Ordinal) is >= 0 and var at)
            {
                var rest = text.AsSpan(at + start.Length);
                var line = (rest.IndexOf('\n') is >= 0 and var end ? rest[..end] : rest).TrimEnd();
                return line.EndsWith(FolderEnd, StringComparison.Ordinal) ? line[..^FolderEnd.Length].ToString() : null;
            }
        return null;
    }
}
