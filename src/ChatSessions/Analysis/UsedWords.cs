using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// What the agent found out and went on to use: the distinctive words (paths, names, numbers) that stand in a result before they stand
/// anywhere else, and later in what the agent writes.
/// </summary>
internal sealed class UsedWords
{
    private readonly Dictionary<string, Use> written = [];
    private readonly Dictionary<int, List<string>> used = [];

    public UsedWords(Session session)
    {
        foreach (var @event in session.Events)
            Collect(@event);
        if (written.Count == 0)
            return;
        foreach (var @event in session.Events)
            if (@event is ToolResultEvent result)
                Find(result);
        written.Clear();
    }

    /// <summary>The words of the result at a position that were used later, in order.</summary>
    public IReadOnlyList<string> In(int position) => used.GetValueOrDefault(position) ?? [];

    private void Collect(SessionEvent @event)
    {
        switch (@event)
        {
            case ToolCallEvent call:
                CollectValues(call.Arguments, call.Position);
                break;
            case ContentEvent content:
                Collect(content.Recorded.Utf8.Span, content.Position, isAgent: content is not UserInputEvent);
                break;
        }
    }

    /// <summary>The values of the arguments. Their names say nothing of what the agent knows.</summary>
    private void CollectValues(RawJson value, int position)
    {
        if (value.Kind is JsonValueKind.Object)
            for (var walk = new JsonWalk(value); walk.NextProperty(); )
                CollectValues(walk.Value, position);
        else if (value.Kind is JsonValueKind.Array)
            foreach (var inner in value.Items())
                CollectValues(inner, position);
        else
            Collect(value.Utf8.Span, position, isAgent: true);
    }

    private void Collect(ReadOnlySpan<byte> json, int position, bool isAgent)
    {
        var known = written.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[DistinctiveWords.LongestWord];
        for (var words = new DistinctiveWords(json); words.Next(); )
        {
            Ascii.ToUtf16(words.Word, buffer, out var length);
            if (!known.TryGetValue(buffer[..length], out var use))
                known[buffer[..length]] = new Use(position, isAgent);
            else if (isAgent && !use.IsByAgent)
                known[buffer[..length]] = use with { IsByAgent = true };
        }
    }

    private void Find(ToolResultEvent result)
    {
        var known = written.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[DistinctiveWords.LongestWord];
        var json = result.Result.Utf8.Span;
        for (var words = new DistinctiveWords(json); words.Next(); )
        {
            Ascii.ToUtf16(words.Word, buffer, out var length);
            // Each word once, where it stands first.
            if (!known.Remove(buffer[..length], out var text, out var use) || !use.IsByAgent || use.First < result.Position)
                continue;
            if (!used.TryGetValue(result.Position, out var found))
                used[result.Position] = found = [];
            found.Add(text);
        }
    }

    /// <param name="First">The position of the first message or call with the word.</param>
    /// <param name="IsByAgent">Whether the agent wrote it, not only the user.</param>
    private readonly record struct Use(int First, bool IsByAgent);
}
