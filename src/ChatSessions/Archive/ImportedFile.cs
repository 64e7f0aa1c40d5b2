using ChatSessions.Sources.Files;

namespace ChatSessions.Archive;

/// <summary>A file that was imported to its end, as it was then.</summary>
public sealed record ImportedFile(string Path, FileStamp Stamp);
