using ChatSessions.Sources.Files;

namespace ChatSessions.Archive;

/// <summary>A file that was imported to its end, with its size and time at that moment.</summary>
public sealed record ImportedFile(string Path, FileStamp Stamp)
{
    /// <param name="modified">In ticks, UTC.</param>
    internal static ImportedFile OfStored(string path, long bytes, long modified) =>
        new(path, new(bytes, new DateTime(Math.Clamp(modified, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc)));
}
