using ChatSessions.Model;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>Sessions that are hard to condense.</summary>
public static class SomeSessions
{
    private static readonly Gen<string> LongText = Gen.Frequency(
        (3, Texts.Any.Array[0, 60].Select(string.Concat)),
        (
            2,
            Gen.Int[1, 400].SelectMany(words => Gen.String[Gen.Char['a', 'z'], 1, 9].Array[words]).Select(words => string.Join(' ', words))
        ),
        (1, Gen.String[Gen.Char['a', 'z'], 0, 3000])
    );

    private static readonly Gen<string> LongJson = Gen.Select(LongText, OneOf(2, 5, int.MaxValue), JsonTexts.Quote);

    private static readonly Gen<SomeEvents> Step = Gen.Select(
        Gen.Int[0, 9],
        LongJson,
        LongJson,
        Gen.Int[0, 5],
        (kind, one, other, name) =>
            kind switch
            {
                0 => Some.Event($$"""{"type":"user_input","content":{{one}}}"""),
                1 => Some.Event($$"""{"type":"text","content":{{one}}}"""),
                2 => Some.Event($$"""{"content":{{one}},"type":"thinking"}"""),
                3 => Some.ToolUse($"tool{name}", $$"""{"path":{{one}}}""", $$"""{"output":{{other}},"returncode":0}"""),
                4 => Some.ToolUse($"tool{name}", $$"""{"a":{{one}},"b":{{other}}}""", other),
                5 => Some.ToolUse("bash", "{\"command\":\"ls\"}", $$"""{"output":{{one}},"returncode":1}"""),
                6 => Some.ToolCall($"tool{name}", $$"""{"q":{{one}}}"""),
                7 => _ => [Delta(one), Delta(other), Delta(one)],
                8 => Some.Event($$$"""{"type":"stop","is_error":true,"error":{{{one}}},"usage":{"turns":3}}"""),
                _ => Some.ToolResult("look", $$"""{"error":"no","output":{{one}}}""", "none"),
            }
    );

    /// <summary>One of several values at random.</summary>
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>Sessions whose long texts are JSON strings.</summary>
    public static readonly Gen<Session> Any = Step.Array[1, 40].Select(steps => Some.Session(steps));

    /// <summary>One of each kind that is difficult for a condenser.</summary>
    public static TheoryData<string> Names => [.. Extremes.Keys];

    public static Session Named(string name) => Extremes[name]();

