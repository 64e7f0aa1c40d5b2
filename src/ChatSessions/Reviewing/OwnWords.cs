using System.Buffers;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>What the user wrote in a message, without what was pasted or quoted: that was said by somebody else, or of something else.</summary>
internal static class OwnWords
{
    private const int LookedAt = 4_000;

    private static readonly SearchValues<char> Quotes = SearchValues.Create("\"“„«「『`");

    public static string Of(string message)
    {
        var text = message.AsSpan(0, Math.Min(message.Length, LookedAt));
        var own = new StringBuilder(text.Length);
        var isCode = false;
        var isOutput = false;
        foreach (var line in text.EnumerateLines())
        {
            var written = line.TrimStart();
            var kind = PastedLine.KindOf(line);
            var isFence = written.StartsWith("```") || written.StartsWith("~~~");
            isCode ^= isFence;
            isOutput = isOutput ? !written.IsEmpty : kind == PastedLineKind.Opening;
            if (!isFence && !isCode && !isOutput && kind != PastedLineKind.Output && !IsMessage(written, kind) && written is not ['>', ..])
                AddUnquoted(written, own);
            own.Append('\n');
        }
        return own.ToString().Trim();
    }

    /// <summary>Whether a line is only the message of an error or a line of a log: <c>TypeError: this is wrong</c>.</summary>
    private static bool IsMessage(ReadOnlySpan<char> line, PastedLineKind kind) =>
        kind == PastedLineKind.Message && line[..(line.IndexOf(' ') is > 0 and var end ? end : line.Length)] is [.., ':' or ']' or '!'];

    private static void AddUnquoted(ReadOnlySpan<char> line, StringBuilder own)
    {
        while (line.IndexOfAny(Quotes) is >= 0 and var start)
        {
            var end = line[(start + 1)..].IndexOfAny(ClosingOf(line[start]));
            if (end < 0)
                break;
            // The marks stay: where something was quoted, the words around it do not touch.
            own.Append(line[..start]).Append("\"\"");
            line = line[(start + end + 2)..];
        }
        own.Append(line);
    }

    private static string ClosingOf(char quote) =>
        quote switch
        {
            '“' => "”",
            '„' => "“”",
            '«' => "»",
            '「' => "」",
            '『' => "』",
            _ => quote.ToString(),
        };
}
