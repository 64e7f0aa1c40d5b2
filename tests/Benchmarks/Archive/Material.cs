using System.Collections.Immutable;
using System.Text;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Search;

namespace Benchmarks.Archive;

/// <summary>What generated sessions are made of: the events of other sessions, and the words in them, the most frequent first.</summary>
internal sealed class Material
{
    private const int ShortestWord = 4;
    private const int LongestWord = 14;

    private Material(List<Session> sessions)
    {
        Sessions = [.. sessions.Where(session => session.Events.Length > 1).Select(MaterialSession.Of)];
        Words = FrequentFirst(sessions);
        Starts = [.. Sessions.SelectMany((session, number) => Enumerable.Repeat(number, session.Events.Length))];
    }

    public ImmutableArray<MaterialSession> Sessions { get; }

    public ImmutableArray<byte[]> Words { get; }

    /// <summary>The number of a session as many times as it has events: one in it is so picked as often as any other.</summary>
    public ImmutableArray<int> Starts { get; }

    /// <summary>From files, or where there are none, made up.</summary>
    public static Material Of(IReadOnlyList<string> files) =>
        new(files.Count > 0 ? [.. files.SelectMany(SessionFiles.Read)] : MadeMaterial.Sessions());

    /// <summary>Whether a run of letters is one that is renamed from session to session.</summary>
    public static bool IsWord(ReadOnlySpan<byte> letters) => letters.Length is >= ShortestWord and <= LongestWord;

    private static ImmutableArray<byte[]> FrequentFirst(List<Session> sessions)
    {
        var counts = new Dictionary<string, int>();
        foreach (var text in sessions.SelectMany(EventText.ReadAll))
            Runs.ForEach(
                text.Recorded.Utf8.Span,
                (run, _, digits) =>
                {
                    if (digits > 0 || !IsWord(run))
                        return;
                    var word = Encoding.ASCII.GetString(run);
                    counts[word] = counts.GetValueOrDefault(word) + 1;
                }
            );
        return
        [
            .. counts
                .OrderByDescending(count => count.Value)
                .ThenBy(count => count.Key, StringComparer.Ordinal)
                .Select(count => Encoding.ASCII.GetBytes(count.Key)),
        ];
    }
}

/// <summary>The events of a session that others are made of.</summary>
internal sealed record MaterialSession(string Title, ImmutableArray<MaterialEvent> Events)
{
    public static MaterialSession Of(Session session)
    {
        var texts = EventText.ReadAll(session).Where(text => !text.Recorded.IsJoined).ToDictionary(text => text.Position);
        return new(
            session.Summary.GeneratedTitle ?? "A session",
            [
                .. session
                    .Events.Where(@event => @event is not StopEvent)
                    .Select(@event =>
                        texts.TryGetValue(@event.Position, out var text)
                            ? new MaterialEvent(
                                @event.Json.Utf8,
                                SessionChunks.OffsetIn(@event.Json, text.Recorded.Utf8),
                                text.Recorded.Utf8.Length
                            )
                            : new MaterialEvent(@event.Json.Utf8, 0, 0)
                    ),
            ]
        );
    }
}

/// <summary>An event, and where in its JSON its text stands.</summary>
internal readonly record struct MaterialEvent(ReadOnlyMemory<byte> Json, int TextStart, int TextLength);
