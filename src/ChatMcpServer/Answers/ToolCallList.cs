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
    internal static ToolCallList Frame(FoundCalls found, HeadRoom room, string? notes) =>
        new()
        {
            SessionId = ShowName(found.Session.Session.Summary.SessionId, Math.Min(LongestId, room.LongestName)) ?? "",
            Asked = ShowName(found.Query.Description, room.LongestName),
            Matching = found.Matching.Length,
            Total = found.All.Length,
            Tools = [.. found.Tools.Take(room.Tools)],
            MoreTools = found.Tools.Length > room.Tools ? found.Tools.Length - room.Tools : null,
            Calls = [],
            Notes =
                notes is null || notes.Length <= room.Notes
                    ? notes
                    : $"{RecordedLine.Write(notes, room.Notes, null)} A larger max_tokens shows them.",
        };

    private static string? ShowName(string? name, int longest) =>
        name is null ? null : OutgoingText.ShowLine(OutgoingText.ShowName(name), longest);

    /// <summary>All matching calls with everything whole, for a program that has room for it.</summary>
    internal static ToolCallList Whole(FoundCalls found) =>
        Frame(found, HeadRoom.Whole, notes: null) with
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
        if (!Tools.IsEmpty || MoreTools is not null)
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

/// <summary>How much there is room for in the head of a list of calls.</summary>
/// <param name="Tools">How many tools are named.</param>
/// <param name="LongestName">How many characters of the session's id and of what was asked.</param>
/// <param name="Notes">How many characters of the notes.</param>
internal readonly record struct HeadRoom(int Tools, int LongestName, int Notes)
{
    public static readonly HeadRoom Whole = new(int.MaxValue, int.MaxValue, int.MaxValue);
}
