using System.Text;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

public sealed class PipedFileTests : TempFolder
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_came_through_a_pipe_is_served_like_a_file(bool isCompressed)
    {
        var text = $"{SessionText.Of("one")}\n{SessionText.Of("two", says: "hello")}\n";
        using var pipe = new MemoryStream(isCompressed ? Gzip(text) : Encoding.UTF8.GetBytes(text));
        var piped = await PipedFile.ReadAsync("standard input", pipe, 100_000, Time, Cancelled);
        using var source = new FileSource(piped, Time, this);

        Assert.Equal(["one", "two"], await IdsOf(source));
        Assert.Equal("hello", (await source.FindAsync("two", Caller.Local, Cancelled))!.Says());
        Assert.Empty(source.Problems);
    }

    [Fact]
    public async Task A_pipe_that_never_ends_is_refused_at_the_limit()
    {
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() =>
            PipedFile.ReadAsync("standard input", new Endless(), 100_000, Time, Cancelled)
        );

        Assert.Equal(ChatSessionError.TooLarge, refusal.Error);
        Assert.StartsWith("standard input is over the limit for a pipe (100,000 bytes).", refusal.Message);
    }

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(100_000)]
    public async Task A_pipe_of_exactly_the_limit_is_read(int length)
    {
        using var pipe = new MemoryStream(new byte[length]);

        Assert.Equal(length, (await PipedFile.ReadAsync("standard input", pipe, length, Time, Cancelled)).Content.Length);
    }

    [Fact]
    public async Task An_empty_pipe_is_reported_as_empty()
    {
        var piped = await PipedFile.ReadAsync("standard input", Stream.Null, 100, Time, Cancelled);
        using var source = new FileSource(piped, Time, this);

        Assert.Empty(await IdsOf(source));
        Assert.Equal("standard input is empty; it contains no chat session.", Assert.Single(source.Problems).Sentence);
    }

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }
}
