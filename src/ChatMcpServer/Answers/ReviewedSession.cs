using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Reviewing;

namespace ChatMcpServer.Answers;

/// <summary>What went wrong in a session, as an answer. In each list, what matters most comes first.</summary>
public sealed record ReviewedSession : IRows
{
    public required string SessionId { get; init; }

    public string? Title { get; init; }

    public required string Outcome { get; init; }

    public required ReviewedEnding Ending { get; init; }

    public required SessionCounts Counts { get; init; }

    public required ImmutableArray<FailureRow> Failures { get; init; }

    public required ImmutableArray<LoopRow> Loops { get; init; }

    public required ImmutableArray<UnansweredRow> Unanswered { get; init; }

    public required ImmutableArray<CorrectionRow> Corrections { get; init; }

    public required ImmutableArray<QuestionRow> RepeatedQuestions { get; init; }

    public required ImmutableArray<UnusedRow> UnusedResults { get; init; }

    public required ImmutableArray<CommandRow> Commands { get; init; }

    public required ImmutableArray<FileRow> Files { get; init; }

    public required ImmutableArray<RunRow> Runs { get; init; }

    public required ImmutableArray<ToolRow> Tools { get; init; }

    public ImmutableArray<LeftOutRows>? LeftOut { get; init; }

    public string? Notes { get; init; }

    /// <summary>Makes the answer with as many rows of a review as fit.</summary>
    public static ReviewedSession Within(int maxTokens, SessionReview review, string? notes) =>
        new ReviewWriter(review, notes).Within(maxTokens);

    /// <summary>The answer as text: a head, then a list for each kind of finding; what was not found is named in one line.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Line("Session", SessionId);
        Line("Title", Title);
        Line("Outcome", Outcome);
        Line("Ending", Ending.ToString());
        Line("Holds", Counts.ToString());
        Line("Notes", Notes);
        var none = new List<string>();
        List("failures", "Failed calls by cause, and what followed each", Failures);
        List("loops", "Loops: the same calls with the same results", Loops);
        List("unanswered", "Calls without a result", Unanswered);
        List("corrections", "Corrections by the user", Corrections);
        List("repeated_questions", "Questions that the user repeated", RepeatedQuestions);
        List("unused_results", "Results of which nothing was used later", UnusedResults);
        List("commands", "Commands, with the state of the last run", Commands);
        List("files", "Files written, edited or deleted", Files);
        List("runs", "Runs", Runs);
        List("tools", "Tools", Tools);
        if (none.Count > 0)
            text.Append("\nNone: ").AppendJoin(", ", none).Append('\n');
        if (LeftOut is not null)
            text.Append("\nA larger max_tokens shows what is left out.\n");
        return text.ToString();

        void Line(string label, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                text.Append(label).Append(": ").Append(value).Append('\n');
        }

        void List<TRow>(string name, string title, ImmutableArray<TRow> rows)
        {
            var more = LeftOut?.FirstOrDefault(one => one.List == name)?.Rows ?? 0;
            if (rows.IsEmpty && more == 0)
            {
                none.Add(name.Replace('_', ' '));
                return;
            }
            text.Append('\n').Append(title).Append(more == 0 ? ":\n" : $" ({rows.Length} of {rows.Length + more}):\n");
            foreach (var row in rows)
                text.Append("- ").Append(row).Append('\n');
        }
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJson.Unescaped.ReviewedSession);
}
