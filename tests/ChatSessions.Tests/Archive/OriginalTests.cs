using System.Text;
using ChatSessions.Archive;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class OriginalTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(OriginalBuilder.PartBytes)]
    [InlineData(2 * OriginalBuilder.PartBytes + 1)]
    public void What_was_added_is_read_as_it_came(int length)
    {
        var random = new Random(length);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        using var builder = new OriginalBuilder();
        for (var at = 0; at < length; )
        {
            var count = Math.Min(random.Next(1, 200_000), length - at);
            builder.Add(bytes.AsSpan(at, count));
            at += count;
        }
        var original = Of(builder);

        Assert.Equal(bytes, Content(original));
        Assert.Equal(length, original.Bytes);
        Assert.All(original.Parts, part => Assert.InRange(part.Bytes, 1, OriginalBuilder.PartBytes));
    }

    [Fact]
    public void A_byte_can_be_added_many_times()
    {
        using var builder = new OriginalBuilder();
        builder.Add("before"u8);
        builder.Fill((byte)'A', OriginalBuilder.PartBytes);
        builder.Add("after"u8);

        Assert.Equal($"before{new string('A', OriginalBuilder.PartBytes)}after", Encoding.UTF8.GetString(Content(Of(builder))));
    }

    [Fact]
    public void A_builder_begins_again_with_nothing()
    {
        using var builder = new OriginalBuilder();
        builder.Fill((byte)'A', OriginalBuilder.PartBytes + 1);
        builder.Clear();

        Assert.True(builder.IsEmpty);
        builder.Add("new"u8);
        Assert.Equal("new"u8, Content(Of(builder)));
    }

    [Fact]
    public void What_grew_has_the_same_first_parts()
    {
        using var builder = new OriginalBuilder();
        builder.Fill((byte)'A', OriginalBuilder.PartBytes + 7);
        var before = Of(builder);
        builder.Add("more"u8);
        var after = Of(builder);

        Assert.True(before.Parts[0].Body.Span.SequenceEqual(after.Parts[0].Body.Span));
        Assert.NotEqual(before, after);
        Assert.Equal(OriginalBuilder.PartBytes + 7, before.Bytes);
    }

    [Fact]
    public void Originals_are_the_same_if_they_would_be_read_the_same_way()
    {
        using var builder = new OriginalBuilder();
        builder.Add("{}"u8);
        var one = Of(builder);

        Assert.Equal(one, one with { Changed = DateTime.UnixEpoch });
        using var other = new OriginalBuilder();
        other.Add("[]"u8);
        Assert.NotEqual(one, Of(other));
        Assert.NotEqual(one, new Original("f", "elsewhere", "codex", true, null, default, builder.Parts()));
        Assert.NotEqual(one, new Original("f", "/f", "codex", false, null, default, builder.Parts()));
        Assert.NotEqual(one, new Original("f", "/f", "codex", true, 2, default, builder.Parts()));
    }

    [Fact]
    public void A_damaged_part_is_reported()
    {
        using var builder = new OriginalBuilder();
        builder.Add("{}"u8);
        var original = Of(builder);
        foreach (
            var part in (OriginalPart[])
                [
                    original.Parts[0] with
                    {
                        Bytes = 3,
                    },
                    original.Parts[0] with
                    {
                        Bytes = int.MaxValue,
                    },
                    original.Parts[0] with
                    {
                        Bytes = -1,
                    },
                    new(2, new byte[] { 1, 2, 3 }),
                ]
        )
        {
            var error = Assert.Throws<ChatSessionException>(() => Content(original with { Parts = [part] }));
            Assert.Equal("The original records of f in the archive are damaged.", error.Message);
        }
    }

    private static Original Of(OriginalBuilder builder) => new("f", "/f", "codex", true, null, default, builder.Parts());

    private static byte[] Content(Original original)
    {
        using var content = new MemoryStream();
        using var stream = original.Open();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
