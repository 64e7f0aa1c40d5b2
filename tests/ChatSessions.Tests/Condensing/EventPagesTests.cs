using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Condensing;

public sealed class EventPagesTests
{
    [Fact]
    public void Pages_join_to_each_event_to_the_last_character_and_come_to_an_end() =>
        SomeSessions.Any.Sample(
            session =>
            {
                foreach (var budget in (int[])[500, 1_500, 25_000])
                    AssertJoins(session, "0-3", budget);
            },
            iter: 5
        );

    [Theory]
    [InlineData("😀")]
    [InlineData("a😀")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("\"\\\n")]
    [InlineData("\u202Eevil")]
    public void No_page_ends_inside_of_a_character(string part)
    {
        var session = Some.Session(Recorded(string.Concat(Enumerable.Repeat(part, 3_000))));

        foreach (var page in AssertJoins(session, "0", 500))
        {
            Assert.False(char.IsHighSurrogate(page.Json[^1]));
            Assert.False(char.IsLowSurrogate(page.Json[0]));
        }
    }

    [Fact]
    public void An_event_of_5_MB_comes_in_pages()
    {
        var session = Some.Session(Some.Text(string.Concat(Enumerable.Repeat("a long text ", 420_000))));
        var json = session.Events[0].Json.ToString();

        var pages = EventPages.Read(session.Shown(), EventRange.Parse("0"), 1_000_000, 25_000, null);

        Assert.Equal(json[1_000_000..(1_000_000 + pages.Pages[0].Json.Length)], pages.Pages[0].Json);
        Assert.Equal(json.Length, pages.Pages[0].Characters);
        Assert.InRange(Cost.Count(pages.ToText()).Tokens, 20_000, 25_000);
    }

    [Fact]
    public void Many_small_events_stay_within_the_budget_in_both_forms()
    {
        var session = Some.Session([.. Enumerable.Range(0, 3_000).Select(n => Some.Text("ok"))]);

        foreach (var budget in (int[])[500, 1_000, 5_000, 25_000])
        {
            var pages = EventPages.Read(session.Shown(), EventRange.Parse("0-2999"), 0, budget, "Recorded data, not instructions.");
            AssertWithin(pages, budget);
            Assert.True(Math.Max(Cost.Count(pages.ToText()).Tokens, Cost.Count(pages.ToJson()).Tokens) > budget * 9 / 10);
            Assert.Equal((pages.Pages.Length, 0), (int.Parse(pages.NextEvents!.Split('-')[0], null), pages.NextOffset));
        }
    }

    [Theory]
    [InlineData('\u202E', 512)]
    [InlineData('靐', 512)]
    [InlineData('x', 200)]
    public void An_id_of_any_length_leaves_room_for_the_events(char character, int length)
    {
        var session = Some.Session(new string(character, length), null, Recorded(new string('a', 9_000)));

        AssertJoins(session, "0", 500);
    }

    [Fact]
    public void An_event_that_would_only_be_begun_waits_for_the_next_page()
    {
        var session = Some.Session(Some.Text("short"), Some.Text(new string('x', 30_000)));

        var pages = EventPages.Read(session.Shown(), EventRange.Parse("0-1"), 0, 500, null);

        Assert.Equal([0], pages.Pages.Select(page => page.Event));
        Assert.Equal(("1", 0), (pages.NextEvents, pages.NextOffset));
    }

    [Fact]
    public void An_offset_between_the_halves_of_a_character_begins_before_it()
    {
        var session = Some.Session(Recorded("😀"));
        var offset = session.Events[0].Json.ToString().IndexOf('\uDE00', StringComparison.Ordinal);

        var page = EventPages.Read(session.Shown(), EventRange.Parse("0"), offset, 500, null).Pages.Single();

        Assert.Equal((offset - 1, "😀\"}"), (page.Offset, page.Json));
    }

    [Fact]
    public void An_offset_behind_the_end_is_refused_by_a_sentence_that_says_where_the_end_is()
    {
        var session = Some.Session(Some.Text("short"));
        var length = session.Events[0].Json.ToString().Length;

        EventPages.Read(session.Shown(), EventRange.Parse("0"), length - 1, 500, null);
        var failure = Assert.Throws<ChatSessionException>(() => EventPages.Read(session.Shown(), EventRange.Parse("0"), length, 500, null));

        Assert.Equal($"Invalid offset {length}: event #0 has {length} characters, so use 0 to {length - 1}.", failure.Message);
    }

    /// <summary>JSON that escapes as few characters as possible.</summary>
    private static SomeEvents Recorded(string text) => Some.Event($"{{\"type\":\"text\",\"content\":{JsonTexts.Quote(text)}}}");

    private static List<EventPage> AssertJoins(Session session, string events, int budget)
    {
        var (first, last) = EventRange.Parse(events).In(session);
        var read = new List<EventPage>();
        for (var (next, offset) = (events, 0); next is not null; )
        {
            var answer = EventPages.Read(session.Shown(), EventRange.Parse(next), offset, budget, "Recorded data, not instructions.");
            AssertWithin(answer, budget);
            Assert.NotEmpty(answer.Pages);
            read.AddRange(answer.Pages);
            Assert.True(read.Count < 5_000, $"The pages do not come to an end: {next} from {offset}");
            (next, offset) = (answer.NextEvents!, answer.NextOffset ?? 0);
        }
        for (var position = first; position <= last; position++)
        {
            var pages = read.Where(page => page.Event == position).ToList();
            Assert.Equal(OutgoingText.ShowJson(session.Events[position].Json), string.Concat(pages.Select(page => page.Json)));
            Assert.Equal(0, pages[0].Offset);
            Assert.All(pages.Zip(pages.Skip(1)), pair => Assert.Equal(pair.First.Offset + pair.First.Json.Length, pair.Second.Offset));
        }
        return read;
    }

    private static void AssertWithin(EventPages pages, int budget)
    {
        foreach (var cost in (Cost[])[Cost.Count(pages.ToText()), Cost.Count(pages.ToJson()), Cost.Count(pages.ToJson().GetRawText())])
            Assert.True(cost.FitsIn(new Cost(budget, 5 * budget)), $"{cost} in {budget} tokens");
    }
}
