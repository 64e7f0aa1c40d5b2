using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The parts of messages as Gemini's API has them, which Gemini CLI and Qwen Code record.</summary>
/// <param name="envelope">What the program puts around the user's words.</param>
internal sealed class GeminiParts(SessionDraft draft, DraftRuns runs, Envelope envelope)
{
    /// <summary>Adds what the agent said, thought and called.</summary>
    public void AddAgents(RawJson content)
    {
        foreach (var part in PartsOf(content))
        {
            var fields = new Fields(part);
            if (part.Kind == JsonValueKind.String)
                runs.Text(part);
            else if (fields["functionCall"] is { Kind: JsonValueKind.Object } call)
                runs.Call(call.Property("id").AsString(), call.Property("name").AsString(), call.Property("args"));
            else if (fields["functionResponse"] is { Kind: JsonValueKind.Object } response)
                AddResult(response, isFailed: false);
            else if (fields["text"].Kind == JsonValueKind.String)
            {
                if (fields.IsTrue("thought"))
                    runs.Think(fields["text"]);
                else
                    runs.Text(fields["text"]);
            }
            else if (Contents.Mark(part, draft) is { } mark)
                runs.Text(JsonText.Quote(mark));
            else
                draft.AddRecord(part);
        }
    }

    /// <summary>Adds what is in the user's name.</summary>
    /// <param name="isInterjected">Whether it was said while the agent was working.</param>
    public void AddUsers(RawJson content, bool isInterjected = false)
    {
        var said = new List<RawJson>();
        var added = new List<RawJson>();
        foreach (var part in PartsOf(content))
        {
            var fields = new Fields(part);
            var text = part.Kind == JsonValueKind.String ? part : fields["text"];
            if (fields["functionResponse"] is { Kind: JsonValueKind.Object } response)
                AddResult(response, isFailed: false);
            else if (text.Kind == JsonValueKind.String)
            {
                var (words, context) = envelope.Open(text);
                if (words.Utf8.Length > 2)
                    said.Add(words);
                if (!context.IsMissing)
                    added.Add(context);
            }
            else if (Contents.Mark(part, draft) is { } mark)
                said.Add(JsonText.Quote(mark));
            else
                draft.AddRecord(part);
        }
        if (said.Count > 0)
        {
            if (isInterjected)
                runs.Interject(JsonText.Join(said));
            else
                runs.Input(JsonText.Join(said));
        }
        if (added.Count > 0)
            runs.Context("user", JsonText.Join(added));
    }

    /// <summary>The parts as context: what the program wrote.</summary>
    public void AddContext(string role, RawJson content)
    {
        var texts = PartsOf(content)
            .Select(part => part.Kind == JsonValueKind.String ? part : part.Property("text"))
            .Where(text => text.Kind == JsonValueKind.String && text.Utf8.Length > 2)
            .ToList();
        if (texts.Count > 0)
            runs.Context(role, JsonText.Join(texts));
    }

    /// <summary>Adds a <c>functionResponse</c>: its output, its error, or all of its response, with the exit code of a command.</summary>
    public void AddResult(RawJson response, bool isFailed)
    {
        var result = response.Property("response");
        if (result.Properties() is [{ Key: "output" or "result", Value: var only }])
            result = only;
        else if (result.Properties() is [{ Key: "error", Value: var error }])
            (result, isFailed) = (error, true);
        if (!isFailed && result.AsString() is { } text && ShellReport.ExitCodeIn(text) is { } code)
            result = CodexResult.WithExitCode(code, result);
        runs.Result(response.Property("id").AsString(), response.Property("name").AsString(), result, isFailed);
    }

    private static IReadOnlyList<RawJson> PartsOf(RawJson content) =>
        content.Kind switch
        {
            JsonValueKind.Array => content.Items(),
            JsonValueKind.String or JsonValueKind.Object => [content],
            _ => [],
        };
}
