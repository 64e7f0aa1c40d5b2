using System.Buffers;
using ChatSessions.Model;
using ChatSessions.Redaction;

namespace ChatSessions.Importing;

/// <summary>
/// The title of a session without a recorded one: the first line that says something, of the user's inputs, else of an answer, else of the context
/// or a thought. Of the user's inputs, one that says what is wanted comes before "go on".
/// </summary>
internal static class DraftTitle
{
    private const int MostCharacters = 60;

    /// <summary>A shorter input, such as "go on", does not say what is wanted. Scripts without an alphabet say as much in a third of it.</summary>
    private const int ShortInput = 12;

    /// <summary>A title ends after a word. Chinese and Japanese have no spaces between words.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(" 、。，！？；");

    /// <summary>Where a word ends that is longer than a title, such as a path or an address.</summary>
    private static readonly SearchValues<char> EndsInWords = SearchValues.Create("/\\=:?&");

    /// <summary>Whose words make the best title comes first.</summary>
    private static readonly string[] Sources = ["user_input", "text", "context", "thinking"];

    /// <summary>The title; null if nothing was said.</summary>
    public static string? Of(IReadOnlyList<DraftEvent> events, Func<DraftEvent, RawJson> bodyOf)
    {
        foreach (var source in Sources)
        {
            var first = default(string);
            foreach (var one in events)
            {
                if (one.Type != source || one.IsDropped)
                    continue;
                var text = (bodyOf(one).Property("content").AsString() ?? "").Trim();
                if (DerivedTitle.Of(text) is not { Length: > 0 } line)
                    continue;
                if (Shortened(line, text) is not { } title)
                    continue;
                if (source != "user_input" || SaysWhatIsWanted(line))
                    return title;
                first ??= title;
            }
            if (first is not null)
                return first;
        }
        return null;
    }

    /// <summary>A title, at most as long as titles are; null if nothing is left of it.</summary>
    public static string? Shortened(string title) => Shortened(title, title);

    private static bool SaysWhatIsWanted(string line) =>
        line.Length >= ShortInput || (line.Length >= ShortInput / 3 && !line.Any(char.IsAscii));

    private static string? Shortened(string line, string text)
    {
        var title = line.AsSpan(0, EndOf(line)).TrimEnd();
        return title.IsEmpty ? null
            : title.Length < text.Length ? $"{title}..."
            : text;
    }

    /// <summary>Where a title made of a line ends: never inside a secret, since nobody would know the first part for one.</summary>
    private static int EndOf(string line)
    {
        if (line.Length <= MostCharacters)
            return line.Length;
        var end = line.AsSpan(0, MostCharacters + 1).LastIndexOfAny(Ends) + 1;
        if (end == 0)
            end = line.AsSpan(0, MostCharacters).LastIndexOfAny(EndsInWords) + 1;
        if (end == 0)
            for (end = MostCharacters; end > 0 && (char.IsAscii(line[end - 1]) || char.IsHighSurrogate(line[end - 1])); )
                end--;
        foreach (var (start, length, _) in SecretFinder.Standard.Find(line).OrderByDescending(secret => secret.Start))
            if (start < end && end < start + length)
                end = start;
        return end;
    }
}
