using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>Whether two results of the same call say the same.</summary>
internal static class SameResult
{
    /// <summary>Whether they are the same except for times, durations and the like. Two calls without a result are the same, too.</summary>
    public static bool IsSame(ToolUse one, ToolUse other)
    {
        if (one.Result is null || other.Result is null)
            return one.Result is null && other.Result is null;
        if (one.Result.ImageAttachment is not null || other.Result.ImageAttachment is not null)
            return false; // Screenshots are not compared.
        var (first, second) = (one.Result.Result, other.Result.Result);
        return first.Utf8.Span.SequenceEqual(second.Utf8.Span)
            || (
                Math.Max(first.Utf8.Length, second.Utf8.Length) <= VaryingText.LongestCompared
                && VaryingText.WithoutTimes(first.ToString()) == VaryingText.WithoutTimes(second.ToString())
            );
    }
}
