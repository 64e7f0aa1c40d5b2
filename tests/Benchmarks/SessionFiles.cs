using System.IO.Compression;
using ChatSessions.Json;
using ChatSessions.Model;

namespace Benchmarks;

/// <summary>Reads sessions from <c>.json</c> and <c>.jsonl</c> files, each also with <c>.gz</c>.</summary>
internal static class SessionFiles
{
    public static List<Session> Read(string path)
    {
        using var file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        var all = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        if (!path.Contains(".jsonl", StringComparison.Ordinal))
            return [SessionJson.Read(all, path)];
        var sessions = new List<Session>();
        while (!all.IsEmpty)
        {
            var end = all.Span.IndexOf((byte)'\n') is var found && found < 0 ? all.Length : found;
            if (!all.Span[..end].Trim((byte)' ').IsEmpty)
                sessions.Add(SessionJson.Read(all[..end], path));
            all = all[Math.Min(all.Length, end + 1)..];
        }
        return sessions;
    }
}
