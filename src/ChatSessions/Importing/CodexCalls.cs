using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// The tool calls of a Codex rollout. Results are recorded as items for the model, and most again as events for the screen. An event adds what
/// the item does not say (how long it took, the exit code), and is the result of a call that has no other.
/// </summary>
internal sealed class CodexCalls(SessionDraft draft, CodexRuns runs)
{
    /// <summary>The event of a search stands next to its item, so this many are looked at.</summary>
    private const int LookedBack = 20;

    /// <summary>How many characters of a script's output are searched for what its commands printed. What is not found is kept.</summary>
    private const long MostSearched = 1L << 30;

    private readonly Dictionary<string, Call> calls = [];
    private readonly Dictionary<string, CodexToolEvent> waiting = [];
    private readonly List<CodexToolEvent> inScript = [];
    private readonly List<CodexToolEvent> searches = [];
    private readonly List<Call> ownSearches = [];
    private readonly Queue<string> withoutId = [];
    private Call? script;
    private int made;

    /// <summary>Adds a call. One without an id gets one of its own.</summary>
    public void Add(string? recordedId, string? name, RawJson arguments, Action<Utf8JsonWriter>? more = null)
    {
        var id = recordedId is { Length: > 0 } ? recordedId : MakeId(name);
        if (id != recordedId)
            withoutId.Enqueue(id);
        Add(id, name, arguments, more, isScript: false);
    }

    public void AddCustom(string? recordedId, string? name, RawJson input)
    {
        var id = recordedId is { Length: > 0 } ? recordedId : MakeId(name);
        Add(id, name, ToolArguments.Of(input), null, isScript: name == "exec");
    }

    /// <summary>Adds a result as an item records it.</summary>
    public void AddResult(string? recordedId, RawJson output)
    {
        var id =
            recordedId is { Length: > 0 } ? recordedId
            : withoutId.TryDequeue(out var next) ? next
            : MakeId("result");
        var call = calls.GetValueOrDefault(id);
        var result = CodexResult.Of(output, draft);
        waiting.Remove(id, out var reported);
        var exitCode = reported?.ExitCode;
        var isScript = call is { IsScript: true } || inScript.Count > 0;
        var texts = isScript ? CodexResult.OfScript(output).Texts : [];
        if (isScript && !CodexResult.IsRunning(texts))
            exitCode ??= inScript.Find(one => one.ExitCode is not (null or 0))?.ExitCode;
        if (exitCode is { } code and not 0 && result.Property("exit_code").IsMissing)
            result = CodexResult.WithExitCode(code, result);
        else if (reported is { IsFailed: true } && result.Kind != JsonValueKind.Object)
            result = Contents.Failed(result);
        AddResult(id, result, reported?.DurationMs);
        if (isScript && !CodexResult.IsRunning(texts))
            AddUnsaid(texts);
    }

    /// <summary>A search of the web. The item has neither a result nor, mostly, an id; the event before it has.</summary>
    public void AddSearch(Fields item)
    {
        var action = item["action"];
        var reported = Take(searches, one => item.Text("id") is { Length: > 0 } id ? one.Id == id : one.Says(action));
        var id =
            item.Text("id") is { Length: > 0 } recorded ? recorded
            : reported?.Id is { Length: > 0 } ofEvent ? ofEvent
            : MakeId("web_search");
        Add(id, "web_search", JsonText.Less(item.Json, CodexToolEvent.Bookkeeping), null, isScript: false);
        if (reported is null && item.Text("id") is not { Length: > 0 })
            ownSearches.Add(calls[id] with { Action = new RawJson(action.Utf8.ToArray()) });
        if (reported is { Result.IsMissing: false })
            AddResult(id, reported.Result, reported.DurationMs);
        else if (item.Has("status") && item.Text("status") is not "in_progress")
            AddResult(id, StatusOf(item), null);
    }

