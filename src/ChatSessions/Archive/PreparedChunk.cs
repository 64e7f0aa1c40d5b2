using System.Buffers;
using System.Collections.Immutable;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatSessions.Archive;

/// <summary>
/// A chunk of a session as it is written: compressed, with the words of its texts. Making it takes longer than writing it, and needs no archive.
/// </summary>
/// <param name="FirstPosition">The position of the first event in it.</param>
/// <param name="Bytes">The length of its JSON.</param>
/// <param name="Body">Its JSON, compressed.</param>
/// <param name="Texts">The texts in it that a search can find, in the order of their positions.</param>
/// <param name="NewWords">The words to list that no chunk before it has.</param>
internal sealed record PreparedChunk(
    int FirstPosition,
    int Bytes,
    ReadOnlyMemory<byte> Body,
    ImmutableArray<PreparedText> Texts,
    ImmutableArray<VocabularyWord> NewWords
)
{
    /// <summary>Makes the chunks of a session one by one.</summary>
    /// <param name="secrets">No word of a secret that it finds is among the words.</param>
    public static IEnumerable<PreparedChunk> Make(Session session, OutgoingDoor secrets)
    {
        var texts = EventText.ReadAll(session);
        // A text of several events must stay in one chunk.
        var inside = texts.SelectMany(text => Enumerable.Range(text.Position + 1, text.LastPosition - text.Position)).ToHashSet();
        var stream = new WordStream();
        var known = new HashSet<ulong>();
        var words = new ArrayBufferWriter<byte>();
        byte[] compressed = [];
        var next = 0;
        foreach (var chunk in SessionChunks.Cut(session.Json, session.Events, position => !inside.Contains(position)))
        {
            var prepared = ImmutableArray.CreateBuilder<PreparedText>();
            var newWords = ImmutableArray.CreateBuilder<VocabularyWord>();
            for (
                ;
                next < texts.Count && SessionChunks.OffsetIn(session.Json, texts[next].Recorded.Utf8) is var at && at < chunk.End;
                next++
            )
            {
                var text = texts[next];
                prepared.Add(new(text, at - chunk.Start, stream.Of(text.Recorded.Text.Without(secrets)).ToArray()));
                VocabularyWord.Find(stream.Plain, known, newWords);
            }
            var json = session.Json.Utf8.Span[chunk.Start..chunk.End];
            yield return new(
                chunk.FirstPosition,
                json.Length,
                SessionChunks.Compress(json, ref compressed).ToArray(),
                prepared.DrainToImmutable(),
                newWords.DrainToImmutable()
            );
        }
    }
}

/// <summary>A text and its words.</summary>
/// <param name="Offset">Where the text begins in its chunk, in bytes.</param>
/// <param name="Words">As <see cref="WordStream.Of"/> returns them.</param>
internal readonly record struct PreparedText(EventText Text, int Offset, ReadOnlyMemory<byte> Words);
