using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// The title of a session without a recorded one: the first line that says something, of the user's inputs, else of an answer, else of the context
/// or a thought.
/// </summary>
internal static class DraftTitle
{
    private const int MostCharacters = 60;

    /// <summary>Whose words make the best title comes first.</summary>
    private static readonly string[] Sources = ["user_input", "text", "context", "thinking"];

    /// <summary>An input of only these words answers something that came before.</summary>
    private static readonly HashSet<string> Replies = new(StringComparer.OrdinalIgnoreCase)
    {
        "ok",
        "okay",
        "yes",
        "yeah",
        "yep",
        "sure",
        "go",
        "on",
        "ahead",
        "continue",
        "proceed",
        "please",
        "do",
        "it",
        "that",
        "let's",
        "and",
        "now",
        "thanks",
        "no",
    };

    /// <summary>The title; null if nothing was said.</summary>
    public static string? Of(IReadOnlyList<DraftEvent> events, Func<DraftEvent, RawJson> bodyOf)
    {
        string? reply = null;
        foreach (var source in Sources)
        {
            foreach (var one in events)
            {
                if (one.Type != source || one.IsDropped)
                    continue;
                var text = (bodyOf(one).Property("content").AsString() ?? "").Trim();
                if (DerivedTitle.Of(text) is not { Length: > 0 } line)
                    continue;
                if (!IsReply(line))
                    return Shortened(line, text);
                reply ??= Shortened(line, text);
            }
            if (reply is not null)
                return reply;
        }
        return null;
    }

    private static bool IsReply(string line) =>
        line.Length <= MostCharacters && line.Split(' ', ',', '.', '!').All(word => word.Length == 0 || Replies.Contains(word));

    private static string Shortened(string line, string text)
    {
        var title = line.AsSpan();
        if (title.Length > MostCharacters)
            title = title[..(char.IsHighSurrogate(title[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters)];
        return title.Length < text.Length ? $"{title}..." : text;
    }
}
