namespace ChatSessions.Analysis;

/// <summary>What a step says again.</summary>
/// <param name="SameCall">The position of the first of the same calls just before it; null when there is none.</param>
/// <param name="SameResult">The position of the first result that is the same as its own; null when that is the first.</param>
/// <param name="Run">The run of repeated calls in whose middle it says nothing new; null when it is in none, or says something new.</param>
/// <param name="IsTelling">Whether it is of a run of repeated calls, and says what the others do not: how that begins, changes or ends.</param>
internal sealed record Recurrence(int? SameCall, int? SameResult, RepeatedRun? Run, bool IsTelling)
{
    /// <summary>Says nothing again.</summary>
    public static readonly Recurrence None = new(null, null, null, false);
}
