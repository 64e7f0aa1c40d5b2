using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>A session in a file: its summary without events, and where it is.</summary>
/// <param name="Line">The line, from 1; null if the session is the whole file.</param>
/// <param name="Offset">Its start, in bytes, in the decompressed file.</param>
/// <param name="Length">Its length in bytes.</param>
internal sealed record StoredSession(SessionSummary Summary, SessionFile File, FileStamp Stamp, int? Line, long Offset, int Length)
{
    /// <summary>The file's stamp when the session was last complete in it; null if it still is.</summary>
    public FileStamp? LastWhole { get; init; }

    /// <summary>Whether all before it must be read to read it.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>The name in errors.</summary>
    public string Origin => File.Origin(Line);
}
