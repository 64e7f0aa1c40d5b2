using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatSessions.Recorded;
using ChatSessions.ToolCalls;

namespace ChatMcpServer.Answers;

/// <summary>A page of a session's tool calls, as an answer. Text and JSON are pages of their own, since a row costs more as JSON.</summary>
public sealed record ToolCallList : IRows
{
    private const int LongestId = 200;

    public required string SessionId { get; init; }

    /// <summary>The filters and the order, in words; null without any.</summary>
    public string? Asked { get; init; }

    /// <summary>How many calls match.</summary>
    public required int Matching { get; init; }

    /// <summary>How many calls the session has, and results without a call.</summary>
    public required int Total { get; init; }

    /// <summary>The tools of the matching calls, most called first.</summary>
    public required ImmutableArray<CalledTool> Tools { get; init; }

    public int? MoreTools { get; init; }

    public required ImmutableArray<ListedToolCall> Calls { get; init; }

    public string? NextCursor { get; init; }

    public string? Notes { get; init; }

    /// <summary>The number of the first call of the page, from 1.</summary>
    [JsonIgnore]
    public int First { get; init; } = 1;

    /// <summary>The answer without rows.</summary>
    /// <param name="mostTools">How many tools are named.</param>
    internal static ToolCallList Frame(FoundCalls found, int mostTools, string? notes) =>
        new()
        {
            SessionId = OutgoingText.ShowLine(OutgoingText.ShowName(found.Session.Session.Summary.SessionId), LongestId) ?? "",
            Asked = found.Query.Description is { } asked ? OutgoingText.ShowName(asked) : null,
            Matching = found.Matching.Length,
            Total = found.All.Length,
            Tools = [.. found.Tools.Take(mostTools)],
            MoreTools = found.Tools.Length > mostTools ? found.Tools.Length - mostTools : null,
            Calls = [],
            Notes = notes,
        };

    /// <summary>All matching calls with everything whole, for a program that has room for it.</summary>
    internal static ToolCallList Whole(FoundCalls found) =>
        Frame(found, found.Tools.Length, notes: null) with
        {
            Calls =
            [
                .. found.Matching.Select(facts =>
                    ListedToolCall.From(new ShownCall(found.Session, facts, found.Query.Matching), CallRoom.Whole)
                ),
            ],
        };

    /// <summary>The answer as text: a head, and below it two lines or more per call, as in transcripts.</summary>
    public string ToText()
    {
        var text = new StringBuilder(Head());
        for (var row = 0; row < Calls.Length; row++)
            text.Append(Calls[row].ToText(IsNewTurn(row))).Append('\n');
        return text.ToString();
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJson.Unescaped.ToolCallList);

    /// <summary>The head of the text, with the blank line after it.</summary>
    private string Head()
    {
        var head = new StringBuilder("Session: ").Append(SessionId).Append('\n');
        head.Append(CultureInfo.InvariantCulture, $"Calls: {Matching:N0} of {Total:N0}");
        if (Asked is not null)
            head.Append(": ").Append(Asked);
        if (Calls.Length > 0 && Calls.Length < Matching)
            head.Append(CultureInfo.InvariantCulture, $"; here {First:N0} to {First + Calls.Length - 1:N0}");
        head.Append('\n');
        if (!Tools.IsEmpty)
            head.Append("Tools: ").Append(CalledTool.List(Tools, MoreTools ?? 0)).Append('\n');
        if (!string.IsNullOrEmpty(Notes))
            head.Append("Notes: ").Append(Notes).Append('\n');
        if (NextCursor is not null)
            head.Append("Next page: cursor=\"").Append(NextCursor).Append("\"\n");
        return head.Append('\n').ToString();
    }

    /// <summary>Whether a row names its turn: it is that of another turn than the row before.</summary>
    private bool IsNewTurn(int row) => row == 0 || Calls[row].Turn != Calls[row - 1].Turn;
}
