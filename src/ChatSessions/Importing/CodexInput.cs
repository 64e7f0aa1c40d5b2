namespace ChatSessions.Importing;

/// <summary>
/// A message in the user's name, divided into what the person wrote and what programs put around it: Codex sends the model much in the user's
/// name, and editors put the open files above the request.
/// </summary>
/// <param name="Words">What the person wrote; null if nothing.</param>
/// <param name="Context">What a program wrote; empty if nothing.</param>
internal readonly record struct CodexInput(string? Words, string Context)
{
    private const int LongestTag = 60;

    /// <summary>The heading above the person's words, if an editor wrote something before them.</summary>
    private const string RequestHeading = "## My request for Codex";

    private static readonly string[] ProgramTags =
    [
        "environment_context",
        "user_instructions",
        "turn_aborted",
        "permissions instructions",
        "skill",
        "skills",
        "recommended_plugins",
        "INSTRUCTIONS",
        "subagent_notification",
        "user_shell_command",
        "user_action",
        "hook_prompt",
        "collaboration_mode",
        "personality_spec",
        "model_switch",
        "goal_context",
        "system-reminder",
    ];

    /// <summary>How Codex begins the message that gives the next model a summary.</summary>
    private static readonly string[] SummaryBeginnings =
    [
        "Another language model started to solve this problem",
        "You were originally given instructions from a user over one or more turns",
    ];

    /// <param name="text">The message, or a part of it.</param>
    /// <param name="isSure">Whether the record says that a person sent it. Then a tag that is not Codex's own is theirs.</param>
    public static CodexInput Split(string text, bool isSure)
    {
        var rest = text.AsSpan().TrimStart();
        rest = WithoutTags(rest, isSure);
        if (LengthOfEditorContext(rest) is > 0 and var length)
            rest = WithoutTags(rest[length..].TrimStart(), isSure);
        var start = text.Length - rest.Length;
        var words = rest.TrimEnd();
        var end = WithoutContextAtEnd(words);
        if (start == text.Length - text.AsSpan().TrimStart().Length && end.Length == words.Length)
            return words.IsEmpty ? new(null, "") : new(text, "");
        var context = $"{text.AsSpan(0, start).Trim()}\n{words[end.Length..].Trim()}".Trim();
        return new(end.Trim().IsEmpty ? null : end.Trim().ToString(), context);
    }

    private static ReadOnlySpan<char> WithoutTags(ReadOnlySpan<char> text, bool isSure)
    {
        while (LengthOfContext(text, isSure) is > 0 and var length)
            text = text[length..].TrimStart();
        return text;
    }

    /// <summary>The length of what a program wrote at the beginning; 0 if the person's words begin here.</summary>
    private static int LengthOfContext(ReadOnlySpan<char> text, bool isSure)
    {
        if (text.IsEmpty)
            return 0;
        if (text.StartsWith("# AGENTS.md instructions"))
            return End(text, "</INSTRUCTIONS>") ?? text.Length;
        foreach (var beginning in SummaryBeginnings)
            if (!isSure && text.StartsWith(beginning))
                return text.Length;
        if (text[0] != '<' || text[..Math.Min(text.Length, LongestTag)].IndexOf('>') is not (> 1 and var close))
            return 0;
        var name = text[1..close];
        foreach (var tag in ProgramTags)
            if (name.SequenceEqual(tag))
                return End(text, $"</{tag}>") ?? text.Length;
        // A tag that this version does not know: the whole message is one element, with a name that no markup has.
        var isElement = !isSure && IsProgramName(name) && text.TrimEnd().EndsWith($"</{name}>");
        return isElement ? text.Length : 0;
    }

    /// <summary>An editor writes headings of its own, then one for the request, and below it what the person wrote.</summary>
    private static int LengthOfEditorContext(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("# "))
            return 0;
        for (var from = 0; text[from..].IndexOf(RequestHeading) is >= 0 and var found; )
        {
            var at = from + found;
            var lineEnd = text[at..].IndexOf('\n') is >= 0 and var feed ? at + feed : text.Length;
            if (at > 0 && text[at - 1] == '\n' && text[at..lineEnd].TrimEnd().EndsWith(":"))
                return Math.Min(lineEnd + 1, text.Length);
            from = lineEnd;
        }
        return 0;
    }

    private static ReadOnlySpan<char> WithoutContextAtEnd(ReadOnlySpan<char> words) =>
        words.EndsWith("</environment_context>") && words.LastIndexOf("<environment_context>") is >= 0 and var start
            ? words[..start].TrimEnd()
            : words;

    private static bool IsProgramName(ReadOnlySpan<char> name)
    {
        foreach (var letter in name)
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-'))
                return false;
        return name.ContainsAny('_', '-');
    }

    private static int? End(ReadOnlySpan<char> text, string closing) =>
        text.IndexOf(closing) is >= 0 and var at ? at + closing.Length : null;
}
