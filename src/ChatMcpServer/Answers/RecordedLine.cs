using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.ToolCalls;

namespace ChatMcpServer.Answers;

/// <summary>Writes recorded text on one line, so that it can never look like one of our lines. What is cut is counted, with the event that has it.</summary>
internal static class RecordedLine
{
    private const int MostArguments = 8;
    private const int Before = 24;

    /// <summary>Of both ends of a text, less says nothing.</summary>
    private const int ShortestOfEnds = 60;

    /// <param name="limit">The most characters to show, without the mark of a cut. What is not longer than a mark is not cut.</param>
    /// <param name="position">The event that has the text; null if none has.</param>
    public static string Write(string text, int limit, int? position)
    {
        var end = Math.Min(limit, text.Length);
        string shown;
        while ((shown = Show(text, end)).Length > limit)
            end -= Math.Max(1, (shown.Length - limit) / 6);
        if (end == text.Length)
            return shown.TrimEnd();
        var mark = string.Create(
            CultureInfo.InvariantCulture,
            $"…[+{text.Length - end:N0} characters{(position is { } at ? $", #{at}" : "")}]"
        );
        return text.Length - end <= mark.Length && Show(text, text.Length) is var whole && whole.Length <= shown.Length + mark.Length
            ? whole.TrimEnd()
            : shown.TrimEnd() + mark;
    }

    /// <summary>
    /// A text or, if it is longer, its beginning and its end: a line may begin with what was done, and end with what happened.
    /// </summary>
    public static string Ends(string text, int limit, int? position)
    {
        var head = limit * 3 / 8;
        var end = text.Length - (limit - head);
        if (limit < ShortestOfEnds || text.Length <= limit)
            return Write(text, limit, position);
        if (char.IsLowSurrogate(text[end]))
            end++;
        end = OutgoingText.WordStartBehind(text, end);
        var tail = OneLine(OutgoingText.Show(text, end, text.Length));
        return tail.Length > limit - head ? Write(text, limit, position) : $"{Write(text[..end], head, position)}…{tail.TrimEnd()}";
    }

    /// <summary>A text from about a place on: a few characters before it are shown, too, and those before them are counted.</summary>
    public static string From(string text, int start, int limit, int? position)
    {
        var from = text.Length <= limit ? 0 : Math.Max(0, start - Math.Min(Before, limit / 4));
        // From the beginning of a word on.
        if (from > 0 && !char.IsWhiteSpace(text[from - 1]) && text.AsSpan(from, start - from).IndexOfAny(" \n\t") is >= 0 and var blank)
            from += blank + 1;
        if (from > 0 && char.IsLowSurrogate(text[from]))
            from--;
        var mark = string.Create(CultureInfo.InvariantCulture, $"[+{from:N0} characters before]…");
        return from <= mark.Length ? Write(text, limit + from, position) : mark + Write(text[from..], limit, position);
    }

    /// <summary>The arguments of a call: a single one without its name.</summary>
    public static string Arguments(ToolCallEvent call, int limit)
    {
        var properties = call.Arguments.Properties();
        var text = properties switch
        {
            [] => call.Arguments.Kind == JsonValueKind.Object ? "" : Value(call.Arguments),
            [var only] => Value(only.Value),
            _ => string.Join(
                ", ",
                properties.Take(MostArguments).Select(one => $"{Quoted.Name(OutgoingText.ShowName(one.Key))}: {Value(one.Value)}")
            ) + (properties.Count > MostArguments ? $", and {properties.Count - MostArguments} more arguments" : ""),
        };
        return Write(text, limit, call.Position);
    }

    /// <summary>A call with its arguments.</summary>
    public static string Call(ToolUse use, int limit) =>
        use.Call is { } call && Arguments(call, limit) is { Length: > 0 } arguments
            ? $"{Label(use.Name, limit)}: {arguments}"
            : Label(use.Name, limit);

    /// <summary>The name of a tool among the server's own words.</summary>
    public static string Label(string name, int limit) => name.Length == 0 ? Tool(name, limit) : Quoted.Tool(Tool(name, limit));

    public static string Tool(string name, int limit) => name.Length == 0 ? CalledTool.NoName : Write(name, limit, null);

    private static string Value(RawJson value) => value.AsString() ?? value.ToString();

    private static string Show(string text, int end)
    {
        if (end > 0 && end < text.Length && char.IsHighSurrogate(text[end - 1]))
            end--;
        return OneLine(OutgoingText.Show(text, 0, Math.Max(0, end))).TrimStart();
    }

    private static string OneLine(string shown) => shown.Replace('\n', ' ').Replace('\t', ' ');
}
