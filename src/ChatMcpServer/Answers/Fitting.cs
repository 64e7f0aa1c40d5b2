using System.Globalization;
using System.Text.Json;
using ChatSessions.Condensing;

namespace ChatMcpServer.Answers;

/// <summary>An answer of rows, in both channels.</summary>
internal interface IRows
{
    string ToText();

    JsonElement ToJson();
}

/// <summary>Fits rows into a budget. Each channel fits alone, since some hosts show their model the text and others the JSON.</summary>
internal static class Fitting
{
    /// <summary>How many of the first rows fit: all, or fewer with a note on the others, but never none, so that each page leads on.</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="answer">Makes the answer with so many of the first rows.</param>
    public static int Rows(int count, int maxTokens, Func<int, IRows> answer)
    {
        if (count <= 1 || Fits(answer(count), maxTokens))
            return count;
        var (fitting, tooMany) = (1, count);
        while (tooMany - fitting > 1)
        {
            var middle = (fitting + tooMany) / 2;
            (fitting, tooMany) = Fits(answer(middle), maxTokens) ? (middle, tooMany) : (fitting, middle);
        }
        return fitting;
    }

    /// <summary>What an answer says of the rows that it leaves out; null when it has all.</summary>
    /// <param name="what">One row, such as <c>hit</c>.</param>
    public static string? LeftOut(int count, string what, int maxTokens) =>
        count == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $" {count} more {what}{(count == 1 ? "" : "s")} on this page left out to stay within max_tokens={maxTokens}; next_cursor continues there."
            );

    private static bool Fits(IRows answer, int maxTokens)
    {
        var budget = Cost.Budget(maxTokens);
        return Cost.Count(answer.ToText()).FitsIn(budget) && Cost.Count(answer.ToJson()).FitsIn(budget);
    }
}
