using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>An answer in the making: what its entries are made from, and what they show.</summary>
/// <param name="Session">What is condensed.</param>
/// <param name="Head">The head of the answer, which entries need not repeat.</param>
/// <param name="Highlights">What a reader of the session needs most.</param>
/// <param name="Shown">What the answer already shows.</param>
internal sealed record Draft(ShownSession Session, CondensedSession Head, Highlights Highlights, ShownStretches Shown)
{
    /// <summary>Whether the answer has so little room that what may be left out is.</summary>
    public bool IsSmall { get; init; }

    private readonly Dictionary<int, Section> open = [];

    /// <summary>Records what is open now. Another call or result may be the same.</summary>
    public void Open(Section[] sections)
    {
        foreach (var section in sections)
            if (section.Position is { } position)
                open[position] = section;
    }

    /// <summary>Records what is folded again.</summary>
    public void Fold(Section[] sections)
    {
        foreach (var section in sections)
            if (section.Position is { } position)
                open.Remove(position);
    }

    /// <summary>What is open of a call or a result; null if it is folded.</summary>
    public Section? SectionAt(int position) => open.GetValueOrDefault(position);
}

/// <summary>An earlier call or result that is the same, and is shown in place of a later one.</summary>
internal sealed record SameEvent(Draft Draft, int Position)
{
    /// <summary>What is said of an earlier event that is not shown whole.</summary>
    public const string CutThere = ", cut there";

    /// <summary>Whether nothing of it is shown.</summary>
    public bool IsLeftOut => Draft.SectionAt(Position) is null or { IsLeftOut: true };

    /// <summary>What is said of it now.</summary>
    public string Note => Draft.SectionAt(Position) is { IsWhole: true } ? Shortest : Longest;

    /// <summary>The most that is said of it. So much is paid for, because the earlier event may grow at any time.</summary>
    public string Longest => Shortest + CutThere;

    private string Shortest => $"same as #{Position}";
}
