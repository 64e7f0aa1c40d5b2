namespace ChatSessions.Model;

/// <summary>
/// A title made of a message. Many programs wrap what the user wants in the same words, so the first words of all their sessions are alike:
/// <c>&lt;pr_description&gt; Consider the following PR description: …</c>. People greet, and paste a trace before they ask. So a title is the
/// first line that says what is wanted, without the words before it that say nothing.
/// </summary>
internal static class DerivedTitle
{
    /// <summary>A title is looked for in this many characters.</summary>
    private const int LookedAt = 4_000;

    /// <summary>Under a long text that was pasted, a title is looked for in the last paragraph, in this many characters.</summary>
    private const int LookedAtLast = 1_000;

    /// <summary>The first line of a message that says most; empty if the message is.</summary>
    public static string Of(string message)
    {
        var best = TitleLines.Best(message.AsSpan(0, Math.Min(message.Length, LookedAt)));
        if (best.Worth < TitleWorth.Background && message.Length > LookedAt)
            if (TitleLines.Best(LastParagraph(message)) is { Worth: TitleWorth.Wanted } last)
                best = last;
        return best.Text;
    }

    /// <summary>The parts of a message that a title can be from.</summary>
    public static string LookedAtIn(string message) =>
        message.Length <= LookedAt + LookedAtLast ? message : $"{message.AsSpan(0, LookedAt)}\n\n{LastParagraph(message)}";

    /// <summary>Whether a title begins with words that every session of a program has, or says nothing at all.</summary>
    public static bool IsStock(string title)
    {
        var said = title.AsSpan().TrimEnd(".… ");
        return TitleOpenings.WithoutFrame(said, out _).Length < said.Length || TitleLines.Best(said).Worth < TitleWorth.Background;
    }

    /// <summary>Whether a text has more than words such as "Please help me". A long one has.</summary>
    public static bool SaysAnything(ReadOnlySpan<char> text) => text.Length > LookedAt || !TitleWords.AreEmpty(text);

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

    /// <summary>What stands behind the last empty line; empty if that is too far from the end.</summary>
    private static ReadOnlySpan<char> LastParagraph(string message)
    {
        var end = message.AsSpan().TrimEnd();
        end = end.Length > LookedAtLast ? end[^LookedAtLast..] : end;
        var start = Math.Max(end.LastIndexOf("\n\n"), end.LastIndexOf("\n\r\n"));
        return start < 0 ? default : end[start..];
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
