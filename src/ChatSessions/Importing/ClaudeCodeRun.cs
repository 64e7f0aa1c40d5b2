using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// The run of an agent in a Claude Code transcript: what it used, and whether it has ended. Many transcripts do not say that a run ended; then it
/// has, if the last that the agent did is an answer, and all its calls are answered.
/// </summary>
internal sealed class ClaudeCodeRun(SessionDraft draft)
{
    /// <summary>The tokens of each request of the run. The records of a request repeat them; the last record is complete.</summary>
    private readonly Dictionary<string, (long Input, long Output)> requests = [];
    private readonly HashSet<string> openCalls = [];
    private string? lastRequest;
    private bool? isSaidToHaveEnded;
    private bool endsWithText;
    private DateTimeOffset? lastMoment;

    /// <summary>A copy, which goes on by itself.</summary>
    public ClaudeCodeRun(ClaudeCodeRun other, SessionDraft draft)
        : this(draft)
    {
        (requests, openCalls) = (new(other.requests), [.. other.openCalls]);
        (lastRequest, isSaidToHaveEnded, endsWithText, lastMoment) = (
            other.lastRequest,
            other.isSaidToHaveEnded,
            other.endsWithText,
            other.lastMoment
        );
    }

    /// <summary>Whether the agent did anything since the last stop.</summary>
    public bool IsRunning => lastRequest is not null;

    /// <summary>Whether the run has ended, as far as is known.</summary>
    public bool HasEnded => IsRunning && (isSaidToHaveEnded ?? (endsWithText && openCalls.Count == 0));

    /// <summary>What was used since the last stop; null if nothing was recorded.</summary>
    public Usage? Used =>
        requests.Count == 0
            ? null
            : new Usage(null, requests.Values.Sum(tokens => tokens.Input), requests.Values.Sum(tokens => tokens.Output), requests.Count);

    /// <summary>Begins a record of the agent. If the run had ended, as the records say, this is a new one.</summary>
    public void Continue(string request)
    {
        if (request != lastRequest)
        {
            if (isSaidToHaveEnded == true)
                End();
            openCalls.Clear(); // The agent is asked again only when all are answered; a result may be missing in the file.
        }
        lastRequest = request;
    }

    /// <summary>Notes what a record of the agent said about its request.</summary>
    public void Note(Fields message)
    {
        if (message["usage"].Kind == System.Text.Json.JsonValueKind.Object)
            requests[lastRequest!] = TokensOf(new Fields(message["usage"]));
        isSaidToHaveEnded = message.Text("stop_reason") switch
        {
            null => null,
            "end_turn" or "stop_sequence" or "max_tokens" or "refusal" or "model_context_window_exceeded" => true,
            _ => false,
        };
        lastMoment = draft.Now;
    }

    public void Says() => endsWithText = true;

    public void Calls(string? id)
    {
        endsWithText = false;
        if (id is not null)
            openCalls.Add(id);
    }

    public void IsAnswered(string? id)
    {
        endsWithText = false;
        if (id is not null)
            openCalls.Remove(id);
        lastMoment = draft.Now;
    }

    /// <summary>Ends the run if it has ended by itself, since something else begins.</summary>
    public void EndIfEnded()
    {
        if (HasEnded)
            End();
    }

    /// <param name="isError">Null if it is only known that the run is over.</param>
    /// <param name="isRecorded">Whether this record is the end; if not, the run ended with what the agent did last.</param>
    /// <param name="usage">What is recorded for the whole run; if null, the sum of its requests.</param>
    public void End(bool? isError = false, RawJson error = default, double? durationMs = null, bool isRecorded = false, Usage? usage = null)
    {
        var stop = draft.AddStop(isError, error, (usage ?? Used ?? new Usage(null, null, null, null)) with { DurationMs = durationMs });
        if (!isRecorded)
            stop.Moment = lastMoment;
        requests.Clear();
        openCalls.Clear();
        (lastRequest, isSaidToHaveEnded, endsWithText) = (null, null, false);
    }

    /// <summary>Tokens read from or written to the cache count as input, since the model read them too.</summary>
    public static (long Input, long Output) TokensOf(Fields usage) =>
        (
            (usage["input_tokens"].AsInt64() ?? 0)
                + (usage["cache_creation_input_tokens"].AsInt64() ?? 0)
                + (usage["cache_read_input_tokens"].AsInt64() ?? 0),
            usage["output_tokens"].AsInt64() ?? 0
        );
}
