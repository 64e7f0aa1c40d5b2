using System.Text;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Where the agent wrote each distinctive word first and last.</summary>
internal sealed class Mentions
{
    private readonly Dictionary<string, (int First, int Last)> written = [];

    public Mentions(Session session)
    {
        foreach (var @event in session.Events)
        {
            if (@event is ToolCallEvent call)
                Collect(call.Arguments, call.Position);
            else if (@event is ContentEvent content and not UserInputEvent)
                Add(content.Recorded.Utf8.Span, content.Position);
            else
                continue;
            LastWritten = @event.Position;
        }
    }

    /// <summary>The position of the last call, text or thought, or -1.</summary>
    public int LastWritten { get; } = -1;

    /// <summary>
    /// The distinctive words of a result, and how many of them the agent wrote before. It reads no further once it finds one that the agent
    /// wrote later.
    /// </summary>
    public (int Words, int Own, bool IsUsed) Find(ToolResultEvent result)
    {
        var lookup = written.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[DistinctiveWords.LongestWord];
        var (count, own) = (0, 0);
        for (var words = new DistinctiveWords(result.Result.Utf8.Span); words.Next(); count++)
        {
            Ascii.ToUtf16(words.Word, buffer, out var length);
            if (!lookup.TryGetValue(buffer[..length], out var at))
                continue;
            if (at.Last > result.Position)
                return (count, own, true);
            own++;
        }
        return (count, own, false);
    }

    private void Collect(RawJson value, int position)
    {
        if (value.Kind is JsonValueKind.Object)
            for (var walk = new JsonWalk(value); walk.NextProperty(); )
                Collect(walk.Value, position);
        else if (value.Kind is JsonValueKind.Array)
            for (var walk = new JsonWalk(value); walk.NextItem(); )
                Collect(walk.Value, position);
        else
            Add(value.Utf8.Span, position);
    }

    private void Add(ReadOnlySpan<byte> json, int position)
    {
        var lookup = written.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[DistinctiveWords.LongestWord];
        for (var words = new DistinctiveWords(json); words.Next(); )
        {
            Ascii.ToUtf16(words.Word, buffer, out var length);
            lookup[buffer[..length]] = (lookup.TryGetValue(buffer[..length], out var before) ? before.First : position, position);
        }
    }
}
