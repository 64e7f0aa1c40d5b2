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
internal sealed record SearchCursor(uint Search, long? Below, IReadOnlyCollection<long> Shown, long? Rest)
{
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
        return cursor is null ? new(search, null, [], null) : Decode(cursor, search);
    }

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
        writer.Write7BitEncodedInt64(Rest ?? 0);
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

    private static SearchCursor Decode(string cursor, uint search)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(Base64Url.DecodeFromChars(cursor)));
            var (number, below, rest, shown) = (
                reader.ReadUInt32(),
                reader.Read7BitEncodedInt64(),
                reader.Read7BitEncodedInt64(),
                new HashSet<long>()
            );
            for (var id = 0L; reader.BaseStream.Position < reader.BaseStream.Length; )
                shown.Add(id += reader.Read7BitEncodedInt64());
            if (number == search)
                return new(number, below, shown, rest == 0 ? null : rest);
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
