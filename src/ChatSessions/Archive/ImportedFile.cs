using ChatSessions.Sources.Files;

namespace ChatSessions.Archive;

/// <summary>A file that was imported to its end, with its size and time at that moment.</summary>
public sealed record ImportedFile(string Path, FileStamp Stamp);
