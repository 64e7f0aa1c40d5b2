using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The results of tool calls, as each version of Codex records them, in a form in which a failure can be seen.</summary>
internal static class CodexResult
{
    /// <summary>An exit code is looked for in this many characters above the output: a version repeats the command there.</summary>
    private const int HeadLength = 8_000;

    private static readonly SearchValues<char> Digits = SearchValues.Create("-0123456789");

    private static readonly string[] ExitCodeLabels = ["Exit code: ", "Process exited with code "];

    /// <summary>How Codex begins the result of a call that it did not carry out, or not to its end.</summary>
    private static readonly string[] FailureBeginnings =
    [
        "aborted by user",
        "execution error: ",
        "failed in sandbox",
        "failed to parse function arguments",
        "exec_command failed",
        "unsupported call: ",
        "collab spawn failed",
        "Script failed",
        "Script terminated",
    ];

    public static RawJson Of(RawJson output, SessionDraft draft)
    {
        if (output.Kind == JsonValueKind.Object && output.Property("content") is { IsMissing: false } content)
        {
            var inner = Contents.Result(content, draft);
            return output.Property("success").AsBoolean() == false ? Contents.Failed(inner) : inner;
        }
        if (output.AsString() is not { } text)
            return OfTexts(output, draft);
        var shell = new Fields(JsonText.ObjectIn(text));
        if (shell.Has("output") && shell["metadata"].Kind == JsonValueKind.Object)
            return WithFields(shell["metadata"].Properties(), "output", shell["output"]);
        return ExitCodeIn(text) is { } code and not 0 ? WithExitCode(code, output)
            : IsFailure(text) ? Contents.Failed(output)
            : output;
    }

    /// <summary>A result with an exit code.</summary>
    public static RawJson WithExitCode(long code, RawJson content) =>
        WithFields([new("exit_code", JsonText.Make(writer => writer.WriteNumberValue(code)))], "content", content);

    /// <summary>What the commands of a script printed, and the first exit code that is not 0; null if none is.</summary>
    public static (List<string> Texts, long? ExitCode) OfScript(RawJson output)
    {
        var (texts, failed) = (new List<string>(), default(long?));
        foreach (var part in output.Kind == JsonValueKind.Array ? output.Items() : [output])
        {
            if (Contents.TextOf(part).AsString() is not { } text)
                continue;
            texts.Add(text);
            foreach (var result in ResultsIn(text))
            {
                if (result.Property("output").AsString() is { } printed)
                    texts.Add(printed);
                failed ??= result.Property("exit_code").AsInt64() is { } code and not 0 ? code : null;
            }
        }
        return (texts, failed);
    }

    /// <summary>Whether a script goes on after this result.</summary>
    public static bool IsRunning(IReadOnlyList<string> texts) =>
        texts.Count > 0 && texts[0].StartsWith("Script running", StringComparison.Ordinal);

    /// <summary>A list of texts: what a script printed, with its state in the first.</summary>
    private static RawJson OfTexts(RawJson output, SessionDraft draft)
    {
        var result = Contents.Result(output, draft);
        var (texts, exitCode) = OfScript(output);
        return texts.Count == 0 ? result
            : exitCode is { } code ? WithExitCode(code, result)
            : IsFailure(texts[0]) ? Contents.Failed(result)
            : result;
    }

    /// <summary>The results of commands in a text that a script printed: an object, or a list of objects.</summary>
    private static IEnumerable<RawJson> ResultsIn(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..] || !text.Contains("\"exit_code\"", StringComparison.Ordinal))
            return [];
        try
        {
            var json = RawJson.Parse(System.Text.Encoding.UTF8.GetBytes(text));
            return (json.Kind == JsonValueKind.Array ? json.Items() : [json]).Select(one =>
                one.Property("value") is { Kind: JsonValueKind.Object } settled ? settled : one
            );
        }
        catch (JsonException)
        {
            return []; // A text that only begins like JSON.
        }
    }

    private static bool IsFailure(string text) =>
        Array.Exists(FailureBeginnings, beginning => text.StartsWith(beginning, StringComparison.Ordinal));

    private static RawJson WithFields(IReadOnlyList<KeyValuePair<string, RawJson>> fields, string name, RawJson output) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            foreach (var (field, value) in fields)
                writer.WriteRaw(field, value);
            writer.WriteRaw(name, output);
            writer.WriteEndObject();
        });

    /// <summary>The exit code in the lines that Codex puts above a command's output.</summary>
    private static int? ExitCodeIn(string text)
    {
        const string sandbox = "exit code: ";
        foreach (var line in text.AsSpan(0, Math.Min(text.Length, HeadLength)).EnumerateLines())
        {
            foreach (var label in ExitCodeLabels)
                if (line.StartsWith(label) && int.TryParse(line[label.Length..], CultureInfo.InvariantCulture, out var code))
                    return code;
            if (line.StartsWith("failed in sandbox") && line.IndexOf(sandbox) is >= 0 and var at)
            {
                var digits = line[(at + sandbox.Length)..];
                var length = digits.IndexOfAnyExcept(Digits);
                if (int.TryParse(digits[..(length < 0 ? digits.Length : length)], CultureInfo.InvariantCulture, out var code))
                    return code;
            }
            if (line.StartsWith("Output:"))
                break;
        }
        return null;
    }
}
