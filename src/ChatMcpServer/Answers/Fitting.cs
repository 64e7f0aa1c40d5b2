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
    private const int MostGuesses = 4;

    /// <summary>How many of the first rows fit.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="answer">Makes the answer with this many of the first rows.</param>
    /// <param name="fewest">This many are in it even if they do not fit: by default one, so that every page makes progress.</param>
    public static int Rows(int count, int maxTokens, Func<int, IRows> answer, int fewest = 1)
    {
        if (count <= fewest)
            return count;
        var share = ShareOfBudget(answer(count), maxTokens);
        if (share <= 1)
            return count;
        var (fitting, tooMany, guesses) = (fewest, count, 0);
        for (var rows = count; tooMany - fitting > 1; )
        {
            // Rows cost about the same, so a few guesses come close. Counting tokens takes longer than anything else here.
            rows = guesses++ < MostGuesses ? Math.Clamp((int)(rows / share), fitting + 1, tooMany - 1) : (fitting + tooMany) / 2;
            share = ShareOfBudget(answer(rows), maxTokens);
            (fitting, tooMany) = share <= 1 ? (rows, tooMany) : (fitting, rows);
        }
        return fitting;
    }

    /// <summary>The note about rows that were left out; null if all are there.</summary>
    /// <param name="what">The name of one row, such as <c>hit</c>.</param>
    public static string? LeftOut(int count, string what, int maxTokens) =>
        count == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $" {count} more {what}{(count == 1 ? "" : "s")} on this page left out to stay within max_tokens={maxTokens}; next_cursor continues there."
            );

    /// <summary>Whether both forms of an answer are within the budget.</summary>
    public static bool Fits(IRows answer, int maxTokens) => ShareOfBudget(answer, maxTokens) <= 1;

    /// <summary>How much of the budget the more expensive form of an answer takes: more than 1 does not fit. Less than 1 may be an estimate.</summary>
    private static double ShareOfBudget(IRows answer, int maxTokens)
    {
        var budget = Cost.Budget(maxTokens);
        var text = answer.ToText();
        // Most answers that do not fit are much too long, so their tokens need not be counted, nor their JSON be written.
        if (text.Length > budget.Characters)
            return (double)text.Length / budget.Characters;
        var share = Bytes(text) <= maxTokens ? (double)Bytes(text) / maxTokens : Share(Cost.Count(text));
        if (share > 1)
            return share;
        var json = answer.ToJson();
        var written = json.GetRawText();
        if (written.Length > budget.Characters)
            return (double)written.Length / budget.Characters;
        return Math.Max(
            share,
            BytesWithSpaces(written) <= maxTokens ? (double)BytesWithSpaces(written) / maxTokens : Share(Cost.Count(json))
        );

        double Share(Cost cost) => Math.Max((double)cost.Tokens / budget.Tokens, (double)cost.Characters / budget.Characters);
    }

    /// <summary>The most tokens that a text can have, since each takes at least one byte: mostly they need not be counted.</summary>
    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>At most a space follows each comma and colon.</summary>
    private static int BytesWithSpaces(string json) => Bytes(json) + json.AsSpan().Count(',') + json.AsSpan().Count(':');
}
