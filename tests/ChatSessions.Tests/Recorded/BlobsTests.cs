using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Tests.Condensing;
using Xunit;

namespace ChatSessions.Tests.Recorded;

public sealed class BlobsTests
{
    private static readonly byte[] Png = [0x89, .. "PNG\r\n\x1a\n"u8, .. Bytes(1_000)];

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_001)]
    [InlineData(1_002)]
    public void Base64_counts_its_bytes_whatever_its_padding(int length)
    {
        var digits = Convert.ToBase64String(Bytes(length));

        Assert.Equal((digits, $"base64, {length:N0} bytes"), Only($"token={digits}\nend"));
        Assert.Equal((digits, $"base64, {length:N0} bytes"), Only($"{digits}"));
    }

    [Fact]
    public void A_data_URI_says_of_what_kind_it_is()
    {
        var digits = Convert.ToBase64String(Png);

        Assert.Equal(
            (digits, $"base64 of image/svg+xml, {Png.Length:N0} bytes"),
            Only($"<img src=\"data:image/svg+xml;base64,{digits}\">")
        );
    }

    [Fact]
    public void A_file_without_a_declaration_is_told_by_its_first_bytes()
    {
        var digits = Convert.ToBase64String(Png);

        Assert.Equal((digits, $"base64 of image/png, {Png.Length:N0} bytes"), Only($"screenshot: {digits}"));
    }

    [Theory]
    [InlineData(64, "\n")]
    [InlineData(76, "\n")]
    [InlineData(76, "\r\n")]
    public void Base64_in_lines_is_one_blob(int columns, string lineBreak)
    {
        var digits = Wrapped(Convert.ToBase64String(Png), columns, lineBreak);
        var note = $"base64 of image/png, {Png.Length:N0} bytes";

        Assert.Equal((digits, note), Only($"here it is:{lineBreak}{digits}{lineBreak}that was it"));
        var json = $"[{Some.Quoted($"here:{lineBreak}{digits}{lineBreak}that was it")}]";
        Assert.Equal((digits.Replace("\n", "\\n").Replace("\r", "\\r"), note), Only(json));
    }

    [Fact]
    public void The_line_behind_base64_is_no_part_of_it()
    {
        var digits = Wrapped(Convert.ToBase64String(Bytes(48 * 8)), 64, "\n");

        Assert.Equal((digits, "base64, 384 bytes"), Only($"-----BEGIN CERTIFICATE-----\n{digits}\n-----END CERTIFICATE-----\n"));
    }

    [Fact]
    public void A_blob_in_JSON_begins_behind_an_escape()
    {
        var digits = Convert.ToBase64String(Png);

        Assert.Equal(digits, Only($"[\"\\n{digits}\\n\"]").Text);
        Assert.Equal(digits, Only($"[\"\\u003d{digits}\\u003d\"]").Text);
    }

    [Fact]
    public void Hexadecimal_digits_are_two_for_each_byte()
    {
        var digits = Convert.ToHexStringLower(Bytes(500));

        Assert.Equal((digits, "hex, 500 bytes"), Only($"dump: {digits}."));
    }

    [Fact]
    public void Bytes_that_were_taken_for_text_are_binary()
    {
        var bytes = string.Concat(Enumerable.Repeat("\u0001\u0002ELF\uFFFD\0ab", 60));

        Assert.Equal((bytes[..^2], "binary"), Only($"$ cat a.out\n{bytes}\ndone, as it seems"));
    }

    [Theory]
    [InlineData(",")]
    [InlineData(", ")]
    [InlineData(",\n    ")]
    public void An_embedding_says_how_many_numbers_it_has(string comma)
    {
        var numbers = string.Join(comma, Enumerable.Range(1, 1_536).Select(n => n % 3 == 0 ? "-1.5e-05" : $"0.{n}"));

        Assert.Equal((numbers, "1,536 numbers"), Only($$"""{"id":7,"embedding":[{{numbers}}],"text":"a lease"}"""));
        Assert.Equal((numbers, "1,536 numbers"), Only($"vector = [{numbers}]\n"));
    }

    [Fact]
    public void Counts_and_short_or_broken_arrays_of_numbers_are_to_be_read()
    {
        Assert.Empty(Blobs.In(Recorded($"[{string.Join(",", Enumerable.Range(1, 500))}]")));
        Assert.Empty(Blobs.In(Recorded($"[{string.Join(", ", Enumerable.Repeat("0.25000000000000000001", 31))}]")));
        Assert.Empty(Blobs.In(Recorded($"[{string.Join(",", Enumerable.Repeat("0.25", 100))}")));
    }

    [Theory]
    [InlineData("a long path", "/usr/local/lib/python3.12/site-packages/", 20)]
    [InlineData("a path of names", "/home/User/Projects/My-Project_2/SourceCode/Module7/", 20)]
    [InlineData("minified JavaScript", "function(e,t){var n=e[t]||(e[t]={});return n.A0=1,n}", 20)]
    [InlineData("a line of dashes", "----------", 100)]
    [InlineData("a line of equals signs", "==========", 100)]
    [InlineData("words in CamelCase", "AnotherRatherLongIdentifierOfSomeGeneratedTypeWithout", 20)]
    [InlineData("words in lower case", "supercalifragilistic", 50)]
    [InlineData("names in snake case", "a_name_of_version_2_of_the_API_that_is_", 30)]
    [InlineData("Chinese", "汉字没有空格", 100)]
    [InlineData("figures", "1234567890", 100)]
    [InlineData("hashes", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n", 20)]
    [InlineData("bold of a manual page", "N\bNA\bAM\bME\bE ", 60)]
    [InlineData("colours", "\e[31mred\e[0m ", 60)]
    [InlineData("words", "Some words, of which none is long. 42! ", 20)]
    public void A_reader_may_want_to_see(string what, string part, int times)
    {
        Assert.NotEmpty(what);
        Assert.Empty(Blobs.In(Recorded(string.Concat(Enumerable.Repeat(part, times)))));
    }

    [Fact]
    public void Many_blobs_in_a_text_are_each_found()
    {
        var digits = Convert.ToBase64String(Bytes(200));

        var blobs = Blobs.In(Recorded(string.Concat(Enumerable.Repeat($"{digits} \0\0 ", 500))));

        Assert.Equal(500, blobs.Length);
        Assert.All(blobs, blob => Assert.Equal(digits.Length, blob.End - blob.Start));
        Assert.All(blobs.Zip(blobs.Skip(1)), pair => Assert.True(pair.First.End < pair.Second.Start));
    }

    [Fact]
    public void An_answer_says_what_a_blob_is_and_leads_to_it()
    {
        var digits = Convert.ToBase64String(Png);
        var session = Some.Session(
            Some.ToolUse("look", result: Some.Quoted($"data:image/png;base64,{digits} 100 x 80")),
            Some.Thinking(string.Concat(Enumerable.Repeat("What is worth more. ", 500)))
        );

        var condensed = Condense(session, 500);

        var cut = Assert.Single(Cuts.In(session, condensed), cut => cut.Cut.First == 1);
        Assert.Equal(digits, cut.Omitted);
        Assert.EndsWith($": base64 of image/png, {Png.Length:N0} bytes]", cut.Cut.Marker, StringComparison.Ordinal);
        Assert.Contains($"data:image/png;base64,{cut.Cut.Marker} 100 x 80", condensed.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_blob_is_shown_where_there_is_room()
    {
        var digits = Convert.ToBase64String(Png);
        var session = Some.Session(Some.ToolUse("look", result: Some.Quoted($"data:image/png;base64,{digits} 100 x 80")));

        Assert.True(Condense(session, 5_000).Size.Complete);
    }

    private static CondensedSession Condense(Session session, int budget) =>
        Condenser.Condense(session.Shown(), new() { MaxTokens = budget }, TestContext.Current.CancellationToken);

    private static (string Text, string? Note) Only(string text)
    {
        var blob = Assert.Single(Blobs.In(Recorded(text)));
        return (text[blob.Start..blob.End], blob.Note);
    }

    private static RecordedText Recorded(string text)
    {
        var @event = Some.Session(Some.Text(text)).Shown()[0];
        return new((@event, @event.Json.Property("content")));
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static string Wrapped(string digits, int columns, string lineBreak) =>
        string.Join(lineBreak, digits.Chunk(columns).Select(line => new string(line)));
}
