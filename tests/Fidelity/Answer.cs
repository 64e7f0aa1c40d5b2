using System.Text;
using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Tokens;

namespace Fidelity;

/// <summary>A whole session, condensed, on one channel alone: what a host that shows its model only this channel shows it.</summary>
internal sealed class Answer
{
    /// <summary>Nothing is replaced: what is measured is what condensing leaves of a session.</summary>
    public static readonly OutgoingDoor Door = new();

    private readonly CondensedSession condensed;
    private (int, int)? cost;
    private Haystack? shown;
    private Transcript? transcript;
    private Coverage? coverage;

    private Answer(Session session, int budget, CondensedForm form, CondensedSession condensed) =>
        (Session, Budget, Form, this.condensed) = (session, budget, form, condensed);

    public Session Session { get; }

    public int Budget { get; }

    public CondensedForm Form { get; }

    /// <summary>What the host shows: the text, or the JSON of the structured content.</summary>
    public string Raw => field ??= Form == CondensedForm.Text ? condensed.ToText() : condensed.ToJson().GetRawText();

    /// <summary>What the answer costs, JSON in the dearer of two spellings: compact, or with a space after each comma and colon.</summary>
    public (int Tokens, int Characters) Cost => cost ??= CostOf(Raw, Form == CondensedForm.Text ? Raw : Spaced(Raw));

    /// <summary>True when the answer says that nothing was cut.</summary>
    public bool IsCalledComplete => condensed.Size.Complete;

    /// <summary>The answer as it is searched.</summary>
    public Haystack Shown => shown ??= new Haystack(Form == CondensedForm.Text ? [Raw] : [Raw, .. Strings(condensed.ToJson())]);

    /// <summary>The transcript as it stands in the channel.</summary>
    public Transcript Transcript =>
        transcript ??= Transcript.Of(
            Form == CondensedForm.Text
                ? Raw[(Raw.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]
                : string.Join('\n', Strings(condensed.ToJson().GetProperty("transcript")))
        );

    /// <summary>Where each event is told of.</summary>
    public Coverage Coverage => coverage ??= new Coverage(Session, Transcript);

    public static Answer Of(Session session, int budget, CondensedForm form)
    {
        var options = new CondenseOptions
        {
            MaxTokens = budget,
            Form = form,
            Notes = OutgoingText.DataNotice,
        };
        return new Answer(session, budget, form, new Condenser(Door.Show(session)).Condense(options));
    }

    private static IEnumerable<string> Strings(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Strings(property.Value)),
            JsonValueKind.Array => value.EnumerateArray().SelectMany(Strings),
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
}
