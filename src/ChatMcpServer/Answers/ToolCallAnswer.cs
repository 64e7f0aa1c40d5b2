using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.ToolCalls;

namespace ChatMcpServer.Answers;

/// <summary>The answer to a question about tool calls, in each form within a budget of its own.</summary>
internal sealed class ToolCallAnswer
{
    private readonly FoundCalls found;
    private readonly Dictionary<int, ShownCall> shown = [];
    private readonly int skipped;
    private readonly string notes;

    /// <param name="cursor">Of the page before; null for the first page.</param>
    /// <param name="notes">About the session.</param>
    /// <exception cref="ChatSessionException">The cursor is invalid, belongs to other calls, or the session has changed since.</exception>
    public ToolCallAnswer(FoundCalls found, string? cursor, string? notes, TimeProvider time, CancellationToken cancellationToken)
    {
        this.found = found;
        skipped = CallCursor.Read(cursor, found);
        var hasNoDurations = found.Query.Order == CallOrder.Duration && found.Matching.All(call => call.Use.Duration is null);
        this.notes = string.Join(
            ' ',
            new[]
            {
                notes,
                found.Nothing(time, cancellationToken),
                hasNoDurations && !found.Matching.IsEmpty ? "No durations were recorded, so the calls are in recorded order." : null,
            }.OfType<string>()
        );
    }

    /// <summary>A page in one form.</summary>
    /// <param name="maxTokens">The most that it may cost, in o200k_base tokens.</param>
    public ToolCallList Within(int maxTokens, CondensedForm form, CancellationToken cancellationToken) =>
        ToolCallPage.Fit(found, Show, skipped, maxTokens, form, notes, cancellationToken);

    private ShownCall Show(int index) =>
        shown.TryGetValue(index, out var call)
            ? call
            : shown[index] = new ShownCall(found.Session, found.Matching[index], found.Query.Matching);
}
