using System.IO.Compression;
using System.Reflection;
using ChatSessions.Tokens;
using Xunit;

namespace ChatSessions.Tests.Tokens;

public sealed class TokenVocabularyTests
{
    [Fact]
    public void The_resource_holds_exactly_the_tokens_and_ranks_of_the_package()
    {
        var tokens = Package();
        Assert.Equal(199_998, tokens.Length);
        Assert.Equal(tokens.Length, TokenVocabulary.Embedded.Count);
        for (int rank = 0; rank < tokens.Length; rank++)
            Assert.Equal(rank, TokenVocabulary.Embedded.Rank(tokens[rank]));
    }

    [Fact]
    public void Bytes_that_are_no_token_have_no_rank()
    {
        Assert.Equal(TokenVocabulary.NoRank, TokenVocabulary.Embedded.Rank([]));
        Assert.Equal(TokenVocabulary.NoRank, TokenVocabulary.Embedded.Rank("xqzj"u8));
        for (int length = 97; length <= 200; length++)
            Assert.Equal(TokenVocabulary.NoRank, TokenVocabulary.Embedded.Rank(new byte[length]));
    }

    internal static byte[][] Package()
    {
        using var resource = Assembly
            .Load("Microsoft.ML.Tokenizers.Data.O200kBase")
            .GetManifestResourceStream("o200k_base.tiktoken.deflate")!;
        using var reader = new StreamReader(new DeflateStream(resource, CompressionMode.Decompress));
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Capacity: 199999", lines[0]);
        return [.. lines[1..].Select(Convert.FromBase64String)];
    }
}
