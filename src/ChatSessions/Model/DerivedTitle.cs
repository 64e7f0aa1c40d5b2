namespace ChatSessions.Model;

/// <summary>
/// A title made of a message. Many programs wrap what the user wants in the same words, so the first words of all their sessions are alike:
/// <c>&lt;pr_description&gt; Consider the following PR description: …</c>. So a title is the first line that says something: it is no tag,
/// no label such as <c>ISSUE:</c>, and no stock opening such as <c>You are a helpful assistant.</c>
/// </summary>
internal static class DerivedTitle
{
    /// <summary>A title is looked for in this many characters.</summary>
    private const int LookedAt = 4_000;

    private const int LongestTag = 60;
    private const int LongestLabel = 24;

    /// <summary>A sentence that begins like this says how to work, not what is wanted.</summary>
    private static readonly string[] StockOpenings =
    [
        "You are a ",
        "You are an ",
        "You are the ",
        "You're a ",
        "You're an ",
        "I've uploaded ",
        "I have uploaded ",
        "We're currently solving ",
        "We are currently solving ",
        "You **MUST** consider the user input",
    ];

    /// <summary>A line that begins like this, and ends in a colon, only introduces what follows.</summary>
    private static readonly string[] Introductions =
    [
        "Consider the ",
        "Here is ",
        "Here's ",
        "Here are ",
        "Below is ",
        "The description is",
        "The following ",
        "This is the ",
        "Implement the following plan",
    ];

    /// <summary>The first line of a message that says something; its first line if none does, and empty if it has none.</summary>
    public static string Of(string message)
    {
        var text = message.AsSpan(0, Math.Min(message.Length, LookedAt));
        var first = "";
        foreach (var line in text.EnumerateLines())
        {
            var rest = line.Trim();
            if (first == "")
                first = rest.ToString();
            rest = WithoutOpenings(rest);
            if (!rest.IsEmpty)
                return rest.ToString();
        }
        return first;
    }

    /// <summary>Whether a title begins with words that say nothing.</summary>
    public static bool IsStock(string title) => WithoutOpenings(title).Length < title.Length;

    /// <summary>
    /// What to say instead of a recorded title, if that is only the beginning of the session's first message; otherwise null.
    /// </summary>
    public static string? InsteadOf(string? title, string? message)
    {
        if (title is null || message is null)
            return null;
        var beginning = title.AsSpan().TrimEnd(".… ");
        if (!BeginsWith(message, beginning))
            return null;
        var derived = Of(message);
        return derived.Length == 0 || BeginsWith(derived, beginning) || BeginsWith(beginning, derived) ? null : derived;
    }

    private static ReadOnlySpan<char> WithoutOpenings(ReadOnlySpan<char> line)
    {
        while (!line.IsEmpty)
        {
            var rest = WithoutMark(WithoutTags(line)).TrimStart("#*- ");
            if (rest.StartsWith("```") || rest.Equals("User Input", StringComparison.OrdinalIgnoreCase))
                return default; // The frame that a prompt's template puts around what the user typed.
            if (BeginsWithAny(rest, StockOpenings))
                // Only the first sentence is stock.
                rest = rest.IndexOf(". ") is >= 0 and var end ? rest[(end + 2)..] : default;
            else if (rest is [.., ':'] && (rest.Length <= LongestLabel || BeginsWithAny(rest, Introductions)))
                return default;
            if (rest.Length == line.Length)
                return line;
            line = rest.Trim();
        }
        return line;
    }

    private static ReadOnlySpan<char> WithoutTags(ReadOnlySpan<char> line)
    {
        if (line is ['<', (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '/', ..] && line.IndexOf('>') is >= 0 and <= LongestTag and var end)
            line = line[(end + 1)..].TrimStart();
        if (line is [.., '>'] && line.LastIndexOf("</") is >= 0 and var start && line.Length - start <= LongestTag)
            line = line[..start].TrimEnd();
        return line;
    }

    /// <summary>A line without the mark of a picture or a file at its beginning, such as <c>[Image #1]</c>.</summary>
    private static ReadOnlySpan<char> WithoutMark(ReadOnlySpan<char> line)
    {
        var isMark =
            line.StartsWith("[Image", StringComparison.OrdinalIgnoreCase)
            || (line is ['[', ..] && line.IndexOf(" bytes, not kept]") is > 0 and < LongestTag);
        return isMark && line.IndexOf(']') is > 0 and < LongestTag and var end ? line[(end + 1)..].TrimStart() : line;
    }

    private static bool BeginsWithAny(ReadOnlySpan<char> line, string[] beginnings)
    {
        foreach (var beginning in beginnings)
            if (line.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>Compares two texts up to the end of the second; any white space is a single space.</summary>
    private static bool BeginsWith(ReadOnlySpan<char> text, ReadOnlySpan<char> beginning)
    {
        text = text.Trim();
        beginning = beginning.Trim();
        var at = 0;
        for (var index = 0; index < beginning.Length; index++)
        {
            if (at >= text.Length)
                return false;
            if (!char.IsWhiteSpace(beginning[index]))
            {
                if (text[at++] != beginning[index])
                    return false;
            }
            else if (index == 0 || !char.IsWhiteSpace(beginning[index - 1]))
            {
                if (!char.IsWhiteSpace(text[at]))
                    return false;
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                    at++;
            }
        }
        return true;
    }
}
