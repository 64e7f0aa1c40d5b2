using System.IO.Compression;
using System.Text;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

/// <summary>A folder of real files, deleted after the test, and a source that reads it.</summary>
public abstract class TempFolder : IDisposable, ILogger<FileSource>
{
    private readonly List<FileSource> sources = [];

    protected string Folder { get; } = Directory.CreateTempSubdirectory("chat-sessions-").FullName;

    protected FakeTimeProvider Time { get; } = new();

    protected List<string> Warnings { get; } = [];

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        sources.ForEach(source => source.Dispose());
        Directory.Delete(Folder, recursive: true);
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);

    protected string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    protected string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    protected static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }

    protected static byte[] Zstd(string text)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(Encoding.UTF8.GetBytes(text)).ToArray();
    }

    /// <summary>A source that reads paths in the folder, or the whole folder.</summary>
    protected FileSource Source(params string[] names) => Source(FileSource.DefaultMaxSessionBytes, names);

    protected FileSource Source(long maxSessionBytes, params string[] names)
    {
        var source = new FileSource(names.Length == 0 ? [Folder] : [.. names.Select(PathOf)], Time, this, maxSessionBytes);
        sources.Add(source);
        return source;
    }

    protected static async Task<List<string>> IdsOf(FileSource source)
    {
        var ids = new List<string>();
        await foreach (var page in source.ListAsync(Caller.Local, SessionFilter.All, after: null, Cancelled))
            ids.AddRange(page.Select(summary => summary.SessionId));
        return ids;
    }

    protected static Task<Session?> Find(FileSource source, string id) => source.FindAsync(id, Caller.Local, Cancelled);

    void ILogger.Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
    {
        lock (Warnings)
            Warnings.Add(format(state, exception));
    }

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;
}
