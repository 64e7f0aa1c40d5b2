using System.Globalization;
using ChatSessions.Analysis;
using ChatSessions.Recorded;
using ChatSessions.Tokens;

namespace ChatSessions.Condensing;

/// <summary>
/// The files that a session changed, on a line: files that were edited before files that were written whole, many of which are scratch
/// scripts, and of these the last changed first. Files that were deleted or reverted are left out.
/// </summary>
internal sealed class ChangedFiles(FileChanges changes)
{
    private const int MostFiles = 8;
    private const int LongestName = 48;

    private readonly List<FileChange> files =
    [
        .. changes
            .Last.Where(change => change is { DeletedAt: null, RevertedAt: null })
            .OrderBy(change => change.IsWritten)
            .ThenByDescending(change => change.Position),
    ];

    /// <summary>The line, of at most about this many tokens; null if no file was changed.</summary>
    public string? Line(int mostTokens)
    {
        if (files.Count == 0)
            return null;
        var named = new List<string>();
        var tokens = 0;
        foreach (var file in files.Take(MostFiles))
        {
            var one = Describe(file);
            tokens += TokenCounter.Count(one) + 1;
            if (tokens > mostTokens && named.Count > 0)
                break;
            named.Add(one);
        }
        var more = files.Count - named.Count;
        return string.Join(", ", named) + (more == 0 ? "" : $", and {more} more");
    }

    private static string Describe(FileChange change)
    {
        var facts = new List<string>();
        if (change.IsWritten)
            facts.Add("written");
        if (change.Calls > 1)
            facts.Add(string.Create(CultureInfo.InvariantCulture, $"{change.Calls} calls"));
        if (!change.IsWritten && change.Added + change.Removed > 0)
            facts.Add(string.Create(CultureInfo.InvariantCulture, $"+{change.Added} -{change.Removed}"));
        facts.Add(string.Create(CultureInfo.InvariantCulture, $"{(change.Calls > 1 ? "last " : "")}#{change.Position}"));
        return $"{Quoted.Between(NameOf(change.File), ", ", " (", " and ")} ({string.Join(", ", facts)})";
    }

    /// <summary>The end of a long path says which file it is.</summary>
    private static string NameOf(string file)
    {
        var name = OutgoingText.ShowName(file);
        if (name.Length <= LongestName)
            return name;
        var slash = name.IndexOf('/', name.Length - LongestName);
        return slash < 0 ? OutgoingText.ShowLine(name, LongestName)! : "…" + name[slash..];
    }
}
