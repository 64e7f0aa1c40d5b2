using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// The texts of files that a session read as a whole. With them, a file that is then written as a whole is shown by what changed in it. Most
/// files are never written, so a result is read only when its file is looked for.
/// </summary>
internal sealed class ReadFiles(Func<string, string> relative)
{
    /// <summary>A longer result is not read.</summary>
    private const int LongestResult = 256 * 1024;

    /// <summary>Arguments that ask for a part of a file.</summary>
    private static readonly string[] PartNames = ["offset", "limit", "view_range", "start_line", "end_line"];

    private readonly List<(ToolUse Use, string? Path)> unread = [];
    private readonly Dictionary<string, ToolUse> reads = [];

    /// <summary>Notes a call that may read a file.</summary>
    /// <param name="path">The file, if an argument names it; null for a command.</param>
    public void Add(ToolUse use, string? path)
    {
        if (use.Result is { } result && result.Result.Utf8.Length <= LongestResult)
            unread.Add((use, path));
    }

    /// <summary>The text that the last call to read a file returned; null if it was not read as a whole.</summary>
    public string? Find(string file)
    {
        foreach (var (use, path) in unread)
            if ((path ?? FileOf(use)) is { } read)
                reads[relative(read)] = use;
        unread.Clear();
        if (
            !reads.TryGetValue(file, out var found)
            || found.Outcome.IsFailure
            || Array.Exists(PartNames, name => !found.Call!.Arguments.Property(name).IsMissing)
        )
            return null;
        var text = ToolResultText.Find(found.Result!.Result);
        return text.AsString() is { } whole ? WithoutNumbers(whole) : null;
    }

    /// <summary>The file that a command prints, and nothing else.</summary>
    private static string? FileOf(ToolUse use) =>
        ShellCommand.Find(use.Call!)?.Parts is [.., { Name: "cat", Words: [var file], Target: null, Document: null }] parts
        && parts.SkipLast(1).All(part => part.Name == "cd")
            ? file
            : null;

    /// <summary>
    /// Tools for reading put a number before each line: <c>    12→text</c>, or with a tab. Cline writes <c>12 | text</c>, and at the end how many
    /// lines there are.
    /// </summary>
    private static string WithoutNumbers(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var digits = line.TrimStart(' ');
            var number = digits.IndexOfAnyExceptInRange('0', '9');
            if (digits.IsEmpty || IsCount(digits))
                continue;
            var separator = number < 1 ? 0 : LengthOfSeparator(digits[number..]);
            if (separator == 0)
                return text;
            plain.Append(digits[(number + separator)..]).Append('\n');
        }
        return plain.ToString();
    }

    private static bool IsCount(ReadOnlySpan<char> line) =>
        line.StartsWith("(File has ", StringComparison.Ordinal) && line.EndsWith(" lines total.)", StringComparison.Ordinal);

    private static int LengthOfSeparator(ReadOnlySpan<char> line) =>
        line[0] is '\t' or '→' ? 1
        : line.StartsWith(" | ", StringComparison.Ordinal) ? 3
        : line is " |" ? 2
        : 0;
}
