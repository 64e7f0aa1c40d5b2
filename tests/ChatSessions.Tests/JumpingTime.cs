namespace ChatSessions.Tests;

/// <summary>A clock that can be set, as by a user or a time server. Timers and elapsed times do not notice.</summary>
internal sealed class JumpingTime(TimeProvider inner) : TimeProvider
{
    /// <summary>How far the clock was set forwards, or backwards if it is negative.</summary>
    public TimeSpan SetBy { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + SetBy;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
