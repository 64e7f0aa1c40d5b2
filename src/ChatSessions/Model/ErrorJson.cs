using System.Text;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>Results that are JSON, and nothing else, and say that the call failed.</summary>
internal static class ErrorJson
{
    /// <summary>A longer text is an answer, not a message of an error.</summary>
    private const int Longest = 64 * 1024;

    /// <summary>The arguments of calls that show a file or a page, which may hold such JSON.</summary>
    private static readonly string[] NamesOfPlaces =
    [
        .. "path file_path filePath file filename file_name absolute_path target_file notebook_path uri url urls paths files".Split(),
    ];

    /// <summary>The names in an object that only reports an error. An object with other names may describe a thing that has a status.</summary>
    private static readonly string[] NamesInErrors =
    [
        .. "status message error errors code data detail details type hint suggestion reason statusCode status_code errorCode error_code".Split(),
    ];

    /// <summary>White space in JSON form, where line feeds and tabs are escaped.</summary>
    private static ReadOnlySpan<byte> WhiteSpace => " \\nrt"u8;

    /// <summary>
    /// The object in a text; missing if the text has more in it, or is long, or if the call ran a command or named a file or a page: a
    /// command has an exit code, and may show what others wrote.
    /// </summary>
    public static RawJson In(RawJson text, ToolCallEvent? call)
    {
        if (text.Kind != JsonValueKind.String || text.Utf8.Length > Longest)
            return default;
        var utf8 = text.Utf8.Span[1..^1];
        // Nearly all texts are done with here.
        if (!utf8.TrimStart(WhiteSpace).StartsWith("{"u8) || !utf8.TrimEnd(WhiteSpace).EndsWith("}"u8))
            return default;
        return !MayHaveSign(utf8) || ShowsOthers(call) ? default : Parse(text.AsString()!);
    }

    /// <summary>Whether an object describes something that has an error, such as a job. The answer of JSON-RPC has an id, too.</summary>
    public static bool IsOfThing(RawJson json) => !json.Property("id").IsMissing && json.Property("jsonrpc").IsMissing;

    /// <summary>
    /// The sign of an object of which no single field is one: GraphQL's <c>{"errors":[{"message":…}],"data":null}</c>, or
    /// <c>{"status":"error","message":…}</c>; null without one.
    /// </summary>
    public static string? Sign(RawJson json)
    {
        var (isOfGraphQl, isOfError, hasStatus, hasMessage, hasErrors) = (true, true, false, false, false);
        var walk = new JsonWalk(json);
        while (walk.NextProperty() && (isOfGraphQl || isOfError))
        {
            var (isErrors, isData) = (RawJson.NameIs(walk.Name, "errors"u8), RawJson.NameIs(walk.Name, "data"u8));
            isOfGraphQl &= isErrors || RawJson.NameIs(walk.Name, "extensions"u8) || (isData && walk.Value.Kind == JsonValueKind.Null);
            isOfError &= IsNameInErrors(walk.Name);
            hasErrors |= isErrors && HasMessage(walk.Value);
            hasMessage |= RawJson.NameIs(walk.Name, "message"u8) && IsText(walk.Value);
            hasStatus |= RawJson.NameIs(walk.Name, "status"u8) && walk.Value.Utf8.Span.SequenceEqual("\"error\""u8);
        }
        return isOfGraphQl && hasErrors ? "errors is set"
            : isOfError && hasStatus && hasMessage ? "status is error"
            : null;
    }

    /// <summary>Whether one of the names or values that can be a sign is in a text, in its JSON form.</summary>
    private static bool MayHaveSign(ReadOnlySpan<byte> utf8) =>
        utf8.IndexOf("rror"u8) >= 0 || utf8.IndexOf("false"u8) >= 0 || utf8.IndexOf("ode\\\""u8) >= 0;

    private static bool ShowsOthers(ToolCallEvent? call) =>
        call is not null
        && (
            ShellCommand.ArgumentOf(call.Arguments).Value is { IsMissing: false }
            || Array.Exists(NamesOfPlaces, name => !call.Arguments.Property(name).IsMissing)
        );

    private static RawJson Parse(string text)
    {
        try
        {
            return RawJson.Parse(Encoding.UTF8.GetBytes(text)) is { Kind: JsonValueKind.Object } json ? json : default;
        }
        catch (JsonException)
        {
            return default; // Code, mostly.
        }
    }

    private static bool IsNameInErrors(ReadOnlySpan<byte> recorded)
    {
        foreach (var name in NamesInErrors)
            if (recorded.Length == name.Length && Ascii.Equals(recorded, name))
                return true;
        return false;
    }

    private static bool HasMessage(RawJson errors)
    {
        var walk = new JsonWalk(errors);
        return walk.NextItem() && IsText(walk.Value.Property("message"));
    }

    private static bool IsText(RawJson value) => value.Kind == JsonValueKind.String && value.Utf8.Length > 2;
}