    /// <summary>Takes note of what an event says of a call.</summary>
    public void Report(CodexToolEvent reported)
    {
        if (reported.IsSearch)
        {
            if (calls.ContainsKey(reported.Id))
                return;
            if (Take(ownSearches, one => reported.Says(one.Action)) is null)
                searches.Add(reported.Kept(draft.Last));
        }
        else if (calls.TryGetValue(reported.Id, out var call))
        {
            if (call.IsAnswered)
                return;
            waiting[reported.Id] = reported.Kept(draft.Last);
            runs.AddResult(null, reported.Id);
        }
        else if (script is { IsAnswered: false } || reported.IsOfScript)
            inScript.Add(reported.Kept(draft.Last));
        else
            waiting[reported.Id] = reported.Kept(draft.Last);
    }

    /// <summary>Adds the calls and results that only events report, where they report them.</summary>
    public void Settle(List<(DraftEvent? After, DraftEvent Moved)> moves)
    {
        foreach (var reported in (IEnumerable<CodexToolEvent>)[.. waiting.Values, .. inScript.Where(one => one.SaysAnything), .. searches])
        {
            draft.At(reported.At);
            var place = reported.Place;
            if (!calls.ContainsKey(reported.Id))
            {
                var call = draft.AddCall(reported.Id, reported.Name, reported.Arguments);
                moves.Add((place, call));
                place = call;
            }
            moves.Add((place, Written(reported.Id, reported.Shown, reported.DurationMs)));
        }
    }

    private void Add(string id, string? name, RawJson arguments, Action<Utf8JsonWriter>? more, bool isScript)
    {
        var call = calls[id] = new Call(id, isScript);
        script = isScript ? call : script;
        runs.AddCall(draft.AddCall(id, name, arguments, more), id);
    }

    private void AddResult(string id, RawJson result, double? durationMs)
    {
        if (calls.TryGetValue(id, out var call))
            call.IsAnswered = true;
        runs.AddResult(Written(id, result, durationMs), id);
    }

    private DraftEvent Written(string id, RawJson result, double? durationMs) =>
        draft.AddResult(
            id,
            null,
            result,
            writer =>
            {
                if (durationMs is { } duration)
                    writer.WriteNumber("duration_ms", duration);
            }
        );

    /// <summary>Adds the commands of a script whose output the script did not print.</summary>
    private void AddUnsaid(List<string> texts)
    {
        var length = texts.Sum(text => (long)text.Length);
        long searched = 0;
        foreach (var reported in inScript)
        {
            var printed = reported.Text?.Trim() ?? "";
            var isSearched = (searched += length) <= MostSearched;
            if (printed.Length == 0 || (isSearched && texts.Exists(text => text.Contains(printed, StringComparison.Ordinal))))
                continue;
            Add(reported.Id, reported.Name, reported.Arguments, null, isScript: false);
            AddResult(reported.Id, reported.Shown, reported.DurationMs);
        }
        inScript.Clear();
    }

    private static RawJson StatusOf(Fields item)
    {
        var status = JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            writer.WriteRaw("status", item["status"]);
            writer.WriteEndObject();
        });
        return item.Text("status") is "failed" ? Contents.Failed(status) : status;
    }

    /// <summary>Removes and returns the last one that fits; null if none of the last does.</summary>
    private static T? Take<T>(List<T> ones, Predicate<T> fits)
        where T : class
    {
        var at = ones.FindLastIndex(ones.Count - 1, Math.Min(LookedBack, ones.Count), fits);
        if (at < 0)
            return null;
        var taken = ones[at];
        ones.RemoveAt(at);
        return taken;
    }

    private string MakeId(string? name)
    {
        string id;
        do id = $"{name ?? "call"}_{++made}";
        while (calls.ContainsKey(id));
        return id;
    }

    private sealed record Call(string Id, bool IsScript)
    {
        public bool IsAnswered { get; set; }

        public RawJson Action { get; init; }
    }
}
