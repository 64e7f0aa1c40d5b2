using System.Text;
using ChatSessions.Importing;
using ChatSessions.Sources.Files;
using Xunit;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

public class RepairedLinesTests : ImportTest
{
    private static readonly string Question = User("How@are the leeks?");

    [Theory]
    [InlineData("\0", "How\0are the leeks?")]
    [InlineData("\t", "How\tare the leeks?")]
    [InlineData("\n", "How\nare the leeks?")]
    [InlineData("\r\n", "How\r\nare the leeks?")]
    [InlineData("\n\n}\n", "How\n\n}\nare the leeks?")]
    public void A_raw_control_character_or_line_feed_in_a_text_is_only_escaped(string raw, string shown)
    {
        var imported = Import(Lines(Meta, Question.Replace("@", raw), Answer("Well.")));

        Assert.Equal([$"user: {shown}", "text: Well.", "stop ok ///"], Shown(imported.Session));
        Assert.Equal("1", imported.Session.Json.Property("source").Property("repaired_lines").ToString());
        Assert.Contains(
            imported.Notes,
            note => note.Contains("Lines repaired", StringComparison.Ordinal) && note.EndsWith(": 1.", StringComparison.Ordinal)
        );
        Assert.Empty(Broken);
    }

    [Theory]
    [InlineData("\u2028")]
    [InlineData("\\u0000")]
    public void What_JSON_allows_is_no_repair(string allowed)
    {
        var imported = Import("\uFEFF" + Lines(Meta, Question.Replace("@", allowed)));

        Assert.Single(Shown(imported.Session));
        Assert.True(imported.Session.Json.Property("source").Property("repaired_lines").IsMissing);
    }

    [Fact]
    public void A_byte_that_is_not_UTF_8_is_replaced_and_the_rest_of_its_line_is_kept()
    {
        var bytes = Encoding.UTF8.GetBytes(Lines(Meta, Question));
        bytes[Array.IndexOf(bytes, (byte)'@')] = 0xFF;
        var path = Write("file.jsonl", bytes);

        var imported = Assert.Single(SessionImport.Read(path, null, FileSource.DefaultMaxSessionBytes, fault => throw fault, Cancelled));

        Assert.Equal(["user: How\uFFFDare the leeks?"], Shown(imported.Session));
        Assert.True(System.Text.Unicode.Utf8.IsValid(imported.Session.Json.Utf8.Span));
        Assert.Equal("1", imported.Session.Json.Property("source").Property("repaired_lines").ToString());
    }

    [Theory]
    [InlineData("\0\0\0\0")]
    [InlineData("{\"timestamp\":\"2026-0\0\0\0\0")]
    public void A_tail_of_NULs_after_a_crash_is_no_fault(string tail)
    {
        var imported = Import(Lines(Meta, Question) + tail);

        Assert.Single(Shown(imported.Session));
        Assert.Contains(imported.Notes, note => note.StartsWith("Line 3 is incomplete", StringComparison.Ordinal));
        Assert.Empty(Broken);
    }

    [Fact]
    public void A_record_behind_NULs_is_read_and_what_they_took_is_counted()
    {
        var imported = Import(Lines(Meta, "\0\0" + Question, "{\"timestamp\":\"2026\0\0" + Answer("Well."), Answer("Bye.")));

        Assert.Equal(["user: How@are the leeks?", "text: Well.", "text: Bye.", "stop ok ///"], Shown(imported.Session));
        Assert.Single(Broken);
        Assert.Equal("1", imported.Session.Json.Property("source").Property("broken_lines").ToString());
    }

    [Fact]
    public void Lines_that_belong_to_no_record_are_each_a_fault_and_the_next_record_is_read()
    {
        var imported = Import(Lines(Meta, Question[..40], "and so on", "}", Answer("Well.")));

        Assert.Equal(["text: Well.", "stop ok ///"], Shown(imported.Session));
        Assert.Equal(3, Broken.Count);
    }

    [Fact]
    public void A_long_file_of_broken_lines_is_read_in_a_moment()
    {
        var lines = string.Concat(Enumerable.Repeat("{ \"a\": \"\n }\n", 50_000));

        var imported = Import(Lines(Meta, Question) + lines + Lines(Answer("Well.")));

        Assert.Contains("text: Well.", Shown(imported.Session));
    }
}
