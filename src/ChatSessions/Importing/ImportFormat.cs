using ChatSessions.Archive;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// A format to import sessions from. Each is one file that recognizes and reads it, and a line in <see cref="ImportFormats"/>;
/// docs/formats.md describes how it becomes a session.
/// </summary>
public sealed class ImportFormat
{
    internal ImportFormat(ReadSessions read) => Read = read;

    internal ImportFormat(Func<ImportOrigin, GrowingTranscript> begin)
        : this((records, broken, cancellationToken) => ReadWhole(begin, records, broken, cancellationToken)) => Begin = begin;

    /// <summary>The value for <c>--format</c> and for a session's recorded source, such as <c>claude-code</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What its files contain, in the plural, as in "Supported: transcripts of Claude Code".</summary>
    public required string Holds { get; init; }

    /// <summary>The origin that an archive records for its sessions.</summary>
    public SessionOrigin Origin
    {
        get => field == default ? new(Name) : field;
        internal init;
    }

    /// <summary>Whether a file is one session with a record per line; if not, the file or each of its lines is a session.</summary>
    internal bool IsTranscript { get; init; }

    /// <summary>
    /// Whether programs add lines to its files, and all that reading one does at the end is undone, so that what is appended can be read alone.
    /// </summary>
    internal bool CanGrow { get; init; }

    /// <summary>Whether other formats begin like this one, so that one of their records, anywhere in the file, decides.</summary>
    internal bool IsGeneric { get; init; }

    /// <summary>Whether its sessions are kept byte for byte, so that they are their own originals.</summary>
    internal bool IsOriginal { get; init; }

    /// <summary>Whether a record shows the format: a line, the whole file, or an item if the file is a list.</summary>
    internal Func<Fields, bool> IsRecord { get; init; } = _ => false;

    /// <summary>
    /// Whether a message shows the format: an item if the file is a list, one of a record's <c>messages</c>, or a line if each line is a
    /// message.
    /// </summary>
    internal Func<Fields, bool> IsMessage { get; init; } = _ => false;

    /// <summary>Why a record that looks like this format is not supported, as the end of a sentence about the file; or null.</summary>
    internal Func<Fields, string?> Refusal { get; init; } = _ => null;

    internal ReadSessions Read { get; }

    /// <summary>Begins to read a file with a record on each line; null if its files are not such.</summary>
    internal Func<ImportOrigin, GrowingTranscript>? Begin { get; }

    private static IEnumerable<ImportedSession> ReadWhole(
        Func<ImportOrigin, GrowingTranscript> begin,
        ImportRecords records,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        using var transcript = begin(records.Origin);
        foreach (var session in transcript.Read(records, broken, cancellationToken))
            yield return session;
    }
}

/// <summary>Reads the sessions in the records of a file.</summary>
/// <param name="broken">Called for each record that is broken or not a session; the others are read.</param>
internal delegate IEnumerable<ImportedSession> ReadSessions(
    ImportRecords records,
    Action<ChatSessionException> broken,
    CancellationToken cancellationToken
);
