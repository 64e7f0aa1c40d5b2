namespace ChatSessions.Analysis;

/// <summary>What a step repeats.</summary>
/// <param name="SameCall">The position of the first of the identical calls just before it, or null.</param>
/// <param name="SameResult">The position of an earlier result that is identical, the first; otherwise null.</param>
/// <param name="Run">The run of repeated calls in which it says nothing new; null if it is in none, or says something new.</param>
/// <param name="IsTelling">Whether it belongs to a run of repeated calls and says what the others do not: how the run begins, changes or ends.</param>
internal sealed record Recurrence(int? SameCall, int? SameResult, RepeatedRun? Run, bool IsTelling)
{
    /// <summary>Repeats nothing.</summary>
    public static readonly Recurrence None = new(null, null, null, false);
}
