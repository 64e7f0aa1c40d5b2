namespace ChatSessions.Model;

/// <summary>A caller's range of turns: <c>3</c>, <c>2-5</c>, <c>last</c> or <c>last 3</c>.</summary>
public sealed record TurnRange
{
    private readonly string text;
    private readonly (int First, int Last)? numbers;
    private readonly int fromEnd;

    private TurnRange(string text, (int First, int Last)? numbers, int fromEnd) =>
        (this.text, this.numbers, this.fromEnd) = (text, numbers, fromEnd);

    /// <summary>Parses a range. Spaces, letter case and the kind of dash don't matter.</summary>
    /// <exception cref="ChatSessionException">The text is not a turn or a range of turns, or the range runs backwards.</exception>
    public static TurnRange Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.StartsWith("last", StringComparison.OrdinalIgnoreCase))
        {
            var count = trimmed[4..].Trim();
            if (count.Length == 0)
                return new TurnRange(trimmed, null, 1);
            if (PositionRange.TryParse(count) is var (first, last) && first == last && first > 0)
                return new TurnRange(trimmed, null, first);
        }
        else if (PositionRange.TryParse(trimmed) is var (first, last))
        {
            return first <= last ? new TurnRange(trimmed, (first, last), 0) : throw PositionRange.Backwards("turns", trimmed);
        }
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"Invalid turns '{PositionRange.Shown(trimmed)}'. Use a number such as 3, a range such as 2-5, or 'last 3'."
        );
    }

    /// <summary>The first and last turn number of the range that the session has. Numbers past its end are ignored.</summary>
    /// <exception cref="ChatSessionException">The session has none of the turns.</exception>
    public (int First, int Last) In(Session session)
    {
        var count = session.Turns.Length;
        return PositionRange.Within(numbers ?? (Math.Max(1, count - fromEnd + 1), count), 1, count)
            ?? throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"turns {PositionRange.Shown(text)}: this session has "
                    + count switch
                    {
                        0 => "no turns.",
                        1 => "1 turn.",
                        _ => $"{count.Grouped()} turns.",
                    }
            );
    }

    /// <summary>The range as the caller wrote it.</summary>
    public override string ToString() => text;
}
