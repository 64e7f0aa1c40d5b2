namespace ChatSessions.Importing;

/// <summary>
/// What a Codex rollout says more than once. A message is an item for the model, an event for the screen, and in newer versions a completed
/// item. Items count; what has no item is kept, one by one, because a run may be interrupted before its item is recorded.
/// </summary>
internal sealed class CodexSaid
{
    /// <summary>An item and its events stand near each other, so this many equal sayings are looked at for those that belong together.</summary>
    private const int LookedBack = 20;

    private const int BeginningLength = 200;
    private const int BytesOfSaying = 200;

    private readonly Dictionary<(string Kind, string Text), List<Saying>> sayings = [];
    private readonly HashSet<(string Kind, string Beginning)> beginnings = [];
    private readonly List<Item> inputs = [];
    private readonly HashSet<bool> reported = [];
    private int run;

    /// <summary>Where something is said.</summary>
    internal enum Channel
    {
        Item,
        Event,
        CompletedItem,
        EndOfRun,
    }

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Begins a part of the conversation. What is said again in another part is said twice.</summary>
    public void NextRun() => run++;

    /// <summary>Notes an item by the texts that the events may repeat.</summary>
    /// <param name="isInherited">Whether it was copied from another session, of which not all events may be copied.</param>
    public void AddItem(DraftEvent added, IEnumerable<string> texts, bool isInherited)
    {
        var item = new Item(added, isInherited);
        if (added.Type == "user_input")
            inputs.Add(item);
        foreach (var text in texts.Distinct())
            Add(added.Type!, text, new Saying(Channel.Item, run, added, item));
    }

    /// <summary>Notes what an event says.</summary>
    public void AddReported(Channel channel, DraftEvent added, string text, bool isInherited)
    {
        if (added.Type == "user_input")
            reported.Add(isInherited);
        Add(added.Type!, text, new Saying(channel, run, added, null));
    }

    /// <summary>Where this was said first so far; null if it was not.</summary>
    public DraftEvent? Find(string kind, string text) => sayings.TryGetValue((kind, text.Trim()), out var group) ? group[0].Event : null;

    /// <summary>Whether something that begins like this was said so far.</summary>
    public bool HasBeginning(string kind, string text) => beginnings.Contains((kind, BeginningOf(text)));

    /// <summary>
    /// Drops what is said more than once. If events tell what the user wrote, a message in the user's name without an event is context.
    /// </summary>
    public void Settle()
    {
        var itemsWithEvent = new HashSet<Item>();
        foreach (var group in sayings.Values)
            Settle(group, itemsWithEvent);
        foreach (var input in inputs.Where(input => reported.Contains(input.IsInherited) && !itemsWithEvent.Contains(input)))
            input.Event.BecomeContext("user");
    }

    private void Add(string kind, string text, Saying saying)
    {
        var key = (kind, text.Trim());
        beginnings.Add((kind, BeginningOf(key.Item2)));
        if (!sayings.TryGetValue(key, out var group))
            sayings[key] = group = [];
        group.Add(saying);
        Bytes += 2 * (text.Length + BeginningLength) + BytesOfSaying;
    }

    private static string BeginningOf(string text) => text.Length <= BeginningLength ? text : text[..BeginningLength];

    private static void Settle(List<Saying> group, HashSet<Item> itemsWithEvent)
    {
        var same = new List<List<Saying>>();
        foreach (var saying in group)
        {
            var at = same.FindLastIndex(
                same.Count - 1,
                Math.Min(LookedBack, same.Count),
                one => one[0].Run == saying.Run && !one.Exists(other => other.Channel == saying.Channel)
            );
            if (at >= 0)
                same[at].Add(saying);
            else
                same.Add([saying]);
        }
        for (var index = 0; index < same.Count; index++)
        {
            var one = same[index];
            var item = one.Find(saying => saying.Item is not null);
            // An event may stand before the item with which the next run begins.
            if (item is null && index + 1 < same.Count && same[index + 1] is [{ Item: not null } next] && next.Run == one[0].Run + 1)
                item = next;
            if (item is not null && one.Exists(saying => saying.Item is null))
                itemsWithEvent.Add(item.Item!);
            foreach (var saying in one.Where(saying => saying.Item is null && (item is not null || saying != one[0])))
                saying.Event.IsDropped = true;
        }
    }

    private sealed class Item(DraftEvent added, bool isInherited)
    {
        public DraftEvent Event { get; } = added;

        public bool IsInherited { get; } = isInherited;
    }

    private sealed record Saying(Channel Channel, int Run, DraftEvent Event, Item? Item);
}
