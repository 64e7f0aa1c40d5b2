using ChatSessions.Reviewing;
using Xunit;

namespace ChatSessions.Tests.Reviewing;

/// <summary>How much of what is true of made sessions is found, and how much of what is found is true.</summary>
public sealed class MadeReviewsTests
{
    private const int Sessions = 80;
    private const double Wanted = 0.98;

    private static readonly List<(MadeReview Made, SessionReview Found)> All =
    [
        .. Enumerable
            .Range(1, Sessions)
            .Select(seed => new MadeReview(seed))
            .Select(made => (made, SessionReview.Of(made.Session.Shown(), CancellationToken.None))),
    ];

    public static TheoryData<string> Findings => ["failures", "aftermaths", "loops", "unanswered"];

    [Theory]
    [MemberData(nameof(Findings))]
    public void What_went_wrong_is_found_and_nothing_else(string what)
    {
        var (found, made, both) = (0, 0, 0);
        var wrong = new List<string>();
        foreach (var (index, (session, review)) in All.Index())
        {
            var (isTrue, isFound) = (True(what, session), Found(what, review));
            (made, found, both) = (made + isTrue.Count, found + isFound.Count, both + isTrue.Intersect(isFound).Count());
            wrong.AddRange(isTrue.Except(isFound).Select(one => $"seed {index + 1} misses {one}"));
            wrong.AddRange(isFound.Except(isTrue).Select(one => $"seed {index + 1} invents {one}"));
        }

        Assert.True(made >= Sessions / 2, $"only {made} {what} are made");
        Assert.True(both >= Wanted * made, $"recall {(double)both / made:0.000} of {what}: {string.Join("; ", wrong.Take(10))}");
        Assert.True(both >= Wanted * found, $"precision {(double)both / found:0.000} of {what}: {string.Join("; ", wrong.Take(10))}");
    }

    private static HashSet<string> True(string what, MadeReview made) =>
        what switch
        {
            "failures" => [.. made.Failures.Keys.Select(position => $"#{position}")],
            "aftermaths" => [.. made.Failures.Select(failed => $"#{failed.Key} {failed.Value}")],
            "loops" => [.. made.Loops.Select(loop => $"#{loop.First}–#{loop.Last} {loop.Rounds} × {loop.Length}")],
            _ => [.. made.Unanswered.Select(position => $"#{position}")],
        };

    private static HashSet<string> Found(string what, SessionReview review) =>
        what switch
        {
            "failures" => [.. review.Failures.SelectMany(cause => cause.Calls).Select(call => $"#{call.Use.Position}")],
            "aftermaths" => [.. review.Failures.SelectMany(cause => cause.Calls).Select(call => $"#{call.Use.Position} {call.Then.Kind}")],
            "loops" => [.. review.Loops.Select(loop => $"#{loop.First}–#{loop.Last} {loop.Rounds} × {loop.Round.Length}")],
            _ => [.. review.Unanswered.Select(use => $"#{use.Position}")],
        };
}
