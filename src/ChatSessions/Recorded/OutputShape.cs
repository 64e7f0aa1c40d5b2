using System.Buffers;
using System.Globalization;

namespace ChatSessions.Recorded;

/// <summary>
/// Describes cut output by its shape, if that says more than its length: the files that a diff changes, the number of entries in a listing.
/// </summary>
internal static class OutputShape
{
    private static readonly SearchValues<char> Modes = SearchValues.Create("rwxsStT-");
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create(" :()\"'=");

    private const int MostFiles = 3;
    private const int LongestFileName = 60;
    private const int FewestEntries = 20;
    private const int LongestEntry = 120;

    /// <summary>The shape in a few words; null for ordinary text.</summary>
    public static string? Detect(string text) => Diff(text) ?? Listing(text);

    private static string? Diff(string text)
    {
        if (!text.StartsWith("diff --git ", StringComparison.Ordinal) && !text.Contains("\ndiff --git ", StringComparison.Ordinal))
            return null;
        var files = new List<(string Name, int Added, int Removed)>();
        var isInHunk = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var isHeader = line.StartsWith("diff --git ");
            isInHunk = !isHeader && (isInHunk || line.StartsWith("@@ "));
            if (isHeader)
                files.Add((line[(line.LastIndexOf(" b/") is var name && name < 0 ? 11 : name + 3)..].ToString(), 0, 0));
            else if (isInHunk && files is [.., var file])
                files[^1] = line switch
                {
                    ['+', ..] => file with { Added = file.Added + 1 },
                    ['-', ..] => file with { Removed = file.Removed + 1 },
                    _ => file,
                };
        }
        var named = files
            .Take(MostFiles)
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{NameOf(file.Name)} +{file.Added} -{file.Removed}"));
        return $"diff of {string.Join(", ", named)}{(files.Count > MostFiles ? $" and {files.Count - MostFiles} more files" : "")}";
    }

    /// <summary>The name of a file. A name that would end the marker is left out.</summary>
    private static string? NameOf(string file) =>
        file.AsSpan().ContainsAny(']', '[') || OutgoingText.ShowLine(file, LongestFileName) is not { } shown
            ? "a file"
            : Quoted.Between(shown, ", ", " +", " and ");

    /// <summary>Output where nearly every line is a path, or ends in one like the lines of <c>ls -l</c>.</summary>
    private static string? Listing(string text)
    {
        var (lines, entries) = (0, 0);
        foreach (var line in text.AsSpan().TrimEnd().EnumerateLines())
        {
            lines++;
            if (line.Length > LongestEntry)
                return null;
            var isLong = line.Length > 10 && line[0] is '-' or 'd' or 'l' && !line[1..10].ContainsAnyExcept(Modes);
            var isPath = line.Contains('/') && !line.ContainsAny(NotInPaths);
            entries += isLong || isPath ? 1 : 0;
        }
        return lines >= FewestEntries && entries * 10 >= lines * 8
            ? string.Create(CultureInfo.InvariantCulture, $"a listing of {lines:N0} lines")
            : null;
    }
}
