namespace ChatSessions.Importing;

/// <summary>
/// What was read of the files that changed last while they are followed, so that only what is appended to them is read. A file that is not among
/// them is read as a whole once.
/// </summary>
/// <param name="mostBytes">How much memory it may take, in bytes.</param>
internal sealed class FollowedFiles(TimeProvider time, long mostBytes = FollowedFiles.DefaultMostBytes) : IDisposable
{
    private const long DefaultMostBytes = 64 << 20;
    private const int MostFiles = 64;

    /// <summary>How long what was read of a file is kept while the file does not change.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>The one that was read last is the last.</summary>
    private readonly LinkedList<(FileReading Reading, long At)> kept = [];

    /// <summary>Takes out what was read of a file, ready to read what was appended; null if it must be read from its beginning.</summary>
    public FileReading? Continue(ImportFile file, CancellationToken cancellationToken)
    {
        if (Take(file.Place) is not { } reading)
            return null;
        var isReady = false;
        try
        {
            isReady = reading.TryContinue(file, cancellationToken);
            return isReady ? reading : null;
        }
        finally
        {
            if (!isReady)
                reading.Dispose();
        }
    }

    /// <summary>Keeps what was read, and forgets others if that is too much.</summary>
    /// <returns>False if it is too large, or the file cannot be continued; the caller must dispose of it then.</returns>
    public bool Keep(FileReading reading)
    {
        if (!reading.CanContinue || reading.Bytes > mostBytes)
            return false;
        kept.AddLast((reading, time.GetTimestamp()));
        while (kept.Count > MostFiles || kept.Sum(one => one.Reading.Bytes) > mostBytes)
            ForgetFirst();
        return true;
    }

    /// <summary>Forgets files that have not changed for long.</summary>
    public void ForgetOld()
    {
        while (kept.First is { } first && time.GetElapsedTime(first.Value.At) > Longest)
            ForgetFirst();
    }

    public void Dispose()
    {
        while (kept.Count > 0)
            ForgetFirst();
    }

    private void ForgetFirst()
    {
        kept.First!.Value.Reading.Dispose();
        kept.RemoveFirst();
    }

    private FileReading? Take(string place)
    {
        for (var node = kept.First; node is not null; node = node.Next)
            if (node.Value.Reading.Place == place)
            {
                kept.Remove(node);
                return node.Value.Reading;
            }
        return null;
    }
}
