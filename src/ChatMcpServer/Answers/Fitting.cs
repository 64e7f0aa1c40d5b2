using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatSessions.Condensing;

namespace ChatMcpServer.Answers;

/// <summary>An answer that is a list of rows, as text and as JSON.</summary>
internal interface IRows
{
    string ToText();

    JsonElement ToJson();
}

/// <summary>Fits rows into a token budget. Text and JSON must each fit, since some hosts show their model the text and others the JSON.</summary>
internal static class Fitting
{
    /// <summary>How many of the first rows fit.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="answer">Makes the answer with this many of the first rows.</param>
    /// <param name="fewest">This many are in it even if they do not fit: by default one, so that every page makes progress.</param>
    public static int Rows(int count, int maxTokens, Func<int, IRows> answer, int fewest = 1)
    {
        if (count <= fewest || Fits(answer(count), maxTokens))
            return count;
        var (fitting, tooMany) = (fewest, count);
        while (tooMany - fitting > 1)
        {
            var middle = (fitting + tooMany) / 2;
            (fitting, tooMany) = Fits(answer(middle), maxTokens) ? (middle, tooMany) : (fitting, middle);
        }
        return fitting;
    }

    /// <summary>The note about rows that were left out; null if there are none.</summary>
    /// <param name="what">The name of one row, such as <c>hit</c>.</param>
    public static string? LeftOut(int count, string what, int maxTokens) =>
        count == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $" {count} more {what}{(count == 1 ? "" : "s")} on this page left out to stay within max_tokens={maxTokens}; next_cursor continues there."
            );

    /// <summary>Whether both forms of an answer are within the budget.</summary>
    public static bool Fits(IRows answer, int maxTokens)
    {
        var budget = Cost.Budget(maxTokens);
        var text = answer.ToText();
        var json = answer.ToJson();
        return (Bytes(text) <= maxTokens || Cost.Count(text).FitsIn(budget))
            && (BytesWithSpaces(json.GetRawText()) <= maxTokens || Cost.Count(json).FitsIn(budget));
    }

    /// <summary>The most tokens that a text can have, since each takes at least one byte: mostly they need not be counted.</summary>
    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>At most a space follows each comma and colon.</summary>
    private static int BytesWithSpaces(string json) => Bytes(json) + json.AsSpan().Count(',') + json.AsSpan().Count(':');
}
