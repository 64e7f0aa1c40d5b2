using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Tokens;

namespace Fidelity;

/// <summary>
/// A whole session, cut into a budget, on one channel alone: what a host that shows its model only this channel shows it.
/// </summary>
internal sealed partial class Answer
{
    /// <summary>Usually nothing is replaced: what is measured is what condensing leaves of a session.</summary>
    public static OutgoingDoor Door { get; set; } = new();

    private readonly CondensedSession? condensed;
    private (int, int)? cost;

    private Answer(Session session, int budget, Channel channel, CondensedSession? condensed, string raw) =>
        (Session, Budget, Channel, this.condensed, Raw) = (session, budget, channel, condensed, raw);

    public Session Session { get; }

    public int Budget { get; }

    public Channel Channel { get; }

    /// <summary>What the host shows: the text, or the JSON of the structured content.</summary>
    public string Raw { get; }

    /// <summary>True for a text that is only cut, which says nothing of its cuts.</summary>
    public bool IsPlain => condensed is null;

    /// <summary>What the answer costs, JSON in the dearer of two spellings: compact, or with a space after each comma and colon.</summary>
    public (int Tokens, int Characters) Cost => cost ??= CostOf(Raw, Channel == Channel.Json ? Spaced(Raw) : Raw);

    /// <summary>True when the answer says that nothing was cut.</summary>
    public bool IsCalledComplete => condensed?.Size.Complete == true;

    /// <summary>The answer as it is searched.</summary>
    public Haystack Shown =>
        field ??= new Haystack(
            Channel == Channel.Json
                ? [HeadJson, .. Strings(Structured, "transcript"), .. Entries.SelectMany(entry => entry.Recorded)]
                : [Raw]
        );

    /// <summary>The entries of the structured content.</summary>
    public IReadOnlyList<ShownEntry> Entries =>
        field ??= [.. Structured.GetProperty("transcript").EnumerateArray().Select(entry => new ShownEntry(entry))];

    /// <summary>The transcript of the text, or the entries in its notation.</summary>
    public Transcript Transcript => field ??= Channel == Channel.Json ? EntryNotation.Of(Session, Entries) : Transcript.Of(TranscriptText);

    /// <summary>Where each event is told of.</summary>
    public Coverage Coverage => field ??= new Coverage(Session, Transcript);

    /// <summary>Whether all that is said of cuts is true.</summary>
    public Honesty Honesty => field ??= Honesty.Of(this);

    /// <summary>
    /// The tokens of the transcript that are the server's own: markers, positions, and the list of what is left out; in JSON all that is not
    /// recorded text, names of fields too.
    /// </summary>
    public int MarkerTokens =>
        Channel == Channel.Json
            ? TokenCounter.Count(Raw) - TokenCounter.Count(HeadJson) - Entries.Sum(entry => entry.RecordedTokens)
            : TokenCounter.Count(TranscriptText) - TokenCounter.Count(MarkerPattern().Replace(TranscriptText, ""));

    private JsonElement Structured => condensed!.ToJson();

    private string HeadJson => field ??= Raw[..Raw.LastIndexOf("\"transcript\":", StringComparison.Ordinal)];

    private string TranscriptText => field ??= Raw[(Raw.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];

    /// <summary>What stands before the transcript.</summary>
    public string Head =>
        Channel != Channel.Json ? Raw[..Raw.IndexOf("\n\n", StringComparison.Ordinal)]
        : Structured.TryGetProperty("tools", out var tools) ? string.Join('\n', Strings(tools))
        : "";

    /// <summary>The arguments that have the same value in all calls of a tool, which the structured content has once.</summary>
    public IReadOnlyList<JsonElement> Always =>
        Structured.TryGetProperty("tools", out var tools)
            ? [.. tools.EnumerateArray().Where(tool => tool.TryGetProperty("always", out _)).Select(tool => tool.GetProperty("always"))]
            : [];

    public static Answer Of(Session session, int budget, Channel channel, string? focus = null) =>
        channel switch
        {
            Channel.Text => Of(session, budget, CondensedForm.Text, focus),
            Channel.Json => Of(session, budget, CondensedForm.Json, focus),
            Channel.Ends => Plain(session, budget, channel, PlainText.Ends(session, budget)),
            _ => Plain(session, budget, channel, PlainText.Strings(session, budget)),
        };

    public static Answer Plain(Session session, int budget, Channel channel, string text) => new(session, budget, channel, null, text);

    public static Answer Of(Session session, int budget, CondensedForm form, string? focus = null)
    {
        var options = new CondenseOptions
        {
            MaxTokens = budget,
            Form = form,
            Notes = OutgoingText.DataNotice,
            Focus = focus,
        };
        var shown = Door.Show(session);
        // What an answer says of texts, cuts and places is of the session as it is shown.
        return Of(shown.Session, budget, form, new Condenser(shown).Condense(options));
    }

    public static Answer Of(Session session, int budget, CondensedForm form, CondensedSession condensed) =>
        form == CondensedForm.Text
            ? new(session, budget, Channel.Text, condensed, condensed.ToText())
            : new(session, budget, Channel.Json, condensed, condensed.ToJson().GetRawText());

    /// <summary>Whether a call is told of, by itself or in a range that names its tool.</summary>
    public bool Names(ToolCallEvent call) =>
        IsPlain ? Shown.Has(Haystack.Needle($"#{call.Position} {call.Name}:")) : Coverage.IsNamed(call.Position);

    /// <summary>
    /// Whether all that is cut from a text of a call is a passage of another event, which the markers name and which is shown there.
    /// </summary>
    public bool SaysElsewhere(ToolCallEvent call, string text)
    {
        if (IsPlain)
            return false;
        var cuts = Honesty.Cuts.Where(cut => cut.Place.Position == call.Position && cut.Place.Text == text).ToList();
        return cuts.Count > 0
            && cuts.TrueForAll(cut => Honesty.IsElsewhere(cut.Cut) && Shown.Has(Haystack.Needle(OutgoingText.Show(cut.Omitted))));
    }

    /// <summary>All strings in a JSON value.</summary>
    /// <param name="but">The property of an object that is left out.</param>
    public static IEnumerable<string> Strings(JsonElement value, string? but = null) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Object => value
                .EnumerateObject()
                .Where(property => property.Name != but)
                .SelectMany(property => Strings(property.Value)),
            JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Strings(item)),
            _ => [],
        };

    private static (int, int) CostOf(string compact, string spaced) =>
        (Math.Max(TokenCounter.Count(compact), TokenCounter.Count(spaced)), spaced.Length);

    private static string Spaced(string json)
    {
        var spaced = new StringBuilder(json.Length + json.Length / 8);
        var isInString = false;
        for (var at = 0; at < json.Length; at++)
        {
            spaced.Append(json[at]);
            if (isInString && json[at] == '\\')
                spaced.Append(json[++at]);
            else if (json[at] == '"')
                isInString = !isInString;
            else if (!isInString && json[at] is ',' or ':')
                spaced.Append(' ');
        }
        return spaced.ToString();
    }

    /// <summary>A marker, or at the margin the position of an event.</summary>
    [GeneratedRegex(@"…\[\+[\d,]+ (characters?|events?)[^\n]*?\](?=$|[^\]])|^#\d+(–#\d+)? |(?<=^→ )#\d+: ", RegexOptions.Multiline)]
    private static partial Regex MarkerPattern();
}
