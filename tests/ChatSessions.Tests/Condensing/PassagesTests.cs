using System.Globalization;
using System.Text.RegularExpressions;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Tokens;
using Xunit;

namespace ChatSessions.Tests.Condensing;

public sealed class PassagesTests
{
    private static readonly string[] Lines =
    [
        .. Enumerable.Range(1, 60).Select(n => $"def function_{(char)('a' + n / 26)}{(char)('a' + n % 26)}(a, b): return a * {n} + b # 😀"),
    ];

    [Fact]
    public void Context_is_shown_as_text_with_its_role()
    {
        var session = Some.Session(
            Some.Event("""{"type":"context","role":"system","content":"Conversation compacted"}"""),
            Some.Event("""{"type":"context","content":"Without a role"}"""),
            Some.UserInput("Why?")
        );

        var text = Condense(session, 1_000).ToText();

        Assert.Contains(
            "#0 context (system): Conversation compacted\n#1 context: Without a role\n#2 user: Why?",
            text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("unknown", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_retrieval_result_shows_the_beginning_of_each_passage()
    {
        var session = Some.Session(Retrieval(1, 2, 3), Some.Thinking(Prose(9, 3_000)));

        var text = Condense(session, 500).ToText();

        Assert.All((int[])[1, 2, 3], n => Assert.Contains($"Passage {n} begins", text, StringComparison.Ordinal));
        Assert.DoesNotContain("Passage 1 ends", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_behind_a_passage_that_is_cut_are_cut_with_it()
    {
        var chunks = Enumerable
            .Range(1, 3)
            .Select(n => $$"""{"content":"{{Prose(n)}}","score":0.8{{n}},"rank":null,"start_char":4{{n}},"file":"lease-{{n}}.pdf"}""");
        var session = Some.Session(Some.ToolUse("retrieve", result: $"[{string.Join(",", chunks)}]"), Some.Thinking(Prose(9, 3_000)));

        var condensed = Condense(session, 500);

        Assert.DoesNotContain("\"score\"", condensed.ToText(), StringComparison.Ordinal);
        var cut = Cuts.In(session, condensed).First(cut => cut.Cut.First == 1);
        Assert.EndsWith("Passage 1 ends.\",\"score\":0.81,\"rank\":null,\"start_char\":41", cut.Omitted, StringComparison.Ordinal);
        Assert.Contains($"{cut.Cut.Marker},\"file\":\"lease-1.pdf\"}}", condensed.ToText(), StringComparison.Ordinal);
        Assert.True(Condense(session, 25_000).Size.Complete);
    }

    [Fact]
    public void A_line_that_was_used_later_is_shown_inside_a_passage_that_is_cut()
    {
        const string Used = "The break fee of lease_gdynia_2019 is EUR 184_500_77.";
        var session = Some.Session(
            Some.ToolUse("retrieve", result: $$"""[{"content":"{{Prose(1)}}\n{{Used}}\n{{Prose(2)}}"},{"content":"{{Prose(3)}}"}]"""),
            Some.ToolUse("read", """{"path":"lease_gdynia_2019","search":"184_500_77"}""", Some.Quoted(Prose(4, 2_000))),
            Some.Thinking(Prose(9, 3_000))
        );

        var condensed = Condense(session, 700);

        Assert.Contains(Used, condensed.ToText(), StringComparison.Ordinal);
        Assert.Contains("Passage 3 begins", condensed.ToText(), StringComparison.Ordinal);
        Assert.Contains(Cuts.In(session, condensed), cut => cut.Cut.First == 1 && !cut.Omitted.Contains(Used, StringComparison.Ordinal));
    }

    [Fact]
    public void A_passage_whose_beginning_was_shown_before_is_where_it_was_shown()
    {
        var session = Some.Session(Retrieval(1, 2, 3), Retrieval(4, 2, 5), Some.Thinking(Prose(9, 3_000)));

        var condensed = Condense(session, 700);

        Assert.Equal(1, Regex.Count(condensed.ToText(), "Passage 2 begins"));
        var noted = Assert.Single(Cuts.In(session, condensed), cut => cut.Cut.Marker.EndsWith(": begun at #1]", StringComparison.Ordinal));
        Assert.Equal((3, Prose(2)), (noted.Cut.First, noted.Omitted));
    }

    [Fact]
    public void A_part_of_a_file_that_is_read_again_is_where_it_was_shown()
    {
        var session = Some.Session(Read("1-40", 0, 40), Read("20-60", 20, 60), Some.Thinking(Prose(9, 30_000)));

        var condensed = Condense(session, 1_600);

        var noted = Assert.Single(Cuts.In(session, condensed), cut => cut.Cut.Marker.Contains(": as #", StringComparison.Ordinal));
        Assert.EndsWith($": as #{4 - noted.Cut.First}]", noted.Cut.Marker, StringComparison.Ordinal);
        var repeated = noted.Omitted;
        Assert.True(repeated.Length > 160);
        Assert.Contains(repeated, string.Concat(Lines[20..40].Select(line => line + "\n")), StringComparison.Ordinal);
        // The passage is where the note points: it is in the answer once.
        var shown = condensed.ToText().Replace("\n ", "\n", StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(shown, Regex.Escape(repeated)));
    }

    [Fact]
    public void What_was_written_by_a_call_is_not_shown_again_by_its_result()
    {
        var file = string.Join("\n", Lines[..8]) + "\n";
        var session = Some.Session(
            Some.ToolUse("write", $$"""{"text":{{Some.Quoted(file)}}}""", $$"""{"output":{{Some.Quoted("wrote:\n" + file + "ok")}}}"""),
            Some.Thinking(Prose(9, 3_000))
        );

        var text = Condense(session, 1_000).ToText();

        Assert.Contains(": as #0]", text, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(text, "function_ae"));
    }

    [Theory]
    [InlineData("a text", "{0}", "<")]
    [InlineData("JSON", """{{"url":"/permits","html":{0}}}""", "<")]
    [InlineData("JSON with escapes", """{{"url":"/permits","html":{0}}}""", "\\u003c")]
    public void Of_a_page_in_one_line_that_is_read_again_what_changed_is_shown(string what, string result, string bracket)
    {
        Assert.NotEmpty(what);
        var session = Some.Session(
            Read("before", "Card 31"),
            Read("after", "It is refused: write KX 4471"),
            Some.Thinking(Prose(9, 30_000))
        );

        var condensed = Condense(session, 4_000);

        var text = condensed.ToText();
        Assert.All(Enumerable.Range(10, 40).Where(n => n != 31), n => Assert.Equal(1, Regex.Count(text, $@"Card {n}(<|\\u003c)")));
        Assert.Equal(1, Regex.Count(text, "Card 31"));
        Assert.Equal(1, Regex.Count(text, "It is refused: write KX 4471"));
        var repeated = Cuts.In(session, condensed).Where(cut => cut.Cut.Marker.Contains(": as #", StringComparison.Ordinal)).ToList();
        Assert.True(repeated.Sum(cut => cut.Cut.Count) > 4_000);
        Assert.All(repeated, cut => Assert.StartsWith(bracket, cut.Omitted, StringComparison.Ordinal));

        SomeEvents Read(string when, string changing) =>
            Some.ToolUse(
                "read",
                $$"""{"when":"{{when}}"}""",
                string.Format(
                    CultureInfo.InvariantCulture,
                    result,
                    Some.Quoted(
                            $"<body id=\"{when}\">{string.Concat(Enumerable.Range(0, 60).Select(n => $"<div class=\"card\" data-n=\"{n * 37}\"><a href=\"/services/{n}\">{(n == 31 ? changing : $"Card {n}")}</a></div>"))}</body>"
                        )
                        .Replace("<", bracket, StringComparison.Ordinal)
                )
            );
    }

    [Fact]
    public void All_is_shown_where_there_is_room()
    {
        var session = Some.Session(Retrieval(1, 2, 3), Retrieval(4, 2, 5), Read("1-40", 0, 40), Read("20-60", 20, 60));

        var condensed = Condense(session, 25_000);

        Assert.True(condensed.Size.Complete);
        Assert.Equal(2, Regex.Count(condensed.ToText(), "Passage 2 ends"));
    }

    [Fact]
    public void A_larger_budget_shows_no_less_of_passages()
    {
        var session = Some.Session([
            .. Enumerable.Range(0, 8).Select(n => Retrieval(n, n + 1, n + 2)),
            Read("1-40", 0, 40),
            Read("20-60", 20, 60),
        ]);

        var before = 0;
        for (var budget = 500; budget < 12_000; budget += 250)
        {
            var shown = (int)Condense(session, budget).Size.Shown;
            Assert.True(shown >= before, $"{shown} characters at {budget} tokens, and {before} before");
            before = shown;
        }
    }

    [Fact]
    public void Hundreds_of_passages_are_shown_as_far_as_the_budget_goes()
    {
        var session = Some.Session(Retrieval([.. Enumerable.Range(1, 300)]));

        var condensed = Condense(session, 25_000);

        Assert.All(Enumerable.Range(1, 300), n => Assert.Contains($"Passage {n} begins", condensed.ToText(), StringComparison.Ordinal));
        Assert.True(TokenCounter.Count(condensed.ToText()) > 24_000);
        Assert.NotEmpty(Cuts.In(session, condensed));
    }

    private static SomeEvents Retrieval(params int[] passages) =>
        Some.ToolUse(
            "retrieve",
            $$"""{"query":"question {{passages[0]}}"}""",
            $"[{string.Join(",", passages.Select(n => $$"""{"score":0.{{n}},"content":"{{Prose(n)}}"}"""))}]"
        );

    private static SomeEvents Read(string range, int first, int end) =>
        Some.ToolUse(
            "read",
            $$"""{"lines":"{{range}}"}""",
            $$"""{"output":{{Some.Quoted(string.Concat(Lines[first..end].Select(line => line + "\n")))}}}"""
        );

    private static string Prose(int n, int length = 800)
    {
        var random = new Random(n);
        // The last digit keeps the words of passages apart: a word of a later one would make its line one that was used later.
        var words = Enumerable.Range(0, length / 8).Select(_ => $"w{random.Next(10_000)}{n % 10}");
        return $"Passage {n} begins {string.Join(' ', words)} Passage {n} ends.";
    }

    private static CondensedSession Condense(Session session, int budget) =>
        Condenser.Condense(session.Shown(), new() { MaxTokens = budget }, TestContext.Current.CancellationToken);
}
