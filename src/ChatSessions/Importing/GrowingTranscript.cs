using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Reads a file with a record on each line, to which a program adds records. What belongs to the end of the file is undone once the sessions are
/// made, so that more records can be added when the file has grown: the sessions are then the same as if the whole file had been read at once.
/// </summary>
internal abstract class GrowingTranscript : IDisposable
{
    /// <summary>About how many bytes of memory it takes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether what was read of other files is still as it was. If not, this file must be read again from its beginning.</summary>
    public virtual bool IsUpToDate(CancellationToken cancellationToken) => true;

    /// <summary>Reads the records to their end. It can be called again with those that follow them.</summary>
    /// <param name="broken">Called for each record that is broken.</param>
    /// <returns>The sessions of all records so far.</returns>
    public IEnumerable<ImportedSession> Read(
        ImportRecords records,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        foreach (var record in records.Transcript(broken, cancellationToken))
            Add(record, records, cancellationToken);
        foreach (var session in Make(records, cancellationToken))
            yield return session;
    }

    public abstract void Dispose();

    protected abstract void Add(RawJson record, ImportRecords records, CancellationToken cancellationToken);

    /// <summary>The sessions of all records so far, without empty ones. It must leave everything as it was.</summary>
    protected abstract IEnumerable<ImportedSession> Make(ImportRecords records, CancellationToken cancellationToken);
}
