using ChatSessions.Reviewing;
using Xunit;

namespace ChatSessions.Tests.Reviewing;

public sealed class AlignmentTests
{
    /// <summary>A letter is a call; upper and lower case are calls with the same aim, all calls have the same tool only if they are digits.</summary>
    private static CallNumber[] Calls(string text) =>
        [
            .. text.Select(letter => new CallNumber(
                letter,
                char.ToUpperInvariant(letter),
                char.IsDigit(letter) ? 0 : char.ToUpperInvariant(letter)
            )),
        ];

    private static (string First, string Second) Align(string first, string second)
    {
        var pairs = Alignment.Of(Calls(first), Calls(second), TestContext.Current.CancellationToken);
        return (
            string.Concat(pairs.Select(pair => pair.First < 0 ? '-' : first[pair.First])),
            string.Concat(pairs.Select(pair => pair.Second < 0 ? '-' : second[pair.Second]))
        );
    }

    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("abc", "", "abc", "---")]
    [InlineData("abc", "abc", "abc", "abc")]
    [InlineData("abxc", "abc", "abxc", "ab-c")]
    [InlineData("abc", "xabcy", "-abc-", "xabcy")]
    [InlineData("abCd", "abcd", "abCd", "abcd")]
    [InlineData("a1b", "a2b", "a1b", "a2b")]
    public void As_much_as_possible_is_in_the_same_place(string first, string second, string alignedFirst, string alignedSecond)
    {
        Assert.Equal((alignedFirst, alignedSecond), Align(first, second));
    }

    [Fact]
    public void Calls_with_nothing_in_common_are_never_paired()
    {
        Assert.DoesNotContain(Alignment.Of(Calls("axb"), Calls("ayb"), TestContext.Current.CancellationToken), pair => pair is (1, 1));
    }

    /// <summary>The score of the best alignment, found by a plain table.</summary>
    [Fact]
    public void It_is_the_best_of_all_for_random_sequences()
    {
        var random = new Random(5);
        for (var time = 0; time < 300; time++)
        {
            var (first, second) = (Some(random), Some(random));
            var best = new int[first.Length + 1, second.Length + 1];
            for (var i = 0; i <= first.Length; i++)
            for (var j = 0; j <= second.Length; j++)
                best[i, j] =
                    i == 0 || j == 0
                        ? -i - j
                        : Math.Max(
                            Math.Max(best[i - 1, j], best[i, j - 1]) - 1,
                            Score(first[i - 1], second[j - 1]) is { } score ? best[i - 1, j - 1] + score : int.MinValue
                        );

            var found = Alignment
                .Of(Calls(first), Calls(second), TestContext.Current.CancellationToken)
                .Sum(pair => pair.First < 0 || pair.Second < 0 ? -1 : Score(first[pair.First], second[pair.Second])!.Value);

            Assert.Equal(best[first.Length, second.Length], found);
        }

        static string Some(Random random) => new([.. Enumerable.Range(0, random.Next(12)).Select(_ => "aAbBcC12"[random.Next(8)])]);

        static int? Score(char one, char other) =>
            one == other ? 6
            : char.ToUpperInvariant(one) == char.ToUpperInvariant(other) ? 2
            : char.IsDigit(one) && char.IsDigit(other) ? -1
            : null;
    }

    [Fact]
    public void Long_sequences_are_aligned_near_the_diagonal_and_around_what_both_have_once()
    {
        var random = new Random(7);
        var first = Enumerable.Range(0, 30_000).Select(number => new CallNumber(number, number, number)).ToList();
        var second = first.ToList();
        second.InsertRange(100, Enumerable.Range(1_000_000, 4_000).Select(number => new CallNumber(number, number, number)));
        for (var time = 0; time < 500; time++)
            second.RemoveAt(random.Next(5_000, second.Count));

        var pairs = Alignment.Of([.. first], [.. second], TestContext.Current.CancellationToken);

        Assert.Equal(first.Count - 500, pairs.Count(pair => pair.First >= 0 && pair.Second >= 0));
        Assert.Equal(Enumerable.Range(0, first.Count), pairs.Where(pair => pair.First >= 0).Select(pair => pair.First));
        Assert.Equal(Enumerable.Range(0, second.Count), pairs.Where(pair => pair.Second >= 0).Select(pair => pair.Second));
    }

    [Fact]
    public void Long_sequences_of_the_same_few_calls_keep_their_order()
    {
        var random = new Random(9);
        CallNumber[] Many(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => random.Next(6)).Select(number => new CallNumber(number, number, number))];
        var (first, second) = (Many(9_000), Many(7_000));

        var pairs = Alignment.Of(first, second, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, first.Length), pairs.Where(pair => pair.First >= 0).Select(pair => pair.First));
        Assert.Equal(Enumerable.Range(0, second.Length), pairs.Where(pair => pair.Second >= 0).Select(pair => pair.Second));
        Assert.All(
            pairs.Where(pair => pair.First >= 0 && pair.Second >= 0),
            pair => Assert.Equal(first[pair.First].Key, second[pair.Second].Key)
        );
    }
}
