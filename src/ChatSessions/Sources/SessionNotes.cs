using System.Globalization;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources.Samples;

namespace ChatSessions.Sources;

/// <summary>
/// What answers say of what they show: that it is recorded data, how old a copy is, what looks like instructions, what is hidden, and what could
/// not be read.
/// </summary>
/// <param name="time">For the age of an archived copy.</param>
public sealed class SessionNotes(SessionCatalog catalog, TimeProvider time)
{
    private const int LongestProblem = 1_000;

    /// <summary>
    /// The notes of an answer about a session. They name events whose text looks like instructions. For an archived copy they say how old it
    /// is and why it is served.
    /// </summary>
    public Task<string> OfAsync(Session session, Caller caller, CancellationToken cancellationToken) =>
        OfAsync(session, events: null, isRaw: false, caller, cancellationToken);

    /// <inheritdoc cref="OfAsync(Session, Caller, CancellationToken)"/>
    /// <param name="events">The events that the answer is about; null for all.</param>
    /// <param name="isRaw">Whether the answer has its secrets, so that none is hidden.</param>
    public async Task<string> OfAsync(Session session, EventRange? events, bool isRaw, Caller caller, CancellationToken cancellationToken)
    {
        var notes = await OfAllAsync(caller, cancellationToken);
        var (first, last) = events?.In(session) ?? (0, session.Events.Length - 1);
        if (Instructions.Note([.. Instructions.In(session).Where(at => at >= first && at <= last)]) is { } note)
            notes += $" {note}";
        return WithCopy(notes + (isRaw ? "" : SecretNote(session)), session);
    }

    /// <summary>The notes of an answer about two sessions, which it calls A and B.</summary>
    public async Task<string> OfAsync(Session one, Session other, Caller caller, CancellationToken cancellationToken)
    {
        var notes = await OfAllAsync(caller, cancellationToken);
        foreach (var (name, session) in new[] { ("A: ", one), ("B: ", other) })
            if (Instructions.Note(Instructions.In(session), name) is { } note)
                notes += $" {note}";
        return WithCopy(notes + SecretNote(one, "A: ") + SecretNote(other, "B: "), one.Copy is null ? other : one);
    }

    /// <summary>The notes of a list, including what could not be read and may be missing.</summary>
    /// <param name="problems">What could not be read, one sentence each.</param>
    public async Task<string> OfAsync(IReadOnlyList<string> problems, Caller caller, CancellationToken cancellationToken)
    {
        var notes = await OfAllAsync(caller, cancellationToken);
        return problems switch
        {
            [] => notes,
            [var only] => $"{notes} Not everything could be read: {Shown(only)}",
            [var first, ..] => $"{notes} Not everything could be read; the first of several problems: {Shown(first)}",
        };
    }

    /// <summary>What every answer says.</summary>
    private async Task<string> OfAllAsync(Caller caller, CancellationToken cancellationToken)
    {
        var isSamplesOnly = await catalog.IsSamplesOnlyAsync(caller, cancellationToken);
        string?[] notes = [OutgoingText.DataNotice, isSamplesOnly ? SampleSource.Notice : null, catalog.Notice];
        return string.Join(' ', notes.OfType<string>());
    }

    /// <summary>How many secrets of a session are hidden, by rule; empty if none are.</summary>
    private string SecretNote(Session session, string name = "")
    {
        var secrets = catalog.Door.Show(session).Secrets;
        return secrets.Count == 0
            ? ""
            : $" {name}Hidden as [redacted:…]: {string.Join(", ", secrets.Select(rule => $"{rule.Key} {rule.Value.Grouped()}"))}.";
    }

    private string WithCopy(string notes, Session session) =>
        session.Copy is { } copy
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{notes} This is the archive's copy of {copy.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {Age(time.GetUtcNow() - copy.At)}: {Shown(copy.Reason)}."
            )
            : notes;

    private static string Age(TimeSpan age) =>
        age < TimeSpan.Zero ? "from before this machine's clock was set back"
        : age.TotalMinutes < 2 ? "a minute old"
        : age.TotalHours < 2 ? $"{(int)age.TotalMinutes} minutes old"
        : age.TotalDays < 2 ? $"{(int)age.TotalHours} hours old"
        : $"{((int)age.TotalDays).Grouped()} days old";

    /// <summary>Cleaned, because a problem may quote file names that others chose.</summary>
    private string? Shown(string problem) => OutgoingText.ShowLine(catalog.Door.Replace(problem), LongestProblem);
}
