using System.Globalization;
using System.Runtime.InteropServices;
using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Keeps what two files say about the same session, if neither has everything that the other has: a program continued a session in another
/// folder, or someone saved parts of it. The first one in the archive keeps the session's id. The id of another part ends in <c>.part-</c> and the
/// hash of its first record that the first one does not have, so it stays the same in every import.
/// </summary>
/// <remarks>Sessions without noted records, such as those of other formats, are not compared.</remarks>
internal sealed class ImportParts(ISessionArchive archive, string owner)
{
    /// <summary>Parts of one session whose ids collide; more is not real.</summary>
    private const int MostTries = 4;

    /// <summary>Divides steps so that no session is in a group twice: the second is compared with what was saved of the first.</summary>
    public static IEnumerable<List<ImportStep>> Split(List<ImportStep> steps)
    {
        var ids = new HashSet<string>();
        var group = new List<ImportStep>();
        foreach (var step in steps)
        {
            if (step.Session is { } archived && !ids.Add(archived.Session.Summary.SessionId))
            {
                yield return group;
                ids = [archived.Session.Summary.SessionId];
                group = [];
            }
            group.Add(step);
        }
        yield return group;
    }

    /// <summary>Gives parts their ids, and leaves out states that the archive has already with more records.</summary>
    public async Task<List<ImportStep>> PlaceAsync(List<ImportStep> steps, CancellationToken cancellationToken)
    {
        var ids = steps.Select(step => step.Session?.Session.Summary.SessionId).OfType<string>().ToHashSet();
        var known = await archive.FindKnownAsync(owner, ids, cancellationToken);
        var placed = new List<ImportStep>(steps.Count);
        foreach (var step in steps)
            placed.Add(
                step.Session is { } archived && known.Contains(archived.Session.Summary.SessionId)
                    ? await PlaceAsync(step, archived, cancellationToken)
                    : step
            );
        return placed;
    }

    private async Task<ImportStep> PlaceAsync(ImportStep step, ArchivedSession archived, CancellationToken cancellationToken)
    {
        var own = RecordsOf(archived.Session);
        var id = archived.Session.Summary.SessionId;
        for (var count = 0; own.Length > 0 && count < MostTries; count++)
        {
            if (
                await archive.FindAsync(owner, id, cancellationToken) is not { } before
                || RecordsOf(before.Session) is not { Length: > 0 } others
            )
                break;
            var inBoth = own.Intersect(others).Count();
            if (inBoth == others.Distinct().Count())
                break;
            var theirs = others.ToHashSet();
            if (own.All(theirs.Contains))
                return step with { Session = null, IsContained = true };
            id =
                $"{archived.Session.Summary.SessionId}.part-{own.First(one => !theirs.Contains(one)).ToString("x8", CultureInfo.InvariantCulture)}";
        }
        return id == archived.Session.Summary.SessionId
            ? step
            : step with
            {
                Session = archived with { Session = WithId(archived.Session, id) },
            };
    }

    private static uint[] RecordsOf(Session session) =>
        session.Json.Property("source").Property("records").AsString() is { Length: > 0 } text
        && new byte[text.Length] is var bytes
        && Convert.TryFromBase64String(text, bytes, out var length)
            ? MemoryMarshal.Cast<byte, uint>(bytes.AsSpan(0, length / 4 * 4)).ToArray()
            : [];

    private static Session WithId(Session session, string id) =>
        SessionJson.Read(
            JsonText
                .Make(writer =>
                {
                    writer.WriteStartObject();
                    foreach (var (name, value) in session.Json.Properties())
                        writer.WriteRaw(name, name == "session_id" ? JsonText.Quote(id) : value);
                    writer.WriteEndObject();
                })
                .Utf8,
            id
        );
}
