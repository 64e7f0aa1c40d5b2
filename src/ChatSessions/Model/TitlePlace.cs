namespace ChatSessions.Model;

/// <summary>Where in a message a line stands: in code, under a heading, in a tag. What a line says depends on it.</summary>
internal sealed class TitlePlace
{
    private const int LongestTag = 60;

    /// <summary>The signs of the fence that the line is in; empty outside of code.</summary>
    private string fence = "";

    /// <summary>The last sentence said who the agent is. What follows with "You" says how it works.</summary>
    private bool isRole;

    /// <summary>The tag whose content is background; empty if it is not a tag that says so.</summary>
    private string backgroundTag = "";

    private bool isBackgroundHeading;
    private bool isBackgroundLabel;
    private bool hasContent;

    /// <summary>Whether a line is in a block of code or marks an end of one.</summary>
    public bool IsCode(ReadOnlySpan<char> line)
    {
        var text = line.TrimStart();
        if (fence.Length > 0)
        {
            if (text.StartsWith(fence))
                fence = "";
            return true;
        }
        if (IsFence(text))
            fence = text[..3].ToString();
        return fence.Length > 0;
    }

    /// <summary>What a written line says, and what that is worth.</summary>
    public (TitleWorth Worth, string Text) Read(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        if (IsTag(text))
            return (TitleWorth.Frame, text.ToString());
        var rest = TitleOpenings.WithoutTags(text);
        var isBackground = rest.Length < text.Length && TitleWords.AreBackground(text[..text.IndexOf('>')]);
        if (rest is ['>', ..])
        {
            isBackground = true;
            rest = rest.TrimStart("> ");
        }
        if (IsHeading(rest) || TitleOpenings.IsLabel(rest))
            if (ReadHeading(rest) is { } frame)
                return frame;
        hasContent = true;
        rest = TitleOpenings.WithoutFrame(rest, out var isStock);
        isRole |= isStock;
        var said = TitleOpenings.WithoutGreeting(rest);
        if (TitleOpenings.BehindBackgroundLabel(said) is { IsEmpty: false } labelled)
        {
            isBackground = true;
            said = labelled;
        }
        isBackground |= isBackgroundHeading || isBackgroundLabel || backgroundTag.Length > 0;
        isBackground |= isRole && said.StartsWith("You ", StringComparison.Ordinal);
        if (said.IsEmpty)
            return rest.IsEmpty || TitleWords.AreGreeting(rest) ? (TitleWorth.Frame, text.ToString()) : (TitleWorth.Vague, rest.ToString());
        var named = TitleOpenings.WithFileNames(said);
        return !TitleWords.SaySomething(named)
            ? (TitleWorth.Vague, rest.ToString())
            : (isBackground ? TitleWorth.Background : TitleWorth.Wanted, named);
    }

    public void EndParagraph()
    {
        isRole = false;
        isBackgroundLabel &= !hasContent;
    }

    /// <summary>A label or a heading; null if it says what is wanted.</summary>
    private (TitleWorth Worth, string Text)? ReadHeading(ReadOnlySpan<char> line)
    {
        var isHeading = IsHeading(line);
        var isBackground = TitleWords.AreBackground(line);
        if (isHeading || TitleWords.AreOpening(line))
            isBackgroundHeading = isHeading && isBackground;
        isBackgroundLabel = !isHeading && isBackground;
        hasContent = false;
        if (!TitleOpenings.IsLabel(line) && !TitleWords.AreEmpty(line))
            return null;
        var isVague = line.Contains(' ') && TitleWords.AreEmpty(line) && !TitleWords.AreOpening(line);
        return (isVague ? TitleWorth.Vague : TitleWorth.Frame, line.ToString());
    }

    /// <summary>Whether a line is only the beginning or the end of a tag.</summary>
    private bool IsTag(ReadOnlySpan<char> text)
    {
        if (text is not ['<', .., '>'] || text.Length > LongestTag || text[1..^1].ContainsAny('<', '>'))
            return false;
        if (text[1] == '/')
        {
            if (text[2..^1].Equals(backgroundTag, StringComparison.Ordinal))
                backgroundTag = "";
        }
        else if (backgroundTag.Length == 0 && TitleWords.AreBackground(text))
            backgroundTag = text[1..^1].ToString();
        return true;
    }

    private static bool IsFence(ReadOnlySpan<char> text) =>
        (text.StartsWith("```") || text.StartsWith("~~~")) && !text[3..].Contains(text[..3], StringComparison.Ordinal);

    private static bool IsHeading(ReadOnlySpan<char> text) => text is ['#', ..] or ['*', '*', .., '*', '*'];
}
