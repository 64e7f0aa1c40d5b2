using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Items of OpenAI's Responses API and of its Agents SDK: a list, a request, a response, or both in one.</summary>
internal sealed class OpenAiResponses(SessionDraft draft, DraftRuns runs)
{
    private static readonly string[] OwnFields =
    [
        "type",
        "id",
        "call_id",
        "callId",
        "status",
        "name",
        "arguments",
        "output",
        "providerData",
    ];

    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "openai-responses",
            Holds = "items and responses of OpenAI's Responses API and Agents SDK",
            IsRecord = IsRecord,
            IsMessage = IsItem,
        };

    private static bool IsRecord(Fields fields) =>
        fields.Text("object") == "response"
        || fields["response"].Property("object").AsString() == "response"
        || fields["input"].Items().Take(40).Any(item => IsItem(new Fields(item)))
        || fields.Text("object") == "list" && fields["data"].Items().Take(40).Any(item => IsItem(new Fields(item)));

    private static bool IsItem(Fields fields) =>
        fields.Text("type") switch
        {
            "message" => fields.Text("role") is not null
                && (
                    fields["content"].Kind == JsonValueKind.String
                    || fields["content"]
                        .Items()
                        .Any(part => part.Property("type").AsString() is "input_text" or "output_text" or "refusal" or "input_image")
                ),
            "function_call" or "function_call_output" or "function_call_result" => fields.Has("call_id") || fields.Has("callId"),
            "reasoning" => fields["summary"].Kind == JsonValueKind.Array && fields.Text("id") is not null,
            "web_search_call" or "file_search_call" or "computer_call" or "code_interpreter_call" or "mcp_call" or "hosted_tool_call" =>
                fields.Has("status") && !fields.Has("payload"),
            _ => false,
        };

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var runs = new DraftRuns(draft);
        var items = new OpenAiResponses(draft, runs);
        var fields = new Fields(record);
        var response = fields["response"].Kind == JsonValueKind.Object ? new Fields(fields["response"]) : fields;
        var request = fields["request"].Kind == JsonValueKind.Object ? new Fields(fields["request"]) : fields;
        string?[] ids =
        [
            fields.Text("session_id"),
            fields.Text("conversation_id"),
            fields.Text("conversation"),
            response["conversation"].Property("id").AsString(),
            response.Text("id"),
        ];
        draft.Id = ids.FirstOrDefault(id => !string.IsNullOrEmpty(id));
        draft.By(response.Has("model") ? response["model"] : request["model"]);
        draft.At(response["created_at"]);
        if (
            Contents.Text(request.Has("instructions") ? request["instructions"] : response["instructions"], draft) is
            { IsMissing: false } system
        )
            runs.Context("system", system);
        if (request["input"].Kind == JsonValueKind.String)
            runs.Input(request["input"]);
        foreach (var item in ListOf(record, request["input"], fields["messages"], fields["data"]))
            items.Add(item);
        foreach (var item in response["output"].Items())
            items.Add(item);
        items.AddEnd(response);
        runs.Finish();
        return draft.MakeOfMessages(line);
    }

    private static IReadOnlyList<RawJson> ListOf(params RawJson[] lists) =>
        Array.Find(lists, list => list.Kind == JsonValueKind.Array).Items();

    private void Add(RawJson item)
    {
        var fields = new Fields(item);
        var type = fields.Text("type") ?? (fields.Has("role") ? "message" : "untyped");
        var callId = fields.Text("call_id") ?? fields.Text("callId") ?? fields.Text("id");
        switch (type)
        {
            case "message":
                AddMessage(fields);
                break;
            case "reasoning":
                AddReasoning(fields);
                break;
            case "function_call":
                runs.Call(callId, fields.Text("name"), fields["arguments"]);
                break;
            case "custom_tool_call":
                runs.Call(callId, fields.Text("name"), fields["input"]);
                break;
            case "mcp_call" or "hosted_tool_call":
                runs.Call(callId, fields.Text("name"), fields["arguments"]);
                if (fields["error"] is { IsMissing: false, Kind: not JsonValueKind.Null } error)
                    runs.Result(callId, null, error, isFailed: true);
                else if (fields["output"] is { IsMissing: false, Kind: not JsonValueKind.Null } output)
                    runs.Result(callId, null, output);
                break;
            case var _
                when type.EndsWith("_call_output", StringComparison.Ordinal) || type.EndsWith("_call_result", StringComparison.Ordinal):
                runs.Result(callId, fields.Text("name"), OutputOf(fields["output"]), fields.Text("status") == "failed");
                break;
            case var _ when type.EndsWith("_call", StringComparison.Ordinal):
                AddHosted(type[..^"_call".Length], callId, fields);
                break;
            case "item_reference" or "compaction":
                draft.LeaveOut(type);
                break;
            default:
                draft.AddRecord(item);
                break;
        }
    }

    private void AddMessage(Fields fields)
    {
        switch (fields.Text("role"))
        {
            case "assistant":
                runs.BeginMessage();
                runs.Text(Contents.Text(fields["content"], draft));
                break;
            case "user":
                if (Contents.Text(fields["content"], draft) is { IsMissing: false } input)
                    runs.Input(input);
                break;
            case var role:
                if (Contents.Text(fields["content"], draft) is { IsMissing: false } text)
                    runs.Context(role, text);
                break;
        }
    }

    /// <summary>The thoughts, or else their summary. Often there is neither, only encrypted text.</summary>
    private void AddReasoning(Fields fields)
    {
        var texts = fields["content"].Items().Select(Contents.TextOf).Where(text => !text.IsMissing).ToList();
        if (texts.Count == 0)
            texts = [.. fields["summary"].Items().Select(Contents.TextOf).Where(text => !text.IsMissing)];
        runs.Think(texts.Count > 0 ? JsonText.Join(texts) : default);
    }

    /// <summary>A tool that OpenAI runs itself: call and result are one item.</summary>
    private void AddHosted(string name, string? callId, Fields fields)
    {
        var result =
            fields.Has("results") ? fields["results"]
            : fields.Has("outputs") ? fields["outputs"]
            : fields["result"];
        runs.Call(callId, name, JsonText.Less(fields.Json, [.. OwnFields, "results", "outputs", "result"]));
        if (result.Kind is JsonValueKind.Undefined or JsonValueKind.Null)
            return;
        var picture = name == "image_generation" ? Contents.Picture(result, draft) : result;
        runs.Result(callId, null, picture, fields.Text("status") == "failed");
    }

    private static RawJson OutputOf(RawJson output) => Contents.TextOf(output) is { IsMissing: false } text ? text : output;

    private void AddEnd(Fields response)
    {
        runs.Use(null, response["usage"].Property("input_tokens").AsInt64(), response["usage"].Property("output_tokens").AsInt64());
        var error = response["error"].Property("message");
        switch (response.Text("status"))
        {
            case "failed" or "cancelled" or "incomplete":
                runs.End(isError: true, error.IsMissing ? response["incomplete_details"].Property("reason") : error);
                break;
            case "completed" when response["output"].Items() is [.., var last] && last.Property("type").AsString() == "message":
                runs.Complete();
                break;
        }
    }
}
