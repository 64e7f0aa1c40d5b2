using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>The checks of the condenser detect false statements in entries written by hand.</summary>
public sealed class EntryHonestyTests
{
    private static readonly string Entries = $$"""
        {"event":0,"turn":1,"user":"one two  six","cuts":[{"at":8,"length":15,"offset":{{HonestyTests.At(0, "three")}}}]}
        {"event":1,"last":6,"omitted":{"thinking":2,"bash":2},"failed":1}
        {"event":7,"tool":"bash","arguments":{"command":"cat a"},"result":"alpha\nbeta\ngamma\n","cuts":[{"at":17,"length":5,"offset":{{HonestyTests.At(
            8,
            "delta"
        )}}}]}
        {"event":9,"tool":"read","arguments":{"path":"a"},"result":"and more","cuts":[{"length":11,"offset":{{HonestyTests.At(
            10,
            "beta"
        )}},"note":"as #8"}]}
        {"event":11,"tool":"fetch","arguments":{"n":1},"result":"{\"rows\":[1,4]}","cuts":[{"at":11,"length":4,"offset":{{HonestyTests.At(
            12,
            "2, 3"
        )}}}]}
        {"event":13,"tool":"query","arguments":{"what":"top"},"result":"{\"total\":3,\"rows\":","rows":{"count":3,"fields":["id","note","tags"],"values":[["a-1",null,["x"]],["a-2","cut",[]]]},"cuts":[{"at":18,"length":{{HonestyTests
            .Row
            .Length + 3}},"offset":{{HonestyTests.At(14, $",{HonestyTests.Row}")}}}]}
        {"event":15,"tool":"bash","arguments":{"command":"cat b"},"reason":"error is set","result":"{\"error\":\"no such file\"}"}
        {"event":17,"tool":"look"}
        {"event":19,"tool":"bash","arguments":{"command":"cat a again"},"result_same_as":8}
        {"event":21,"tool":"bash","arguments":{"command":"cat b again"},"reason":"error is set","result_same_as":16}
        {"event":23,"text":"So it is."}
        {"omitted":{},"at":{"stop":[24]},"events":2}
        """;

    public static TheoryData<string, string, string> Falsifications =>
        new()
        {
            { "a cut of one character more", @"(?<=""length"":)15", "+1" },
            { "an address one character on", @"(?<=""length"":15,""offset"":)\d+", "+1" },
            { "a place one character on", @"(?<=""at"":)8", "+1" },
            { "an address in another event", @"(?<=""length"":15)", ",\"event\":8" },
            { "an address behind the last event", @"(?<=""length"":15)", ",\"event\":99" },
            { "a number that is none", @"(?<=""length"":15,""offset"":)\d+", "999999999" },
            { "a cut without fields", @",""cuts"":\[\{""at"":8[^\]]*\]", "" },
            { "a last line without a cut", @",""cuts"":\[\{""at"":17[^\]]*\]", "" },
            { "a beginning that is missing", "one two ", "two " },
            { "an end that is missing", "  six", " " },
            { "an end that is another", " six", " seven" },
            { "a line end that is missing", @"gamma\\n", "gamma" },
            { "a passage that is elsewhere", "as #8", "as #0" },
            { "a cut of an argument that is none", @"(?<=""note"":""as #8"")", ",\"of\":\"x\"" },
            { "a result that is another's", @"(?<=""result_same_as"":)16", "12" },
            { "a result that is left out", @"(?<=""result_same_as"":)8", "18" },
            { "JSON of which more is cut", @"(?<=""length"":)4(?=,)", "+1" },
            { "more rows", @"(?<=""count"":)3", "+1" },
            { "a row without its value", @"""cut"",", "null," },
            { "a number as text", @"(?<=""n"":)1", "\"1\"" },
            { "rows without what stands before them", @"\\""total\\"":3,", "" },
            { "rows without one", @"\[""a-1"",null,\[""x""\]\],", "" },
            { "a run of one event more", @"(?<=""last"":6)", ",\"events\":7" },
            { "a run that begins later", @"(?<=""event"":)1(?=,""last)", "+1" },
            { "a run that ends earlier", @"(?<=""last"":)6", "-1" },
            { "a run of fewer calls", @"(?<=""bash"":)2", "-1" },
            { "a run of other calls", @"""bash"":2", "\"read\":2" },
            { "a run without its failure", @",""failed"":1", "" },
            { "a list of one event more", @"(?<=""events"":)2", "+1" },
            { "a list of another kind", @"""stop"":\[24\]", "\"text\":[24]" },
            { "a list without an event", @"""stop"":\[24\]", "" },
            { "no list", @"\n\{""omitted"":\{\}.*", "" },
            { "an entry of another event", @"(?<=""event"":)7", "8" },
            { "an entry that is missing", @"\{""event"":23.*\n", "" },
            { "an entry twice", @"\{""event"":23.*\n", "$0$0" },
            { "a turn that does not begin here", @"(?<=""event"":23)", ",\"turn\":2" },
            { "an answer that is none", @"""reason"":""error is set"",""result"":.*(?=\})", "\"outcome\":\"unanswered\"" },
            { "a failed call that is ok", @"""reason"":""error is set"",(?=""result"":)", "" },
            { "an answer of another call", @"(?<=""reason"":""error is set"",)", "\"result_event\":12," },
            { "an argument that is cut without a cut", "cat b\"", "cat\"" },
            { "an argument that is missing", @"""arguments"":\{""command"":""cat b""\},", "" },
            { "thinking that was text", @"""text""", "\"thinking\"" },
        };

    [Fact]
    public void What_is_true_has_no_problem() => Assert.Empty(ProblemsOf(Entries));

    [Theory]
    [MemberData(nameof(Falsifications))]
    public void What_is_not_true_is_found(string what, string pattern, string replacement)
    {
        var falsified = new Regex(pattern).Replace(Entries, found => Replaced(found, replacement), count: 1);

        Assert.True(falsified != Entries, $"The entries have no place for {what}");
        Assert.NotEmpty(ProblemsOf(falsified));
    }

    private static IReadOnlyList<string> ProblemsOf(string entries) =>
        Honesty.Of(HonestyTests.Recorded, [.. entries.Split('\n').Select(line => new ShownEntry(JsonElement.Parse(line)))]).Problems;

    private static string Replaced(Match found, string replacement) =>
        replacement is "+1" or "-1"
            ? $"{int.Parse(found.Value, CultureInfo.InvariantCulture) + int.Parse(replacement, CultureInfo.InvariantCulture)}"
            : found.Result(replacement);
}
