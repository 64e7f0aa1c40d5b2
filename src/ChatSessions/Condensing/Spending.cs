namespace ChatSessions.Condensing;

/// <summary>
/// What a transcript costs while its entries grow one after the other. Tokens are counted exactly only when a limit is near: until then, the
/// most that an entry can cost is enough to know that it fits.
/// </summary>
internal sealed class Spending
{
    private readonly List<Entry> entries;
    private readonly Budget budget;
    private readonly Omissions omissions;
    private readonly Cost[] costs;

    /// <summary>The entries of whose cost only the most is known.</summary>
    private readonly HashSet<int> uncounted = [];

    /// <summary>The entry in hand, and what all others cost.</summary>
    private int current;
    private Cost others;

    private Cost spent;

    public Spending(List<Entry> entries, Budget budget, Omissions omissions)
    {
        (this.entries, this.budget, this.omissions) = (entries, budget, omissions);
        costs = new Cost[entries.Count];
        spent = omissions.OfRun(0, entries.Count - 1) + omissions.OfListHead;
    }

    /// <summary>What everything costs, exactly.</summary>
    public Cost Count()
    {
        CountAll();
        return spent;
    }

    /// <summary>Takes an entry in hand. It may grow and shrink from now on.</summary>
    public void Take(int index)
    {
        var (from, to) = omissions.RunAround(index);
        current = index;
        others = entries[index].IsOpen
            ? spent - costs[index]
            : spent - omissions.OfRun(from, to) + omissions.OfRun(from, index - 1) + omissions.OfRun(index + 1, to);
    }

    /// <summary>Whether everything fits with the entry in hand as it is now.</summary>
    public bool Fits(Cost limit)
    {
        // Don't render megabytes of text only to find that they are too long.
        if (entries[current].ShownCharacters > (limit - others).Characters)
            return false;
        if (AtMost(current).FitsIn(limit - others))
            return true;
        uncounted.Remove(current);
        CountAll();
        return Exactly(current).FitsIn(limit - others);
    }

    /// <summary>Keeps the entry in hand as it is now.</summary>
    public void Keep(bool wasOpen)
    {
        costs[current] = AtMost(current);
        spent = others + costs[current];
        uncounted.Add(current);
        if (!wasOpen)
            omissions.Open(current);
    }

    private void CountAll()
    {
        foreach (var index in uncounted)
        {
            var difference = Exactly(index) - costs[index];
            costs[index] += difference;
            spent += difference;
            others += difference;
        }
        uncounted.Clear();
    }

    private Cost AtMost(int index) => entries[index].AtMost(budget);

    private Cost Exactly(int index) => entries[index].Cost(budget);
}
