using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// What a program puts around the user's words before it sends them to the model. The program's part becomes context, so that nobody takes it
/// for what the user said.
/// </summary>
/// <param name="Said">Tags around the user's words. If there are any, all else in the text is the program's.</param>
/// <param name="Added">Tags around what the program adds.</param>
internal sealed record Envelope(string[] Said, string[] Added)
{
    /// <summary>For programs that add nothing.</summary>
    public static Envelope None { get; } = new([], []);

    /// <summary>How texts begin that the program writes as a whole in the user's name.</summary>
    public string[] Beginnings { get; init; } = [];

    /// <summary>Whether a text is the program's as a whole.</summary>
    public bool Adds(string text)
    {
        var start = text.AsSpan().TrimStart();
        foreach (var beginning in Beginnings)
            if (start.StartsWith(beginning, StringComparison.Ordinal))
                return true;
        return false;
    }

    /// <summary>The user's words and the program's, as JSON strings. Either is missing if nothing was said.</summary>
    public (RawJson Words, RawJson Context) Open(RawJson content)
    {
        if (Beginnings.Length > 0 && content.AsString() is { } whole && Adds(whole))
            return (default, content);
        if (!content.Utf8.Span.Contains((byte)'<') || content.AsString() is not { } text)
            return (content, default);
        var (rest, added) = Split(text, Added);
        var (others, said) = Split(rest, Said);
        if (said.Length > 0)
        {
            added = others.Trim().Length > 0 ? $"{others.Trim()}{(added.Length > 0 ? "\n" : "")}{added}" : added;
            rest = said;
        }
        else if (added.Length == 0)
            return (content, default);
        return (Quoted(said.Length > 0 ? said : rest.Trim()), Quoted(added));
    }

    /// <summary>The text outside of the tags, and what is in them.</summary>
    private (string Outside, string Inside) Split(string text, string[] tags)
    {
        var outside = new StringBuilder();
        var inside = new StringBuilder();
        for (var at = 0; ; )
        {
            var (start, end, inner) = Next(text, at, tags);
            if (start < 0)
                return at == 0 ? (text, "") : (outside.Append(text, at, text.Length - at).ToString(), inside.ToString());
            outside.Append(text, at, start - at);
            // What a program adds keeps its tags: they say what it is.
            var part = ReferenceEquals(tags, Said) ? text[inner.Start..inner.End].Trim() : text[start..end];
            inside.Append(inside.Length > 0 && part.Length > 0 ? "\n" : "").Append(part);
            at = end;
        }
    }

    /// <summary>The first complete element with one of the tags.</summary>
    private static (int Start, int End, (int Start, int End) Inner) Next(string text, int from, string[] tags)
    {
        var first = (Start: -1, End: 0, Inner: (0, 0));
        foreach (var tag in tags)
        {
            var start = text.IndexOf($"<{tag}", from, StringComparison.Ordinal);
            if (start < 0 || first.Start >= 0 && start > first.Start)
                continue;
            var inner = start + tag.Length + 1;
            if (inner < text.Length && text[inner] is not ('>' or ' ' or '\n'))
                continue;
            var open = text.IndexOf('>', start);
            var close = open < 0 ? -1 : text.IndexOf($"</{tag}>", open, StringComparison.Ordinal);
            if (close >= 0)
                first = (start, close + tag.Length + 3, (open + 1, close));
        }
        return first;
    }

    private static RawJson Quoted(string text) => text.Length > 0 ? JsonText.Quote(text) : default;
}
