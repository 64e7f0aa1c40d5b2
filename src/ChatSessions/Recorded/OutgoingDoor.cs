using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using ChatSessions.Model;
using ChatSessions.Redaction;

namespace ChatSessions.Recorded;

/// <summary>
/// Finds the parts of a text that must not leave the server as recorded. Every text is whole and decoded: a string of an event, a property
/// name, a title.
/// </summary>
/// <param name="text">The whole text.</param>
/// <param name="name">The property name before it, such as <c>password</c>, or null.</param>
public delegate IEnumerable<Replacement> OutgoingStep(string text, string? name);

/// <summary>A part of a text, and the text that replaces it.</summary>
public readonly record struct Replacement(int Start, int Length, string Text)
{
    /// <summary>The secret that is replaced; null for other text.</summary>
    public string? Secret { get; init; }
}

/// <summary>
/// The only way recorded text leaves the server. Secrets, and what the steps find, are replaced in whole texts, before anything is cut. One
/// last step always runs where text is shown: hidden characters are replaced by their codes, see <see cref="OutgoingText"/>.
/// </summary>
/// <param name="secrets">Finds the secrets to replace; null to leave them.</param>
/// <param name="steps">What else to replace. Overlapping findings are replaced as one, by the first one's text.</param>
public sealed class OutgoingDoor(SecretFinder? secrets, params IReadOnlyList<OutgoingStep> steps)
{
    /// <summary>What numbers, literals and the names of functions are made of.</summary>
    private static readonly SearchValues<char> Word = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-+"
    );

    private readonly ConditionalWeakTable<Session, ShownSession> shown = [];
    private readonly Lazy<OutgoingDoor> ofAdded = new(() => new(secrets?.OfAdded(), steps));

    public OutgoingDoor(params IReadOnlyList<OutgoingStep> steps)
        : this(secrets: null, steps) { }

    /// <summary>A session as it may be shown. It is made once, and kept as long as the session is in memory.</summary>
    public ShownSession Show(Session recorded)
    {
        if (shown.TryGetValue(recorded, out var made))
            return made;
        made = shown.GetValue(recorded, session => new ShownSession(session, this));
        // What went through the door once may be shown as it is.
        shown.TryAdd(made.Session, made);
        return made;
    }

    /// <summary>A summary as it may be shown, except for hidden characters.</summary>
    public SessionSummary Show(SessionSummary recorded) => Show(recorded, numbers: null);

    internal SessionSummary Show(SessionSummary recorded, SecretNumbers? numbers)
    {
        return IsOpen
            ? recorded
            : recorded with
            {
                SessionId = Shown(recorded.SessionId, "session_id"),
                LastUpdatedAt = Shown(recorded.LastUpdatedAt, "last_updated_at"),
                GeneratedTitle = Replaced(recorded.GeneratedTitle, "generated_title"),
                IndexIds = [.. recorded.IndexIds.Select(id => Shown(id, "index_ids"))],
                JobMetadata = recorded.JobMetadata is { Error: { } error } job
                    ? job with
                    {
                        Error = Shown(error, "error"),
                    }
                    : recorded.JobMetadata,
                Recording = recorded.Recording is { } recording ? ShownRecording(recording) : null,
                Facts = recorded.Facts is { } facts ? facts with { Ending = Replaced(facts.Ending, "content") } : null,
            };

        Recording ShownRecording(Recording recording) =>
            new(
                Shown(recording.Format, "format"),
                Replaced(recording.Folder, "cwd"),
                Replaced(recording.Branch, "git_branch"),
                [.. recording.Models.Select(model => Shown(model, "models"))],
                recording.Parent is { } parent
                    ? new(
                        Shown(parent.SessionId, "parent"),
                        Replaced(parent.CallId, "parent_call_id"),
                        Replaced(parent.AgentType, "agent_type"),
                        Replaced(parent.AgentName, "agent_name"),
                        Replaced(parent.Description, "description")
                    )
                    : null
            )
            {
                Program = Shown(recording.Program, "program"),
            };

        string? Replaced(string? text, string name) => text is null ? null : Shown(text, name);

        string Shown(string text, string name) => Replace(text, name, numbers);
    }

    /// <summary>A single text as it may be shown, except for hidden characters.</summary>
    public string Replace(string text, string? name = null) => Replace(text, name, numbers: null);

    private string Replace(string text, string? name, SecretNumbers? numbers)
    {
        if (IsOpen)
            return text;
        var replaced = new StringBuilder();
        var done = 0;
        foreach (var (start, length, replacement) in Apart(InText(text, name), numbers))
        {
            replaced.Append(text, done, start - done).Append(replacement);
            done = start + length;
        }
        return done == 0 && replaced.Length == 0 ? text : replaced.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>JSON, or a part of it that begins and ends between tokens, as it may be shown, except for hidden characters.</summary>
    /// <param name="numbers">The numbers of the session's secrets; null to show secrets without numbers.</param>
    /// <param name="more">Further parts to replace, in characters of the JSON.</param>
    internal ReplacedText Replace(RawJson recorded, SecretNumbers? numbers = null, params IReadOnlyCollection<Replacement> more)
    {
        if (more.Count == 0 && !MayChange(recorded.Utf8.Span))
            return new(recorded.Utf8);
        var json = recorded.ToString();
        // Further parts come first: they may be of a text of which this is a piece.
        List<Replacement> all = [.. more];
        InJson(json, all);
        var found = Apart(all, numbers);
        return found.Count == 0 ? new(recorded.Utf8) : new(json, found);
    }

    /// <summary>A single text with its replacements, and where each byte of it comes from.</summary>
    internal ReplacedText Replace(ReadOnlyMemory<byte> recorded, string? name)
    {
        if (!MayChange(recorded.Span) && name is null or "content")
            return new(recorded);
        var text = Encoding.UTF8.GetString(recorded.Span);
        return new(text, Apart(InText(text, name), numbers: null));
    }

    /// <summary>A text, or JSON, with spaces in place of what is found; null if nothing is. All other bytes stay where they are.</summary>
    internal byte[]? Blank(ReadOnlyMemory<byte> utf8, bool isJson)
    {
        if (!MayChange(utf8.Span))
            return null;
        var text = Encoding.UTF8.GetString(utf8.Span);
        var all = new List<Replacement>();
        if (isJson)
            InJson(text, all);
        else
            InText(text, name: null, mayHave: true, all);
        var found = Apart(all, numbers: null);
        if (found.Count == 0)
            return null;
        var (blank, done, at) = (utf8.ToArray(), 0, 0);
        foreach (var (start, length, _) in found)
        {
            at += Encoding.UTF8.GetByteCount(text.AsSpan(done, start - done));
            var bytes = Encoding.UTF8.GetByteCount(text.AsSpan(start, length));
            blank.AsSpan(at, bytes).Fill((byte)' ');
            (at, done) = (at + bytes, start + length);
        }
        return blank;
    }

    internal List<Replacement> InText(string text, string? name)
    {
        var found = new List<Replacement>();
        InText(text, name, MayChange(text), found);
        return found;
    }

    /// <param name="mayHave">Whether the text may have something to replace, apart from its name.</param>
    private void InText(string text, string? name, bool mayHave, List<Replacement> found)
    {
        if (secrets is not null && (mayHave || IsNameOfSecret(name)))
            foreach (var (start, length, rule) in secrets.Find(text, name))
                found.Add(new(start, length, SecretNumbers.Placeholder(rule)) { Secret = text.Substring(start, length) });
        foreach (var step in steps)
            found.AddRange(step(text, name));
        // Strings often contain JSON, where the same text is escaped differently.
        if (mayHave && LooksLikeJson(text))
            InJson(text, found);
    }

    /// <summary>Whether there is nothing to replace.</summary>
    internal bool IsOpen => secrets is null && steps.Count == 0;

    /// <summary>Whether more is replaced than the standard secrets, so that an index may have words of it.</summary>
    internal bool HidesMore => steps.Count > 0 || secrets is { HidesMore: true };

    /// <summary>Replaces what is replaced in addition to the standard secrets, and leaves those.</summary>
    internal OutgoingDoor OfAdded => ofAdded.Value;

    /// <summary>Whether a text may have something to replace. False at once for most texts, if only secrets are replaced.</summary>
    internal bool MayChange(ReadOnlySpan<byte> utf8) => steps.Count > 0 || (secrets is not null && secrets.MayBeIn(utf8));

    /// <inheritdoc cref="MayChange(ReadOnlySpan{byte})"/>
    internal bool MayChange(ReadOnlySpan<char> text) => steps.Count > 0 || (secrets is not null && secrets.MayBeIn(text));

    private bool IsNameOfSecret(ReadOnlySpan<char> name) => !name.IsEmpty && secrets is not null && secrets.IsNameOfSecret(name);

    private static bool LooksLikeJson(string text) =>
        text.Contains('"') && (text.Contains('\\') || text.Contains("\":", StringComparison.Ordinal));

    private void InJson(string json, List<Replacement> found)
    {
        var name = default(Range?);
        // Where the text before the next string begins, and how many arrays and calls are open there, of those in the name's value.
        var (next, depth) = (0, 0);
        // The string before this one: `["--password", "…"]`, and `{"name": "Authorization", "value": "…"}`.
        var before = (Text: default(Range), Name: default(Range?), End: 0);
        for (var quote = json.IndexOf('"'); quote >= 0; )
        {
            var end = JsonStringText.EndOf(json, quote + 1);
            var inside = (quote + 1)..end;
            if (name is not null && !GoesOn(json.AsSpan(next, quote - next), ref depth, isFirst: next == name.Value.End.Value + 1))
                name = null;
            next = end + 1;
            var isName = json.AsSpan(Math.Min(end + 1, json.Length)).TrimStart() is [':', ..];
            var isNext = before.End > 0 && json.AsSpan(before.End + 1, quote - before.End - 1).Trim() is ",";
            var isFlag = isNext && Text(before.Text) is ['-', ..];
            var namedBy =
                isName ? null
                : isFlag || name is { } one && Text(one) is "value" or "Value" && before.Name is { } other && IsOfName(Text(other))
                    ? before.Text
                : name;
            var called = namedBy is { } range ? Text(range) : default;
            if (isFlag)
                called = called.TrimStart('-');
            // Most strings have nothing to replace, and need not be decoded.
            var mayHave = MayChange(json.AsSpan(inside));
            if (mayHave || IsNameOfSecret(called))
            {
                var (text, from) = (JsonStringText.Read(json, quote + 1, end), found.Count);
                InText(text.Decoded, namedBy is null ? null : called.ToString(), mayHave, found);
                for (var index = from; index < found.Count; index++)
                {
                    var start = text.PlaceOf(found[index].Start);
                    found[index] = found[index] with
                    {
                        Start = start,
                        Length = text.PlaceOf(found[index].Start + found[index].Length) - start,
                        Text = Escape(found[index].Text),
                    };
                }
            }
            if (isName)
                (name, depth) = (inside, 0);
            else
                before = (inside, name, end);
            quote = end + 1 < json.Length ? json.IndexOf('"', end + 1) : -1;
        }

        ReadOnlySpan<char> Text(Range range) =>
            json.AsSpan(range) is var text && text.Contains('\\')
                ? JsonStringText.Read(json, range.Start.Value, range.End.Value).Decoded
                : text;

        // A text that looks like JSON may be a program, whose strings have nothing to do with a name further up.
        static bool GoesOn(ReadOnlySpan<char> between, ref int depth, bool isFirst)
        {
            if (isFirst)
            {
                // The value may be given to a function, such as `SecretStr("…")`, or have a prefix.
                between = between.TrimStart()[1..].TrimStart();
                var word = between.IndexOfAnyExcept(Word);
                between =
                    word < 0 ? []
                    : between[word] == '(' ? between[word..]
                    : between;
            }
            foreach (var sign in between)
            {
                var isInside = depth > 0;
                depth +=
                    sign is '[' or '(' ? 1
                    : sign is ']' or ')' ? -1
                    : 0;
                if (!(char.IsWhiteSpace(sign) || sign is '[' or '(' || isInside && (sign is ',' or ']' or ')' || Word.Contains(sign))))
                    return false;
            }
            return true;
        }

        static bool IsOfName(ReadOnlySpan<char> name) => name is "name" or "Name" or "key" or "Key";
    }

    /// <summary>A part of an event's content, in characters of the event's JSON.</summary>
    internal static Replacement InContent(ContentEvent @event, int start, int length, Replacement shown)
    {
        var utf8 = @event.Json.Utf8.Span;
        var before = (int)Unsafe.ByteOffset(in utf8[0], in @event.Recorded.Utf8.Span[0]);
        var json = @event.Json.ToString();
        var from = After(Encoding.UTF8.GetCharCount(utf8[..before]) + 1, start);
        return shown with { Start = from, Length = After(from, length) - from, Text = Escape(shown.Text) };

        int After(int at, int characters)
        {
            for (; characters > 0; characters--)
                at += Escapes.LengthAt(json, at);
            return at;
        }
    }

    /// <summary>The findings in order, overlapping ones merged, secrets with their numbers.</summary>
    private static List<Replacement> Apart(IEnumerable<Replacement> replacements, SecretNumbers? numbers)
    {
        var apart = new List<Replacement>();
        foreach (var next in replacements.OrderBy(one => one.Start))
        {
            if (apart is [.., var last] && next.Start < last.Start + last.Length)
                apart[^1] = last with { Length = Math.Max(last.Length, next.Start + next.Length - last.Start) };
            else
                apart.Add(next);
        }
        if (numbers is not null)
            for (var index = 0; index < apart.Count; index++)
                apart[index] = numbers.Numbered(apart[index]);
        return apart;
    }

    /// <summary>A text as it is written between the quotes of a JSON string.</summary>
    internal static string Escape(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}
