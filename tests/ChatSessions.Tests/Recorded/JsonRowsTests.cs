using System.Text.RegularExpressions;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using Xunit;

namespace ChatSessions.Tests.Recorded;

public sealed class JsonRowsTests
{
    private static readonly string Fifty =
        $"[{string.Join(",", Enumerable.Range(1, 50).Select(n => $$"""{"id":{{n}},"name":"Customer 😀 {{n}}","city":"Zürich"}"""))}]";

    [Fact]
    public void Rows_are_shown_as_a_table_of_their_first()
    {
        var rows = JsonRows.Find(Fifty)!;

        Assert.Equal(50, rows.Count);
        Assert.Equal("50 rows: id | name | city\n1 | Customer 😀 1 | Zürich\n2 | Customer 😀 2 | Zürich\n", rows.Show(2));
        Assert.Equal("50 rows: id | name | city\n1 | Customer 😀 1 | Zürich\n", rows.Show(1));
    }

    [Fact]
    public void The_rest_begins_behind_the_last_row_that_is_shown()
    {
        var rows = JsonRows.Find(Fifty)!;

        foreach (var count in (int[])[1, 9, 10, 50])
        {
            Assert.EndsWith($"{count}\",\"city\":\"Zürich\"}}", Fifty[..rows.EndOf(count)], StringComparison.Ordinal);
            Assert.Equal(count, rows.CountIn(rows.EndOf(count)));
        }
    }

    [Fact]
    public void One_row_at_least_is_shown()
    {
        var rows = JsonRows.Find(Fifty)!;

        Assert.Equal(1, rows.CountIn(0));
        Assert.Equal(1, rows.CountIn(rows.EndOf(2) - 1));
        Assert.Equal(50, rows.CountIn(Fifty.Length));
    }

    [Fact]
    public void What_stands_before_the_rows_is_shown_before_them()
    {
        Assert.StartsWith(
            "{\"total\":50,\"rows\":\n50 rows: id | name | city\n1 | ",
            Show($"{{\"total\":50,\"rows\":{Fifty},\"next\":2}}")
        );
    }

    [Theory]
    [InlineData("""{"id":1,"x":null}""", "1 | ")]
    [InlineData("""{"id":1}""", "1 | ")]
    [InlineData("""{"id":1,"x":""}""", "1 | \"\"")]
    [InlineData("""{"id":1,"x":"a"}""", "1 | a")]
    [InlineData("""{"x":"a","id":1}""", "1 | a")]
    [InlineData("""{"id":"1","x":"true"}""", "\"1\" | \"true\"")]
    [InlineData("""{"id":" 1","x":"null"}""", "\" 1\" | \"null\"")]
    [InlineData("""{"id":"-1e5","x":"[]"}""", "\"-1e5\" | \"[]\"")]
    [InlineData("""{"id":true,"x":"a|b"}""", "true | \"a|b\"")]
    [InlineData("""{"id":1.50,"x":"a\nb"}""", "1.50 | \"a\\nb\"")]
    [InlineData("""{"id":1,"x":"say \"no\""}""", "1 | \"say \\\"no\\\"\"")]
    [InlineData("""{"id":{ "n": [1, "a b"] },"x":[]}""", "{\"n\":[1,\"a b\"]} | []")]
    [InlineData("""{"id":1,"x":"a","note":"late"}""", "1 | a | note: late")]
    public void A_cell_cannot_be_mistaken(string row, string line)
    {
        // The fields are those of the first rows.
        var others = Enumerable.Range(0, 20).Select(n => $$"""{"id":{{n}},"x":"something or other"}""");
        var rows = JsonRows.Find($"[{string.Join(",", others)},{row},{row}]")!;

        Assert.Equal(line, rows.Show(21).Split('\n')[21]);
        Assert.Equal("22 rows: id | x", rows.Show(21).Split('\n')[0]);
    }

    [Theory]
    [InlineData("three rows", """{"id":1,"text":"{200}"}""", 3)]
    [InlineData("rows that are passages", """{"id":1,"text":"{700}"}""", 10)]
    [InlineData("rows that are mainly a passage", """{"score":0.5,"start":12345,"text":"{300}","file":"{80}"}""", 10)]
    [InlineData("rows with an embedding", """{"id":1,"embedding":[{64 numbers}]}""", 10)]
    [InlineData("rows that are no objects", """["{20}"]""", 20)]
    [InlineData("rows without fields", "{}", 200)]
    [InlineData("strings", "\"{20}\"", 30)]
    public void There_are_no_rows_to_speak_of_in(string what, string row, int times)
    {
        row = row.Replace("{64 numbers}", string.Join(",", Enumerable.Repeat("0.125", 64)), StringComparison.Ordinal);
        var json = Regex.Replace(row, @"\{(\d+)\}", match => new string('x', int.Parse(match.Groups[1].Value, null)));

        Assert.NotEmpty(what);
        Assert.Null(JsonRows.Find($"[{string.Join(",", Enumerable.Repeat(json, times))}]"));
    }

    [Fact]
    public void Objects_that_have_little_in_common_are_no_rows() =>
        Assert.Null(
            JsonRows.Find($"[{string.Join(",", Enumerable.Range(0, 12).Select(n => $"{{\"field{n}\":\"{new string('x', 50)}\"}}"))}]")
        );

    [Fact]
    public void A_table_with_a_huge_row_or_behind_a_long_text_is_shown_as_JSON()
    {
        var huge = $$"""{"id":0,"name":"{{new string('x', 3_000)}}"}""";

        Assert.Null(JsonRows.Find($"[{huge},{Fifty[1..]}"));
        Assert.Null(JsonRows.Find($"{{\"summary\":\"{new string('x', 1_000)}\",\"rows\":{Fifty}}}"));
    }

    [Fact]
    public void What_is_no_JSON_has_no_rows()
    {
        Assert.Null(JsonRows.Find(""));
        Assert.Null(JsonRows.Find(Fifty[..^1]));
        Assert.Null(JsonRows.Find(Fifty + ","));
        Assert.Null(JsonRows.Find(new string('x', 1_000)));
        Assert.Null(JsonRows.Find("{}" + new string(' ', 1_000)));
        Assert.Null(JsonRows.Find($"{{\"only\":\"{new string('x', 1_000)}\"}}"));
        Assert.Null(JsonRows.Find($"\"{new string('x', 1_000)}\""));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void The_marker_behind_a_table_leads_to_the_other_rows(bool isString, bool isPretty)
    {
        var json = isPretty ? Fifty.Replace(",", ",\r\n    ", StringComparison.Ordinal) : Fifty;
        var session = Some.Session(
            Some.ToolUse("query", result: isString ? JsonTexts.Quote(json) : json),
            Some.Thinking(new string('y', 900))
        );

        var text = Condense(session, 500).ToText();

        var table = Regex.Match(
            text,
            @"50 rows: id \| name \| city\n(?<rows>( .*\n)+?) …\[\+(?<count>[\d,]+) characters, #1 from (?<offset>\d+): (?<more>\d+) more rows\]"
        );
        Assert.True(table.Success, text);
        var shown = table.Groups["rows"].Value.Count(c => c == '\n');
        Assert.Equal(50, shown + int.Parse(table.Groups["more"].Value, null));
        var recorded = session.Events[1].Json.ToString();
        var rest = recorded[int.Parse(table.Groups["offset"].Value, null)..];
        rest = isString ? JsonTexts.UnquoteFrom(recorded, recorded.Length - rest.Length) : rest[..(rest.LastIndexOf(']') + 1)];
        var next = isPretty ? ",\r\n    " : ",";
        Assert.StartsWith($"{next}{{\"id\":{shown + 1},", rest, StringComparison.Ordinal);
        var cut = isString ? rest : Regex.Replace(rest, @"[\r\n]+ *", "");
        Assert.Equal($"{cut.Length:N0}", table.Groups["count"].Value);
    }

    [Fact]
    public void More_rows_are_shown_at_a_larger_budget_and_all_of_the_JSON_where_it_fits()
    {
        var many =
            $"[{string.Join(",", Enumerable.Range(1, 400).Select(n => $$"""{"id":{{n}},"name":"Customer {{n}}","city":"Zürich"}"""))}]";
        var session = Some.Session(Some.ToolUse("query", result: many));

        var shown = ((int[])[500, 1_000, 2_500, 5_000]).Select(budget => Condense(session, budget).Size.Shown).ToList();

        Assert.Equal(shown.Order().Distinct(), shown);
        Assert.Contains("350 | Customer 350", Condense(session, 5_000).ToText(), StringComparison.Ordinal);
        Assert.True(Condense(session, 25_000).Size.Complete);
        Assert.Contains(many, Condense(session, 25_000).ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_rows_are_a_table_as_long_as_their_JSON_does_not_fit()
    {
        var many =
            $"[{string.Join(",", Enumerable.Range(1, 400).Select(n => $$"""{"id":{{n}},"name":"Customer {{n}}","city":"Zürich"}"""))}]";

        var text = Condense(Some.Session(Some.ToolUse("query", result: many)), 5_000).ToText();

        Assert.Contains("\n 400 | Customer 400 | Zürich\n", text, StringComparison.Ordinal);
        Assert.Contains(": 0 more rows]", text, StringComparison.Ordinal);
    }

    private static string Show(string json) => JsonRows.Find(json)!.Show(1);

    private static CondensedSession Condense(Session session, int budget) =>
        Condenser.Condense(session.Shown(), new() { MaxTokens = budget }, TestContext.Current.CancellationToken);
}
