using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Reads a file that is one session, record by record.</summary>
internal abstract class TranscriptReader : GrowingTranscript
{
    private string? fallbackId;

    protected TranscriptReader(ImportOrigin origin)
    {
        Origin = origin;
        Draft = new SessionDraft(origin);
        Runs = new DraftRuns(Draft);
    }

    protected ImportOrigin Origin { get; }

    protected SessionDraft Draft { get; }

    protected DraftRuns Runs { get; }

    public override long Bytes => Draft.Bytes;

    public override void Dispose() => Draft.Dispose();

    protected abstract void Add(Fields record);

    protected sealed override void Add(RawJson record, ImportRecords records, CancellationToken cancellationToken)
    {
        fallbackId ??= records.Line is null ? Origin.PlaceId(null) : ImportOrigin.DerivedId(record);
        Add(new Fields(record));
    }

    /// <summary>Adds what is known only at the end of the file. Of what it does, only that to the draft and its runs is undone.</summary>
    protected virtual void Finish() { }

    protected sealed override IEnumerable<ImportedSession> Make(ImportRecords records, CancellationToken cancellationToken)
    {
        using var endOfDraft = Draft.AtEnd();
        using var endOfRuns = Runs.AtEnd();
        Finish();
        foreach (var session in Make(fallbackId ?? Origin.PlaceId(null), records))
            yield return session;
    }

    /// <summary>The sessions of the file, without empty ones.</summary>
    /// <param name="fallbackId">The id of the first, if none is recorded.</param>
    protected virtual IEnumerable<ImportedSession> Make(string fallbackId, ImportRecords records)
    {
        Runs.Finish();
        Draft.BrokenLines = records.BrokenLines;
        if (!Draft.IsEmpty)
            yield return Draft.Make(fallbackId, line: null, records.Notes);
    }
}
