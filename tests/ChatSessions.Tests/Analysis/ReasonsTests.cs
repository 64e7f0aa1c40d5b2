using ChatSessions.Analysis;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class ReasonsTests
{
    [Theory]
    [InlineData("Now I look. It fails because the key is missing. Next.", "It fails because the key is missing.")]
    [InlineData("First line\nI use a set instead\nLast line", "I use a set instead")]
    [InlineData("先看代码。原因是缓存没有清空。然后修改。", "原因是缓存没有清空。")]
    [InlineData("The issue is this line:\n\n  x = 1\n\nNext.", "The issue is this line:\n\n  x = 1")]
    [InlineData("The root cause is v1.2.3 of x. Done.", "The root cause is v1.2.3 of x.")]
    public void A_sentence_that_gives_a_reason_is_found_whole(string text, string sentence)
    {
        var (start, end) = Assert.Single(Reasons.Find(text));

        Assert.Equal(sentence, text[start..end]);
    }

    [Fact]
    public void Other_sentences_are_not() => Assert.Empty(Reasons.Find("Let me fix the test. Then I run it again."));

    [Fact]
    public void Sentences_do_not_overlap()
    {
        var found = Reasons.Find(string.Concat(Enumerable.Repeat("so because instead ", 200)) + ". Because of x. Therefore y.");

        Assert.All(found.Zip(found.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    }
}
