using ChatSessions.Model;

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
                if (source != "user_input" || SaysWhatIsWanted(line))
                    return Shortened(line, text);
                first ??= Shortened(line, text);
            }
            if (first is not null)
                return first;
        }
        return null;
    }

    /// <summary>A title, at most as long as titles are.</summary>
    public static string Shortened(string title) => Shortened(title, title);

    private static bool SaysWhatIsWanted(string line) =>
        line.Length >= ShortInput || (line.Length >= ShortInput / 3 && !line.Any(char.IsAscii));

    private static string Shortened(string line, string text)
    {
        var title = line.AsSpan();
        if (title.Length > MostCharacters)
            title = title[..(char.IsHighSurrogate(title[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters)];
        return title.Length < text.Length ? $"{title}..." : text;
    }
}
