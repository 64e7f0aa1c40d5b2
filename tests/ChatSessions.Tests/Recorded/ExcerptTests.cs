using System.Text.RegularExpressions;
using ChatSessions.Recorded;
using ChatSessions.Tests.Condensing;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Recorded;

public sealed class ExcerptTests
{
    [Fact]
    public void A_hole_has_the_marker_of_a_cut_with_what_stands_there()
    {
        var excerpt = new Excerpt(Recorded("one two three four"), Window.Whole, [], [new Hole(4, 8, "as #7"), new Hole(14, 18, null)]);

        Assert.Equal("one …[+4 characters, #0 from 30: as #7]three …[+4 characters, #0 from 40]", excerpt.ToString());
        Assert.Equal([(0, 4), (8, 14)], excerpt.Shown);
        Assert.Equal((8, 2, false), (excerpt.CutLength, excerpt.CutCount, excerpt.IsWhole));
        Assert.Equal((true, true, false, false), (excerpt.Shows(0, 4), excerpt.Shows(8, 14), excerpt.Shows(3, 5), excerpt.Shows(5, 6)));
    }

    [Fact]
    public void Holes_that_touch_are_one_cut_of_which_neither_note_is_true()
    {
        Assert.Single(Notes("as #7", "as #7"), "");
        Assert.Single(Notes("as #7", "as #8"), "");

        static IEnumerable<string> Notes(string one, string other) =>
            Regex
                .Matches(
                    new Excerpt(Recorded("one two three four"), Window.Whole, [], [new(4, 8, one), new(8, 14, other)]).ToString(),
                    @"from \d+(: )?(?<note>[^\]]*)\]"
                )
                .Select(match => match.Groups["note"].Value);
    }

