using System.Buffers.Text;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.Search;

/// <summary>
/// Where the next page of a search begins. No hit is shown twice, even if sessions are saved, replaced or deleted between two pages.
/// </summary>
/// <param name="Search">A number that identifies the search.</param>
/// <param name="Below">The next unused text number when the first page was read; null before that.</param>
/// <param name="Shown">The numbers of the best texts already shown, or of their sessions.</param>
/// <param name="Rest">Once the best are shown, the others follow from here, the newest first; null before that.</param>
internal sealed record SearchCursor(uint Search, long? Below, IReadOnlyCollection<long> Shown, SearchPlace? Rest)
{
    /// <summary>The number of files alone. Those of archives are odd.</summary>
    public const uint WithoutArchive = 2;

    /// <summary>Whether the search has no words, so that all hits come by time.</summary>
    private bool IsByTime { get; init; }

    /// <summary>The archive's own number; 0 if it has none.</summary>
    public uint Archive { get; init; }

    /// <summary>The files that were searched too, as they were when the first page was read; nothing if none were.</summary>
    public IndexState Files { get; init; }

    /// <summary>Reads the cursor of the previous page; null starts a search.</summary>
    /// <exception cref="ChatSessionException">The cursor is invalid, or belongs to another search.</exception>
    public static SearchCursor Read(
        string? cursor,
        SearchQuery query,
        SearchFilter filter,
        IReadOnlyList<string> owners,
        bool bySession = false
    )
    {
        var search = NumberOf(query, filter, owners, bySession);
        return cursor is null ? new(search, null, [], null) { IsByTime = query.IsNewest } : Decode(cursor, search, query.IsNewest);
    }

    /// <summary>The same, in an archive.</summary>
    /// <param name="number">The archive's own number; 0 if it has none.</param>
    /// <exception cref="ChatSessionException">The cursor belongs to another archive.</exception>
    public SearchCursor In(uint number) =>
        Archive == 0 || number == 0 || Archive == number
            ? this with
            {
                Archive = Math.Max(Archive, number),
            }
            : throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                "The cursor belongs to a search in another archive. Omit it to start over in this one."
            );

    /// <summary>Identifies a search: another query, filter or owner gives another number.</summary>
    private static uint NumberOf(SearchQuery query, SearchFilter filter, IReadOnlyList<string> owners, bool bySession)
    {
        object?[] parts =
        [
            query.Text,
            filter.Kind,
            filter.Tool,
            filter.Outcome,
            filter.SessionId,
            filter.UpdatedAfter?.UtcTicks,
            filter.UpdatedBefore?.UtcTicks,
            // The session that does not count may change between two pages.
            (filter.Recorded with { Without = null }) == new RecordingFilter()
                ? null
                : filter.Recorded with
                {
                    Without = null,
                },
            .. owners,
            bySession,
        ];
        return Checksum.Compute(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
    }

    public string Encode()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Search);
        writer.Write7BitEncodedInt64(Below ?? 0);
        writer.Write7BitEncodedInt64(Rest?.Number ?? 0);
        if (IsByTime)
            writer.Write7BitEncodedInt64(Rest?.Moment ?? 0);
        writer.Write(Archive);
        writer.Write(Files.Number);
        if (Files.Number != 0)
            writer.Write7BitEncodedInt64(Files.Below);
        // The difference from the previous id takes fewer bytes than the id.
        var before = 0L;
        foreach (var id in Shown.Order())
        {
            writer.Write7BitEncodedInt64(id - before);
            before = id;
        }
        writer.Flush();
        return Base64Url.EncodeToString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static SearchCursor Decode(string cursor, uint search, bool isByTime)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(Base64Url.DecodeFromChars(cursor)));
            var (number, below, rest, moment, archive, files) = (
                reader.ReadUInt32(),
                reader.Read7BitEncodedInt64(),
                reader.Read7BitEncodedInt64(),
                isByTime ? reader.Read7BitEncodedInt64() : 0,
                reader.ReadUInt32(),
                reader.ReadUInt32()
            );
            var state = files == 0 ? default : new IndexState(files, reader.Read7BitEncodedInt64());
            var shown = new HashSet<long>();
            for (var id = 0L; reader.BaseStream.Position < reader.BaseStream.Length; )
                shown.Add(id += reader.Read7BitEncodedInt64());
            if (number == search)
                return new(number, below, shown, rest == 0 ? null : new(moment, rest))
                {
                    IsByTime = isByTime,
                    Archive = archive,
                    Files = state,
                };
        }
        catch (Exception exception) when (exception is FormatException or IOException)
        {
            // Reported below.
        }
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            "Invalid cursor. Pass next_cursor of the previous page unchanged, with the same query and filters, or omit it to start over."
        );
    }
}
