using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Whether two results of the same call say the same.</summary>
internal static class SameResult
{
    /// <summary>Times and the like do not change the length by more than this.</summary>
    private const int LongestDifference = 64;

    /// <summary>Whether they are the same except for times, durations and the like. Two calls without a result are the same, too.</summary>
    public static bool IsSame(ToolUse one, ToolUse other) => IsAlready(one, other) ?? Without(one) == Without(other);

    /// <summary>The same, if it can be said without looking for times; otherwise null.</summary>
    public static bool? IsAlready(ToolUse one, ToolUse other)
    {
        if (one.Result is null || other.Result is null)
            return one.Result is null && other.Result is null;
        if (one.Result.ImageAttachment is not null || other.Result.ImageAttachment is not null)
            return false; // Screenshots are not compared.
        var first = one.Result.Result.Utf8.Span;
        var second = other.Result.Result.Utf8.Span;
        return first.SequenceEqual(second) ? true
            : Math.Max(first.Length, second.Length) > VaryingText.LongestCompared ? false
            : Math.Abs(first.Length - second.Length) > LongestDifference ? false
            : null;
    }

    /// <summary>A result without its times and the like.</summary>
    public static string Without(ToolUse use) => VaryingText.WithoutTimes(use.Result!.Result.ToString());
}