    private static readonly Dictionary<string, Func<Session>> Extremes = new()
    {
        ["no event"] = () => Some.Session(),
        ["one event"] = () => Some.Session(Some.UserInput("Why?")),
        ["only thinking"] = () => Some.Session([.. Repeat(200, n => Some.Thinking($"Thought {n}. {Words(50)}"))]),
        ["10,000 turns of two words"] = () =>
            Some.Session([.. Repeat(10_000, n => n % 2 == 0 ? Some.UserInput("go on") : Some.Text("very well"))]),
        ["a message of 5 MB"] = () => Some.Session(Some.UserInput(Words(900_000))),
        ["a line of 5 MB"] = () => Some.Session(Some.ToolUse("cat", result: Some.Quoted(new string('x', 5_000_000)))),
        ["CJK and emoji"] = () =>
            Some.Session([.. Repeat(60, n => Some.Text(string.Concat(Enumerable.Repeat("漢字仮名交じり文👩‍👩‍👧‍👦と絵文字😀", n + 1))))]),
        ["300 tools with long names"] = () =>
            Some.Session([.. Repeat(300, n => Some.ToolUse($"a_tool_whose_name_is_rather_long_as_generated_ones_are_{n}"))]),
        ["200 arguments"] = () =>
            Some.Session(
                Some.ToolUse(
                    "configure",
                    $"{{{string.Join(",", Enumerable.Range(0, 200).Select(n => $"\"setting_number_{n}\":\"{Words(6)}\""))}}}"
                )
            ),
        ["deep JSON"] = () => Some.Session(Some.ToolUse("parse", result: new string('[', 5_000) + new string(']', 5_000))),
        ["a minified last line"] = () =>
            Some.Session(
                Some.UserInput("Build it."),
                Some.ToolUse("bash", result: $$"""{"returncode":1,"output":"building\n{{new string('m', 20_000)}}"}"""),
                Some.Stop("failed")
            ),
        ["an id of 512 characters"] = () => Some.Session(new string('i', 512), "T", [.. Repeat(30, n => Some.Text(Words(40)))]),
        ["a foreign id of 512 characters"] = () => Some.Session(string.Concat(Enumerable.Repeat("\u202E", 512)), "T", Some.Text(Words(40))),
        ["a huge title"] = () => Some.Session("ses-1", Words(50_000), Some.Text(Words(40))),
        ["a huge foreign title"] = () => Some.Session("ses-1", string.Concat(Enumerable.Repeat("\u202E", 5000)), Some.Text(Words(40))),
        ["a huge error"] = () => Some.Session(Some.UserInput("Go."), Some.Stop(Words(50_000))),
        ["many parallel calls"] = () =>
            Some.Session([
                .. Repeat(150, n => Some.ToolCall("fetch", $$"""{"n":{{n}}}""", $"c{n}")),
                .. Repeat(150, n => Some.ToolResult("fetch", $$"""{"output":"{{Words(30)}}"}""", $"c{n}")),
            ]),
        ["many runs"] = () =>
            Some.Session([.. Repeat(300, n => n % 2 == 0 ? Some.UserInput(Words(8)) : Some.Stop(n % 4 == 1 ? "boom" : null))]),
        ["unknown events"] = () =>
            Some.Session([.. Repeat(100, n => Some.Event($$"""{"type":"citation","page":{{n}},"text":"{{Words(30)}}"}"""))]),
        ["growing polls"] = () => Some.Session([.. Repeat(60, n => Poll(n, "running"))]),
        ["polls that change"] = () =>
            Some.Session([
                .. Repeat(
                    90,
                    n =>
                        n % 17 == 5
                            ? Some.FailedToolUse("poll", $"failed in {Words(n % 7 + 1)}", At(n))
                            : Poll(n, n % 23 < 20 ? "running" : "paused")
                ),
            ]),
        ["two calls in turn"] = () =>
            Some.Session([
                Some.UserInput("Go."),
                .. Repeat(
                    90,
                    n =>
                        n % 3 == 0 ? Some.Thinking("Not yet.")
                        : n % 3 == 1 ? Some.ToolUse("wait", At(n))
                        : Poll(n, "running")
                ),
                Some.Text("Done."),
            ]),
        ["300 failures"] = () => Some.Session([.. Repeat(300, n => Some.FailedToolUse("deploy", $"host {n}: {Words(n % 7 + 1)}", At(n)))]),
        ["300 same failures"] = () => Some.Session([.. Repeat(300, _ => Some.FailedToolUse("deploy", Words(8)))]),
    };

    private static SomeEvents Poll(int n, string state) =>
        Some.ToolUse("poll", At(n), $$"""{"state":"{{state}}","output":"{{n}} % done, {{Words(12)}}"}""");

    private static string At(int n) => $$"""{"at":"minute-{{n}}"}""";

    private static IEnumerable<SomeEvents> Repeat(int times, Func<int, SomeEvents> make) => Enumerable.Range(0, times).Select(make);

    private static string Words(int count) =>
        string.Join(
            ' ',
            Enumerable
                .Range(0, count)
                .Select(n =>
                    (n % 7) switch
                    {
                        0 => "the",
                        1 => "quick",
                        2 => "brown",
                        3 => "fox",
                        4 => "jumps",
                        5 => "over",
                        _ => "it",
                    }
                )
        );

    private static string Delta(string json) => $$"""{"type":"text_delta","content":{{json}}}""";
}
