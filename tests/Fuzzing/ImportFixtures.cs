using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Importing;
using ChatSessions.Model;

namespace Fuzzing;

/// <summary>The records in the tests of the import formats, read from the source of these tests: whatever is tested is also fuzzed.</summary>
internal static partial class ImportFixtures
{
    private const string Folder = "Importing/";

    private static readonly Lazy<ILookup<ImportFormat, byte[]>> Files = new(() =>
        Sources().SelectMany(FilesOf).ToLookup(file => file.Format, file => file.Utf8)
    );

    /// <summary>Files of a format.</summary>
    public static IReadOnlyList<byte[]> Of(ImportFormat format) => [.. Files.Value[format]];

    private static IEnumerable<string> Sources()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order())
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return text.ReadToEnd();
        }
    }

    /// <summary>
    /// The raw strings of a test's source: each whose format shows is a file, and so are all records of one format one after the other.
    /// </summary>
    private static IEnumerable<(ImportFormat Format, byte[] Utf8)> FilesOf(string source)
    {
        var records = RawString()
            .Matches(source)
            .Select(match => match.Groups["text"].Value.Trim())
            .Where(text => text is ['{' or '[', ..])
            .ToList();
        var known = records.Select(text => (Format: FormatOf(text), Text: text)).Where(one => one.Format is not null).ToList();
        foreach (var (format, text) in known)
            yield return (format!, Encoding.UTF8.GetBytes(text));
        foreach (var format in known.Select(one => one.Format!).Distinct())
            yield return (format, Encoding.UTF8.GetBytes(string.Join('\n', records.Select(OneLine))));
    }

    private static string OneLine(string text) => text.Replace('\n', ' ');

    private static ImportFormat? FormatOf(string text)
    {
        try
        {
            return ImportFormats.Known.Of(RawJson.Parse(Encoding.UTF8.GetBytes(text)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("(?<quotes>\"{3,})(?<text>[^\"].*?)\\k<quotes>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex RawString();
}
