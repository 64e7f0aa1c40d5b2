using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Tests.Condensing;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Recorded;

public sealed class ShownEventTests
{
    [Fact]
    public void Parts_of_an_event_join_to_its_whole_JSON_wherever_they_begin()
    {
        Gen.Select(Texts.Any.Array[0, 400].Select(string.Concat), SomeSessions.OneOf(2, 5, int.MaxValue), Gen.Int[1, 40_000])
            .Sample(
                (text, escapeEach, most) =>
                {
                    var session = Some.Session(
                        Some.Event($$"""{"type":"text","content":{{JsonTexts.Quote(text + Long(text), escapeEach)}}}""")
                    );
                    var shown = session.Shown()[0];
                    var whole = OutgoingText.ShowJson(session.Events[0].Json);

                    Assert.Equal(whole.Length, shown.Length);
                    Assert.Equal(whole, shown.Text());
                    for (var offset = 0; offset < whole.Length; offset += most)
                        Assert.Equal(whole[offset..Math.Min(whole.Length, offset + most)], shown.Text(offset, most));
                },
                iter: 100
            );

        static string Long(string text) => string.Concat(Enumerable.Repeat(text, Math.Min(40, 30_000 / (text.Length + 1))));
    }

    [Theory]
    [InlineData("\"a\\nb\"", 3, 2)]
    [InlineData("\"a\\\\nb\"", 4, 4)]
    [InlineData("\"a\\\\nb\"", 3, 2)]
    [InlineData("\"\\u202Ex\"", 4, 1)]
    [InlineData("\"\\ud83d\\ude00x\"", 7, 1)]
    [InlineData("\"\\ud83d\\ude00x\"", 10, 1)]
    [InlineData("\"\\ud83d\\ude00x\"", 13, 13)]
    [InlineData("\"😀x\"", 2, 1)]
    [InlineData("\"\u202Ex\"", 3, 1)]
    public void No_cut_goes_through_a_character(string json, int offset, int cut)
    {
        var start = "{\"type\":\"text\",\"content\":".Length;
        var shown = Some.Session(Some.Event($$"""{"type":"text","content":{{json}}}""")).Shown()[0];

        Assert.Equal(start + cut, shown.CutAt(start + offset));
    }

    [Fact]
    public void In_a_long_row_of_backslashes_every_second_place_is_a_cut()
    {
        var shown = Some.Session(Some.Event($$"""{"type":"text","content":"{{new string('\\', 60_000)}}"}""")).Shown()[0];
        var first = "{\"type\":\"text\",\"content\":\"".Length;

        Assert.Equal(first + 40_000, shown.CutAt(first + 40_001));
        Assert.Equal(first + 40_000, shown.CutAt(first + 40_000));
    }

    [Theory]
    [InlineData("plain ")]
    [InlineData("é 中文 😀 ")]
    [InlineData("hidden\u202E ")]
    public void A_page_of_a_long_event_costs_what_the_page_costs(string words)
    {
        var session = Some.Session(
            Some.Event($$"""{"type":"text","content":{{JsonTexts.Quote(string.Concat(Enumerable.Repeat(words, 1_500_000)))}}}""")
        );
        var length = session.Shown()[0].Length;
        Read(length / 2);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Same(session.Shown(), session.Shown());
        Read(length - 10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The event as a text takes 18 MB and more.
        Assert.InRange(allocated, 1, 3_000_000);

        void Read(int offset) => EventPages.Read(session.Shown(), EventRange.Parse("0"), offset, 500, null);
    }

    [Fact]
    public void A_line_is_cut_before_the_code_of_a_hidden_character_not_within()
    {
        for (var limit = 1; limit < 12; limit++)
            Assert.DoesNotContain('\\', OutgoingText.ShowLine("abc\u202Edefghijklmn", limit)!.Replace(@"\u202E", ""));
        Assert.Equal("a…", OutgoingText.ShowLine("a\U000E0041bc", 8));
        Assert.Equal(@"a\uDB40\uDC41…", OutgoingText.ShowLine("a\U000E0041bc", 13));
    }
}
