using ChatSessions.Archive;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// A format that sessions are imported from. Each is one file that recognises and reads it, and a line in <see cref="ImportFormats"/>;
/// docs/formats.md says how it becomes a session.
/// </summary>
public sealed class ImportFormat
{
    internal ImportFormat(ReadSessions read) => Read = read;

    /// <summary>What <c>--format</c> takes, and what a session says of where it was made from: <c>claude-code</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What its files hold, in the plural, as in "Known are transcripts of Claude Code".</summary>
    public required string Holds { get; init; }

    /// <summary>What an archive says of where its sessions came from.</summary>
    public SessionOrigin Origin
    {
        get => field == default ? new(Name) : field;
        internal init;
    }

    /// <summary>Whether a file is a session, a record a line; else the file, or each of its lines, is one.</summary>
    internal bool IsTranscript { get; init; }

    /// <summary>Whether a record shows the format: a line, the whole file, or one of a list that is the file.</summary>
    internal Func<Fields, bool> IsRecord { get; init; } = _ => false;

    /// <summary>Whether a message shows the format: one of a list that is the file, or of the <c>messages</c> of a record.</summary>
    internal Func<Fields, bool> IsMessage { get; init; } = _ => false;

    /// <summary>Why a record that people take for this format is not read, as the end of a sentence that begins with the file; else null.</summary>
    internal Func<Fields, string?> Refusal { get; init; } = _ => null;

    internal ReadSessions Read { get; }
}

/// <summary>Reads the sessions in the records of a file.</summary>
/// <param name="broken">Told of each record that is broken or no session; the others are read.</param>
internal delegate IEnumerable<ImportedSession> ReadSessions(
    ImportRecords records,
    Action<ChatSessionException> broken,
    CancellationToken cancellationToken
);
