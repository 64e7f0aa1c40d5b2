using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Reads a file that is one session, record by record.</summary>
internal abstract class TranscriptReader : IDisposable
{
    protected TranscriptReader(ImportOrigin origin)
    {
        Origin = origin;
        Draft = new SessionDraft(origin);
        Runs = new DraftRuns(Draft);
    }

    protected ImportOrigin Origin { get; }

    protected SessionDraft Draft { get; }

    protected DraftRuns Runs { get; }

    /// <summary>Reads the session of a file.</summary>
    /// <param name="make">Makes the reader for a file.</param>
    public static ReadSessions Of(Func<ImportOrigin, TranscriptReader> make) =>
        (records, broken, cancellationToken) => Read(make, records, broken, cancellationToken);

    public virtual void Dispose() => Draft.Dispose();

    protected abstract void Add(Fields record);

    /// <summary>Adds what is known only at the end of the file.</summary>
    protected virtual void Finish() { }

    /// <summary>The sessions of the file, without empty ones.</summary>
    /// <param name="fallbackId">The id of the first, if none is recorded.</param>
    protected virtual IEnumerable<ImportedSession> Make(string fallbackId, ImportRecords records)
    {
        Runs.Finish();
        Draft.BrokenLines = records.BrokenLines;
        if (!Draft.IsEmpty)
            yield return Draft.Make(fallbackId, line: null, records.Notes);
    }

    private static IEnumerable<ImportedSession> Read(
        Func<ImportOrigin, TranscriptReader> make,
        ImportRecords records,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        using var reader = make(records.Origin);
        var fallbackId = default(string);
        foreach (var record in records.Transcript(broken, cancellationToken))
        {
            fallbackId ??= records.Line is null ? records.Origin.PlaceId(null) : ImportOrigin.DerivedId(record);
            reader.Add(new Fields(record));
        }
        reader.Finish();
        foreach (var session in reader.Make(fallbackId ?? records.Origin.PlaceId(null), records))
            yield return session;
    }
}
