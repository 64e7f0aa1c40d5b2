namespace ChatSessions.Model;

/// <summary>A caller's range of events by position: <c>57</c> or <c>57-60</c>, or in the form that answers use, <c>#57-#60</c>.</summary>
public sealed class EventRange
{
    private readonly string text;
    private readonly (int First, int Last) positions;

    private EventRange(string text, (int First, int Last) positions) => (this.text, this.positions) = (text, positions);

    /// <summary>Parses a range. Spaces and the kind of dash don't matter.</summary>
    /// <exception cref="ChatSessionException">The text is not a position or a range of positions, or the range runs backwards.</exception>
    public static EventRange Parse(string text)
    {
        var trimmed = text.Trim();
        var positions =
            PositionRange.TryParse(trimmed, marker: '#')
            ?? throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Invalid events '{PositionRange.Shown(trimmed)}'. Use a position such as 57, or a range such as 57-60."
            );
        return positions.First <= positions.Last ? new EventRange(trimmed, positions) : throw PositionRange.Backwards("events", trimmed);
    }

    /// <summary>The first and last position of the range that the session has. Positions past its end are ignored.</summary>
    /// <exception cref="ChatSessionException">The session has none of the events.</exception>
    public (int First, int Last) In(Session session)
    {
        var count = session.Events.Length;
        return PositionRange.Within(positions, 0, count - 1)
            ?? throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"events {PositionRange.Shown(text)}: this session has "
                    + count switch
                    {
                        0 => "no events.",
                        1 => "1 event, #0.",
                        _ => $"{count.Grouped()} events, #0 to #{count - 1}.",
                    }
            );
    }

    /// <summary>The range as the caller wrote it.</summary>
    public override string ToString() => text;
}
