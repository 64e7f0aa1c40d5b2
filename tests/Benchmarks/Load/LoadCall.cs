using System.Text;
using Fuzzing.Server;

namespace Benchmarks.Load;

/// <summary>A request, and whether it must get what it asks for.</summary>
/// <param name="Name">What figures are counted for: the tool, or the method.</param>
/// <param name="Parameters">JSON.</param>
/// <param name="MustSucceed">Null if it must be refused or answered; either is right.</param>
internal sealed record LoadCall(string Name, string Method, string Parameters, bool MustSucceed)
{
    /// <summary>Events are asked for by numbers below this.</summary>
    public const int MostEvents = 15;

    private static readonly string[] Words =
    [
        "parser",
        "value",
        "file",
        "error",
        "config",
        "rule",
        "\\\"import path\\\"",
        "self.assert_test",
        "naïve",
    ];
    private static readonly RequestsTarget Odd = new();

    /// <summary>A request at random: of all tools, resources, prompts and completions, and at times an odd one.</summary>
    /// <param name="known">Sessions that can be read at any time, with at least <see cref="MostEvents"/> events.</param>
    /// <param name="passing">Sessions that are there at times.</param>
    public static LoadCall Make(Random random, IReadOnlyList<string> known, IReadOnlyList<string> passing)
    {
        var id = One(random, known);
        var (word, tokens) = (One(random, Words), One(random, [500, 2_000, 5_000, 20_000]));
        return random.Next(30) switch
        {
            < 5 => Tool(
                "get_chat_session",
                $"\"session_id\":\"{id}\",\"max_tokens\":{tokens}{One(random, ["", ",\"turns\":\"last 1\"", $",\"focus\":\"{word}\"", ",\"last_events\":10"])}"
            ),
            < 7 => Tool(
                "read_chat_events",
                $"\"session_id\":\"{id}\",\"events\":\"{random.Next(5)}-{random.Next(5, MostEvents)}\",\"max_tokens\":{tokens}"
            ),
            < 9 => Tool(
                "list_chat_sessions",
                One(
                    random,
                    [
                        "",
                        "\"limit\":100",
                        "\"include_subagents\":true",
                        "\"agent\":\"claude-code\"",
                        $"\"title_contains\":\"{One(random, Words[..4])}\"",
                    ]
                )
            ),
            < 12 => Tool(
                "search_chat_sessions",
                $"\"query\":\"{word} {One(random, Words)}\",\"max_tokens\":{tokens}{One(random, ["", ",\"by_session\":true", ",\"kind\":\"result\"", $",\"session_id\":\"{id}\""])}"
            ),
            < 15 => Tool(
                "list_tool_calls",
                $"\"session_id\":\"{id}\",\"max_tokens\":{tokens}{One(random, ["", ",\"outcome\":\"failed\"", $",\"matching\":\"{One(random, Words[..6])}\"", ",\"matching\":\"/se.*t_(a|v)/\"", ",\"sort\":\"size\""])}"
            ),
            < 17 => Tool("review_chat_session", $"\"session_id\":\"{id}\",\"max_tokens\":{tokens}"),
            17 => Tool(
                "compare_chat_sessions",
                $"\"session_id\":\"{id}\",\"other_session_id\":\"{One(random, known)}\",\"max_tokens\":{tokens}"
            ),
            18 => Of(One(random, ["tools/list", "resources/list", "resources/templates/list", "prompts/list"]), "{}"),
            < 21 => Of(
                "resources/read",
                $$"""{"uri":"{{One(random, [$"chat://sessions/{id}", $"chat://sessions/{id}/tool-calls", $"chat://events/{id}/3-5", $"chat://turns/{id}/1", $"chat://sessions/{id}/json", $"chat://sessions/{id}/messages", "chat://sessions"])}}"}"""
            ),
            21 => Of(
                "prompts/get",
                $$$"""{"name":"{{{One(random, ["continue_session", "review_session", "explain_failure"])}}}","arguments":{"session_id":"{{{id}}}"}}"""
            ),
            22 => Of("prompts/get", $$$"""{"name":"find_precedent","arguments":{"error":"{{{word}}}"}}"""),
            23 => Of(
                "completion/complete",
                $$$"""{"ref":{"type":"ref/prompt","name":"review_session"},"argument":{"name":"session_id","value":"{{{id[..random.Next(4)]}}}"}}"""
            ),
            24 => Tool("get_chat_session", $"\"session_id\":\"{One(random, passing)}\"") with { MustSucceed = false },
            25 => new("resources/read", "resources/read", """{"uri":"chat://sessions/a/b/c/d"}""", MustSucceed: false),
            _ => OddOne(random),
        };
    }

    /// <summary>The JSON of the message.</summary>
    public string ToJson(int id) =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{Method}}","params":{{Parameters.ReplaceLineEndings(" ")}}}""";

    private static LoadCall Tool(string name, string arguments) =>
        new(name, "tools/call", $$$"""{"name":"{{{name}}}","arguments":{{{{arguments}}}}}""", MustSucceed: true);

    private static LoadCall Of(string method, string parameters) => new(method, method, parameters, MustSucceed: true);

    private static LoadCall OddOne(Random random)
    {
        var input = Encoding.UTF8.GetString(Odd.Make(random));
        var head = input.IndexOf('\n', StringComparison.Ordinal);
        return new("odd arguments", input[..head], input[(head + 1)..], MustSucceed: false);
    }

    private static T One<T>(Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
