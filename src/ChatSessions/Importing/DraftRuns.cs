using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// The runs of a draft whose program does not record them as such. A run begins with what the user says. It ends with an answer that calls
/// nothing, or as the program says; its stop has the tokens of all its requests.
/// </summary>
internal sealed class DraftRuns(SessionDraft draft)
{
    private Dictionary<string, (long? Input, long? Output)> requests = [];
    private bool isRunning;
    private bool isAnswered;
    private bool isEndRecorded;
    private bool hasCalls;
    private int unnamed;
    private (long? Input, long? Output, long? Count)? inAll;
    private DateTimeOffset? lastMoment;

    /// <summary>Whether the last thing that the agent did is an answer.</summary>
    public bool IsAnswered => isAnswered;

    /// <summary>Begins what is done only at the end of a file; disposing of what this returns undoes it.</summary>
    public IDisposable AtEnd() => new Ending(this);

    /// <summary>What the user says, which ends the run before.</summary>
    public void Input(RawJson content)
    {
        if (isRunning)
            End(isEndRecorded ? false : null);
        draft.AddText("user_input", content);
    }

    /// <summary>What the user says while the agent is working; it ends no run.</summary>
    public void Interject(RawJson content) => draft.AddText("user_input", content);

    /// <summary>What neither of them said. If the agent had answered, the run ended before it.</summary>
    public void Context(string? role, RawJson content)
    {
        Finish();
        draft.AddContext(role, content);
    }

    /// <summary>Begins a message of the agent: an answer is a message without calls.</summary>
    public void BeginMessage()
    {
        if (isEndRecorded)
            End(isError: false);
        hasCalls = false;
    }

    /// <summary>A text of the agent; nothing if it is empty.</summary>
    public void Text(RawJson content)
    {
        if (content.Kind != JsonValueKind.String || content.Utf8.Length <= 2)
            return;
        lastMoment = draft.AddText("text", content).Moment;
        (isRunning, isAnswered) = (true, !hasCalls);
    }

    /// <summary>A thought of the agent; counted if it has no text.</summary>
    public void Think(RawJson content)
    {
        isRunning = true;
        if (content.Kind == JsonValueKind.String && content.Utf8.Length > 2)
            lastMoment = draft.AddText("thinking", content).Moment;
        else
            draft.LeaveOut("thinking without a text");
    }

    public void Call(string? callId, string? name, RawJson arguments, Action<Utf8JsonWriter>? more = null)
    {
        lastMoment = draft.AddCall(callId, name, ToolArguments.Of(arguments), more).Moment;
        (isRunning, isAnswered, hasCalls) = (true, false, true);
    }

    public void Result(string? callId, string? name, RawJson result, bool isFailed = false, Action<Utf8JsonWriter>? more = null)
    {
        var content = Contents.Result(result, draft);
        lastMoment = draft.AddResult(callId, name, isFailed ? Contents.Failed(content) : content, more).Moment;
        (isRunning, isAnswered, hasCalls) = (true, false, false);
    }

    /// <summary>Notes that the program says the run ended well. Its tokens may come later.</summary>
    public void Complete() => (isAnswered, isEndRecorded) = (true, isRunning);

    /// <summary>Notes the tokens of a request.</summary>
    /// <param name="request">Its id, if it may be repeated with other numbers; null for a request of its own.</param>
    public void Use(string? request, long? input, long? output)
    {
        if (input is not null || output is not null)
            requests[request ?? $"\n{unnamed++}"] = (input, output);
    }

    /// <summary>Notes the tokens of the whole run, which are better known than those of its requests.</summary>
    public void UseInAll(long? input, long? output, long? count) => inAll = (input, output, count);

    /// <summary>Ends the run.</summary>
    /// <param name="isError">Null if the program does not say how it ended.</param>
    /// <param name="isNow">Whether the record that is being read says so; if not, it ended with what the agent did last.</param>
    public void End(bool? isError, RawJson error = default, double? durationMs = null, bool isNow = false)
    {
        var (input, output, count) =
            inAll
            ?? (
                Sum(requests.Values.Select(one => one.Input)),
                Sum(requests.Values.Select(one => one.Output)),
                requests.Count > 0 ? requests.Count : default(long?)
            );
        var stop = draft.AddStop(isError, error, new Usage(durationMs, input, output, count));
        if (!isNow && isRunning)
            stop.Moment = lastMoment;
        requests.Clear();
        inAll = null;
        isRunning = isAnswered = isEndRecorded = hasCalls = false;
    }

    /// <summary>Ends the run, if it was answered.</summary>
    public void Finish()
    {
        if (isAnswered && isRunning)
            End(isEndRecorded ? false : null);
    }

    /// <summary>The sum of all numbers; null if none is known.</summary>
    public static long? Sum(params IEnumerable<long?> numbers)
    {
        var known = numbers.OfType<long>().ToList();
        return known.Count > 0 ? known.Sum() : null;
    }

    /// <summary>What the runs were before the end of the file.</summary>
    private sealed class Ending(DraftRuns runs) : IDisposable
    {
        private readonly Dictionary<string, (long? Input, long? Output)> requests = new(runs.requests);
        private readonly (bool, bool, bool, bool) flags = (runs.isRunning, runs.isAnswered, runs.isEndRecorded, runs.hasCalls);
        private readonly (int, (long?, long?, long?)?, DateTimeOffset?) rest = (runs.unnamed, runs.inAll, runs.lastMoment);

        public void Dispose()
        {
            runs.requests = requests;
            (runs.isRunning, runs.isAnswered, runs.isEndRecorded, runs.hasCalls) = flags;
            (runs.unnamed, runs.inAll, runs.lastMoment) = rest;
        }
    }
}
