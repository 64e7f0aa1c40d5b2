using System.Text;
using ChatSessions.Tests.Condensing;
using ChatSessions.Tokens;
using CsCheck;
using Microsoft.ML.Tokenizers;
using Xunit;

namespace ChatSessions.Tests.Tokens;

public sealed class TokenCounterTests
{
    private static readonly TiktokenTokenizer Reference = TiktokenTokenizer.CreateForEncoding("o200k_base");

    [Fact]
    public void Any_text_has_as_many_tokens_as_the_reference_says() =>
        Texts.Any.Sample(text => Assert.Equal(Reference.CountTokens(text), TokenCounter.Count(text)), iter: 10_000);

    [Fact]
    public void The_text_of_every_token_has_as_many_tokens_as_the_reference_says()
    {
        foreach (string token in TokenVocabularyTests.Package().Select(Encoding.UTF8.GetString))
            Assert.Equal(Reference.CountTokens(token), TokenCounter.Count(token));
    }

    [Fact]
    public void Every_character_has_as_many_tokens_as_the_reference_says()
    {
        for (int c = 0; c <= char.MaxValue; c++)
            Assert.Equal(Reference.CountTokens(((char)c).ToString()), TokenCounter.Count([(char)c]));
    }

    [Fact]
    public void A_text_is_counted_again_from_what_differs() =>
        Gen.Select(Texts.Any, Texts.Any, Texts.Any, Texts.Any)
            .Sample(
                (start, before, now, end) =>
                {
                    var counted = TokenCounter.Count(start + before + end);
                    Assert.Equal(
                        TokenCounter.Count(start + now + end),
                        TokenCounter.Recount(start + before + end, counted, start + now + end)
                    );
                },
                iter: 10_000
            );

    [Theory]
    [InlineData("one  two", "one   two")]
    [InlineData("a word", "a  word")]
    [InlineData("a word\n\nb", "a word \n\nb")]
    [InlineData("one two", "one two")]
    [InlineData("one two", "")]
    [InlineData("", " ")]
    public void White_space_is_counted_again_with_what_is_next_to_it(string before, string now) =>
        Assert.Equal(TokenCounter.Count(now), TokenCounter.Recount(before, TokenCounter.Count(before), now));

    [Fact]
    public void No_text_has_no_tokens() => Assert.Equal(0, TokenCounter.Count(""));

    [Theory]
    [InlineData("Hello, world!", 4)]
    [InlineData("I'LL", 3)]
    [InlineData("12345", 2)]
    [InlineData("<|endoftext|>", 7)]
    public void A_known_text_has_its_known_tokens_and_none_is_special(string text, int tokens) =>
        Assert.Equal(tokens, TokenCounter.Count(text));

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('=')]
    [InlineData('\n')]
    public void A_long_run_of_one_letter_is_counted_in_linear_time(char letter)
    {
        // The reference takes quadratic time, and would never finish with the longer run.
        int shorter = Reference.CountTokens(new string(letter, 1 << 14));
        Assert.Equal(shorter << 6, TokenCounter.Count(new string(letter, 1 << 20)));
    }

    public static TheoryData<string> Repeated => ["a", " ", "=", "\n", "中", "ab", "A\u0301", "\uD83D"];

    [Theory]
    [MemberData(nameof(Repeated))]
    public void A_run_of_any_length_has_as_many_tokens_as_the_reference_says(string part)
    {
        for (int times = 1; times <= 300; times++)
        {
            string text = string.Concat(Enumerable.Repeat(part, times));
            Assert.Equal(Reference.CountTokens(text), TokenCounter.Count(text));
        }
    }

    [Fact]
    public void A_long_word_without_sense_has_as_many_tokens_as_the_reference_says() =>
        Gen.String[Gen.Char['a', 'z'], 100, 5_000]
            .Sample(text => Assert.Equal(Reference.CountTokens(text), TokenCounter.Count(text)), iter: 100);

    [Fact]
    public void Counting_up_to_a_limit_is_exact_below_it_and_ends_above_it() =>
        Gen.Select(Texts.Any, Gen.Int[0, 100])
            .Sample(
                (text, limit) =>
                {
                    int count = TokenCounter.Count(text);
                    int counted = TokenCounter.CountUpTo(text, limit);
                    Assert.True(count <= limit ? counted == count : counted > limit && counted <= count);
                }
            );

    [Fact]
    public void Threads_count_the_same() =>
        Texts
            .Any.Array[20]
            .Sample(
                texts =>
                    Assert.Equal(
                        texts.Select(text => TokenCounter.Count(text)),
                        texts.AsParallel().AsOrdered().Select(text => TokenCounter.Count(text))
                    ),
                iter: 50
            );

    [Fact]
    public void A_limit_saves_reading_what_is_beyond_it() =>
        Assert.Equal(11, TokenCounter.CountUpTo(string.Concat(Enumerable.Repeat(" word", 1_000)), 10));
}
