using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using ChatSessions.Model;

namespace ChatSessions.Recorded;

/// <summary>
/// Finds the parts of a text that must not leave the server as recorded. Every text is whole and decoded: a string of an event, a property
/// name, a title.
/// </summary>
/// <param name="text">The whole text.</param>
/// <param name="name">The property name before it, such as <c>password</c>, or null.</param>
public delegate IEnumerable<Replacement> OutgoingStep(string text, string? name);

/// <summary>A part of a text, and the text that replaces it.</summary>
public readonly record struct Replacement(int Start, int Length, string Text);

/// <summary>
/// The only way recorded text leaves the server. The steps' findings are replaced in whole texts, before anything is cut. One last step
/// always runs where text is shown: hidden characters are replaced by their codes, see <see cref="OutgoingText"/>.
/// </summary>
/// <param name="steps">What to replace. Overlapping findings are replaced as one, by the first one's text.</param>
public sealed class OutgoingDoor(params IReadOnlyList<OutgoingStep> steps)
{
    private readonly ConditionalWeakTable<Session, ShownSession> shown = [];

    /// <summary>A session as it may be shown. It is made once, and kept as long as the session is in memory.</summary>
    public ShownSession Show(Session recorded) => shown.GetValue(recorded, session => new ShownSession(session, this));

    /// <summary>A summary as it may be shown, except for hidden characters.</summary>
    public SessionSummary Show(SessionSummary recorded) =>
        IsOpen
            ? recorded
            : recorded with
            {
                SessionId = Replace(recorded.SessionId, "session_id"),
                LastUpdatedAt = Replace(recorded.LastUpdatedAt, "last_updated_at"),
                GeneratedTitle = Replaced(recorded.GeneratedTitle, "generated_title"),
                IndexIds = [.. recorded.IndexIds.Select(id => Replace(id, "index_ids"))],
                JobMetadata = recorded.JobMetadata is { Error: { } error } job
                    ? job with
                    {
                        Error = Replace(error, "error"),
                    }
                    : recorded.JobMetadata,
                Recording = recorded.Recording is { } recording ? Show(recording) : null,
                Facts = recorded.Facts is { } facts ? facts with { Ending = Replaced(facts.Ending, "content") } : null,
            };

    private Recording Show(Recording recorded) =>
        new(
            Replace(recorded.Format, "format"),
            Replaced(recorded.Folder, "cwd"),
            Replaced(recorded.Branch, "git_branch"),
            [.. recorded.Models.Select(model => Replace(model, "models"))],
            recorded.Parent is { } parent
                ? new(
                    Replace(parent.SessionId, "session_id"),
                    Replaced(parent.CallId, "parent_call_id"),
                    Replaced(parent.AgentType, "agent_type"),
                    Replaced(parent.AgentName, "agent_name"),
                    Replaced(parent.Description, "description")
                )
                : null
        );

    private string? Replaced(string? text, string name) => text is null ? null : Replace(text, name);

    /// <summary>A single text as it may be shown, except for hidden characters.</summary>
    public string Replace(string text, string? name = null)
    {
        if (IsOpen)
            return text;
        var replaced = new StringBuilder();
        var done = 0;
        foreach (var (start, length, replacement) in Apart(InText(text, name)))
        {
            replaced.Append(text, done, start - done).Append(replacement);
            done = start + length;
        }
        return done == 0 && replaced.Length == 0 ? text : replaced.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>JSON, or a part of it that begins and ends between tokens, as it may be shown, except for hidden characters.</summary>
    /// <param name="more">Further parts to replace, in characters of the JSON.</param>
    internal ReplacedText Replace(RawJson recorded, params IEnumerable<Replacement> more)
    {
        if (IsOpen)
            return new(recorded.Utf8);
        var json = recorded.ToString();
        var found = Apart([.. InJson(json), .. more]);
        return found.Count == 0 ? new(recorded.Utf8) : new(json, found);
    }

    /// <summary>A single text with its replacements, and where each byte of it comes from.</summary>
    internal ReplacedText Replace(ReadOnlyMemory<byte> recorded, string? name)
    {
        if (IsOpen)
            return new(recorded);
        var text = Encoding.UTF8.GetString(recorded.Span);
        return new(text, Apart(InText(text, name)));
    }

    internal IEnumerable<Replacement> InText(string text, string? name) =>
        steps
            .SelectMany(step => step(text, name))
            // Strings often contain JSON, where the same text is escaped differently.
            .Concat(text.Contains('\\') && text.Contains('"') ? InJson(text) : []);

    /// <summary>Whether there is nothing to replace.</summary>
    internal bool IsOpen => steps.Count == 0;

    private IEnumerable<Replacement> InJson(string json)
    {
        string? name = null;
        for (var quote = json.IndexOf('"'); quote >= 0; )
        {
            var places = new List<int>();
            var text = new StringBuilder();
            var at = quote + 1;
            for (; at < json.Length && json[at] != '"'; at += Escapes.LengthAt(json, at))
            {
                places.Add(at);
                text.Append(Decoded(json.AsSpan(at, Escapes.LengthAt(json, at))));
            }
            places.Add(Math.Min(at, json.Length));
            var decoded = text.ToString();
            var isName = json.AsSpan(Math.Min(at + 1, json.Length)).TrimStart() is [':', ..];
            foreach (var found in InText(decoded, isName ? null : name))
                yield return new(places[found.Start], places[found.Start + found.Length] - places[found.Start], Escape(found.Text));
            if (isName)
                name = decoded;
            quote = at + 1 < json.Length ? json.IndexOf('"', at + 1) : -1;
        }
    }

    /// <summary>A part of an event's content, in characters of the event's JSON.</summary>
    internal static Replacement InContent(ContentEvent @event, int start, int length, string text)
    {
        var utf8 = @event.Json.Utf8.Span;
        var before = (int)Unsafe.ByteOffset(in utf8[0], in @event.Recorded.Utf8.Span[0]);
        var json = @event.Json.ToString();
        var from = After(Encoding.UTF8.GetCharCount(utf8[..before]) + 1, start);
        return new(from, After(from, length) - from, Escape(text));

        int After(int at, int characters)
        {
            for (; characters > 0; characters--)
                at += Escapes.LengthAt(json, at);
            return at;
        }
    }

    /// <summary>The findings in order, overlapping ones merged.</summary>
    private static List<Replacement> Apart(IEnumerable<Replacement> replacements)
    {
        var apart = new List<Replacement>();
        foreach (var next in replacements.OrderBy(one => one.Start))
        {
            if (apart is [.., var last] && next.Start < last.Start + last.Length)
                apart[^1] = last with { Length = Math.Max(last.Length, next.Start + next.Length - last.Start) };
            else
                apart.Add(next);
        }
        return apart;
    }

    private static char Decoded(ReadOnlySpan<char> escape) =>
        escape switch
        {
            [var itself] => itself,
            [_, 'n'] => '\n',
            [_, 't'] => '\t',
            [_, 'r'] => '\r',
            [_, 'b'] => '\b',
            [_, 'f'] => '\f',
            [_, var itself] => itself,
            _ => (char)ushort.Parse(escape[2..], System.Globalization.NumberStyles.AllowHexSpecifier, null),
        };

    /// <summary>A text as it is written between the quotes of a JSON string.</summary>
    internal static string Escape(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}
