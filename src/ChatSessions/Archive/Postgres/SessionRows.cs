using System.Text;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Rows of sessions that are sent together, each table's as arrays in one statement. COPY would be refused: PostgreSQL has no COPY into tables
/// with row-level security.
/// </summary>
internal sealed class SessionRows(long owner)
{
    private readonly List<(SessionRow Row, long Updated, ListedTexts Texts, string? EarlierOf, long? Original)> sessions = [];
    private readonly List<(long Session, PreparedChunk Chunk, string Marks)> chunks = [];
    private readonly List<VocabularyWord> listed = [];

    /// <summary>About how much memory the rows take.</summary>
    public long Bytes { get; private set; }

    public void Add(SessionRow row, long updated, ListedTexts texts, string? earlierOf, long? original)
    {
        sessions.Add((row, updated, texts, earlierOf, original));
        Bytes += row.SummaryBytes.Length;
    }

    /// <param name="marks">Those of the session.</param>
    public void Add(long session, PreparedChunk chunk, string marks)
    {
        chunks.Add((session, chunk, marks));
        Bytes += chunk.Body.Length + chunk.Texts.Sum(text => text.Words.Length);
    }

    public void Add(IEnumerable<VocabularyWord> some) => listed.AddRange(some);

    public void Clear()
    {
        sessions.Clear();
        chunks.Clear();
        listed.Clear();
        Bytes = 0;
    }

    /// <summary>The statements that write the rows.</summary>
    public IEnumerable<(string Sql, object?[] Parameters)> Statements()
    {
        if (sessions.Count > 0)
            yield return (
                """
                insert into chat_mcp.session
                select $1, * from unnest(
                  $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::smallint[], $7::int[], $8::int[], $9::bigint[], $10::bigint[],
                  $11::bytea[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
                  (select array_agg(nullif(original, 0) order by at) from unnest($19::bigint[]) with ordinality o (original, at)))
                """,
                [
                    owner,
                    Of(session => session.Row.No),
                    Of(session => StoredText.Of(session.Row.Id)),
                    Of(session => session.Row.OriginName),
                    Of(session => session.Updated),
                    Of(session => (short)session.Row.OutcomeNumber),
                    Of(session => (int)session.Row.Events),
                    Of(session => (int)session.Row.Bytes),
                    Of(session => session.Row.Crc),
                    Of(session => session.Row.FetchedTicks),
                    Of(session => session.Row.SummaryBytes),
                    Of(session => StoredText.Of(session.Texts.Title)),
                    Of(session => StoredText.Of(session.Texts.Indexes)),
                    Of(session => StoredText.Key(session.Texts.Agent)),
                    Of(session => StoredText.Key(session.Texts.Folder)),
                    Of(session => StoredText.Key(session.Texts.Branch)),
                    Of(session => StoredText.Key(session.Texts.Parent)),
                    Of(session => session.EarlierOf is { } of ? StoredText.Key(of) : null),
                    Of(session => session.Original ?? 0),
                ]
            );
        if (chunks.Count > 0)
            yield return (
                "insert into chat_mcp.chunk select $1, * from unnest($2::bigint[], $3::int[], $4::int[], $5::bytea[])",
                [
                    owner,
                    chunks.Select(chunk => chunk.Session).ToArray(),
                    chunks.Select(chunk => chunk.Chunk.FirstPosition).ToArray(),
                    chunks.Select(chunk => chunk.Chunk.Bytes).ToArray(),
                    chunks.Select(chunk => chunk.Chunk.Body.ToArray()).ToArray(),
                ]
            );
        var texts = chunks
            .SelectMany(chunk => chunk.Chunk.Texts.Select(text => (chunk.Session, Prepared: text, text.Text, chunk.Marks)))
            .ToList();
        if (texts.Count > 0)
        {
            yield return (
                """
                insert into chat_mcp.entry
                select $1, session, position, kind, tool, nullif(outcome, -1), at, length, events from unnest(
                  $2::bigint[], $3::int[], $4::smallint[], $5::text[], $6::smallint[], $7::int[], $8::int[], $9::int[])
                  as t (session, position, kind, tool, outcome, at, length, events)
                """,
                [
                    owner,
                    texts.Select(text => text.Session).ToArray(),
                    texts.Select(text => text.Text.Position).ToArray(),
                    texts.Select(text => (short)text.Text.Kind).ToArray(),
                    texts.Select(text => text.Text.Tool is { Length: > 0 } tool ? StoredText.Of(tool) : null).ToArray(),
                    texts.Select(text => (short?)text.Text.Outcome ?? -1).ToArray(),
                    texts.Select(text => text.Prepared.Offset).ToArray(),
                    texts.Select(text => text.Text.Recorded.Utf8.Length).ToArray(),
                    texts.Select(text => text.Text.LastPosition - text.Text.Position + 1).ToArray(),
                ]
            );
            var words = texts.Select(text => WordsOfText.Of(text.Prepared, text.Marks)).ToList();
            yield return (
                "insert into chat_mcp.words select $1, * from unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[])",
                [
                    owner,
                    texts.Select(text => text.Session).ToArray(),
                    texts.Select(text => text.Text.Position).ToArray(),
                    words.Select(text => text.InOrder).ToArray(),
                    words.Select(text => text.Marks).ToArray(),
                    words.Select(text => text.Pairs).ToArray(),
                ]
            );
        }
        if (listed.Count > 0)
            yield return (
                "insert into chat_mcp.word select $1, * from unnest($2::text[]) on conflict do nothing",
                [owner, listed.Select(word => Encoding.UTF8.GetString(word.Utf8.Span)).ToArray()]
            );
    }

    private T[] Of<T>(Func<(SessionRow Row, long Updated, ListedTexts Texts, string? EarlierOf, long? Original), T> value) =>
        [.. sessions.Select(value)];
}