    [Fact]
    public void A_window_that_ends_in_a_hole_leaves_it_what_it_was()
    {
        var excerpt = new Excerpt(Recorded(new string('x', 500)), new Window(50, 50), [], [new Hole(40, 460, "binary")]);

        Assert.Contains("…[+420 characters, #0 from 66: binary]", excerpt.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[ "a regular expression" \u]""")]
    [InlineData("""["a regular expression" \u12]""")]
    [InlineData("""{ "a": "\ud83d\ude00 \\\\u", \"}""")]
    [InlineData("[\"😀😀😀😀😀😀😀😀😀😀\"]")]
    [InlineData("\uDE00\uD83D plain \uD83D")]
    public void No_cut_lies_outside_of_the_text_or_inside_of_a_character(string end)
    {
        var text = end + string.Concat(Enumerable.Repeat(" and so on 😀", 20)) + end;
        foreach (var json in (string[])[text, end[..1] + text + end[^1..]])
        {
            var recorded = Recorded(json);
            for (var head = 0; head <= 36; head++)
            for (var tail = 0; tail <= 36; tail++)
            {
                var shown = new Excerpt(recorded, new Window(head, tail), [], []).Shown.ToList();
                Assert.All(shown, stretch => Assert.InRange(stretch.End, stretch.Start + 1, json.Length));
                foreach (var at in shown.SelectMany(stretch => (int[])[stretch.Start, stretch.End]).Where(at => at > 0 && at < json.Length))
                    Assert.False(char.IsHighSurrogate(json[at - 1]) && char.IsLowSurrogate(json[at]), $"{at} of {json}");
            }
        }
    }

    [Fact]
    public void Islands_are_shown_between_beginning_and_end_and_small_gaps_are_not_cut()
    {
        var text = new string('a', 500) + "FOUND" + new string('b', 500) + "ALSO" + new string('c', 100) + "THIS" + new string('d', 500);

        var excerpt = new Excerpt(Recorded(text), new Window(0, 0), [(500, 505), (1005, 1009), (1109, 1113)], []);

        Assert.Equal(
            "…[+500 characters, #0 from 26]FOUND…[+500 characters, #0 from 531]ALSO"
                + new string('c', 100)
                + "THIS…[+500 characters, #0 from 1139]",
            excerpt.ToString()
        );
    }

    [Fact]
    public void No_cut_lies_inside_of_an_escape()
    {
        const string text =
            """["\n\n\n\n\n\\\\\\\\\\\"\"\"\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\n\n\n\n\n\n\n\n\n\n"]""";
        var whole = Regex.Matches(text, @"\\u[0-9a-f]{4}|\\.|[^\\]").Select(match => match.Index).Append(text.Length).ToHashSet();

        for (var head = 0; head <= 40; head++)
        for (var tail = 0; tail <= 20; tail++)
            Assert.All(
                new Excerpt(Recorded(text), new Window(head, tail), [], []).Shown,
                stretch => Assert.True(whole.Contains(stretch.Start) && whole.Contains(stretch.End), $"{stretch}")
            );

        var longer = text.Insert(2, string.Concat(Enumerable.Repeat(@"\n", 400)));
        for (var start = 300; start <= 340; start++)
            Assert.All(
                new Excerpt(Recorded(longer), new Window(0, 0), [(start, start + 5)], []).Shown,
                stretch => Assert.True(stretch.Start % 2 == 0 && stretch.End % 2 == 0, $"{stretch}")
            );
    }

    [Fact]
    public void Each_of_many_addresses_in_a_text_is_that_of_its_character() =>
        Gen.Select(Texts.Any, SomeSessions.OneOf(2, 3, 7, int.MaxValue))
            .Sample(
                (text, escapeEach) =>
                {
                    var session = Some.Session(
                        Some.Event($$"""{"é":"\u202E","type":"text","content":{{JsonTexts.Quote(text, escapeEach)}}}""")
                    );
                    var @event = session.Events[0];
                    var shown = session.Shown();
                    RecordedText Recorded() => new((shown[0], @event.Json.Property("content")));
                    var forward = Recorded();
                    var backward = Recorded();
                    var places = Enumerable.Range(0, text.Length + 1).Where(at => at == 0 || !char.IsHighSurrogate(text[at - 1])).ToList();
                    var addresses = places.ConvertAll(at => Recorded().AddressFrom(at));
                    Assert.Equal(addresses, places.ConvertAll(forward.AddressFrom));
                    Assert.Equal(addresses, places.AsEnumerable().Reverse().Select(backward.AddressFrom).Reverse());
                },
                iter: 40
            );

    [Theory]
    [InlineData("[info] \"quoted\" words]", false)]
    [InlineData("{ color: red }", false)]
    [InlineData("[\"a\"]", true)]
    [InlineData(" [ {\"a\":1} ]\n", true)]
    [InlineData("{\"a\":1}", true)]
    [InlineData("[[1]]", true)]
    [InlineData("{}", true)]
    [InlineData("[", false)]
    [InlineData("", false)]
    public void What_begins_and_ends_as_JSON_does_is_taken_for_it(string text, bool isJson) => Assert.Equal(isJson, Recorded(text).IsJson);

    [Fact]
    public void Lines_of_JSON_are_its_strings_and_what_stands_between()
    {
        const string text = """{"a": "one\ntwo\\n", "b": 3}""";
        var recorded = Recorded(text);

        Assert.Equal(
            ["{\"", "a\"", ": \"", "one\\n", "two\\\\n\"", ", \"", "b\"", ": 3}"],
            recorded.Lines.Zip(recorded.Lines.Skip(1), (start, end) => text[start..end])
        );
        Assert.Equal(["one\\ntwo\\\\n"], recorded.Strings(5).Select(one => text[one.Start..one.End]));
    }

    [Fact]
    public void Lines_of_text_end_with_their_line_ends()
    {
        const string text = "one\r\n\"two\"\n\nend\n";

        Assert.Equal([0, 5, 11, 12, 16], Recorded(text).Lines);
        Assert.Equal([0, 0], Recorded("").Lines);
    }

    private static RecordedText Recorded(string text)
    {
        var @event = Some.Session(Some.Event($$"""{"type":"text","content":{{JsonTexts.Quote(text)}}}""")).Shown()[0];
        return new((@event, @event.Json.Property("content")));
    }
}
