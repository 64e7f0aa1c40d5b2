using System.Text;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Tests;
using ChatSessions.ToolCalls;

namespace Fuzzing;

/// <summary>What callers write: search queries, ranges, dates, patterns and cursors.</summary>
internal sealed class WordsTarget() : FuzzTarget("words")
{
    private static readonly FoundCalls Found = FoundCalls.Find(
        new OutgoingDoor().Show(Some.Session(Some.UserInput("Q"), Some.ToolUse("bash"), Some.ToolUse("bash"), Some.ToolUse("look"))),
        new(),
        TimeProvider.System,
        CancellationToken.None
    );

    private static readonly string SearchedFrom = SearchCursor.Read(null, SearchQuery.Parse("lamp"), SearchFilter.All, ["a"]).Encode();

    private static readonly string[] Pieces =
    [
        "lamp",
        "\"",
        "OR",
        "AND",
        "NOT",
        "NEAR(",
        ")",
        "(",
        "*",
        "-",
        "+",
        ":",
        "^",
        "title:",
        "/",
        "/i",
        "[a-",
        "(?<x>a)",
        "\\p{L}",
        "a{1,99999}",
        "(a+)+$",
        "\\",
        " ",
        "  ",
        "\n",
        "\0",
        "\ud800",
        "漢字",
        "é",
        "e\u0301",
        "ﬁ",
        "\u200b",
        "0",
        "1-2",
        "99999999999999999999",
        "-5",
        "2026-01-01",
        "T25:00:00Z",
        "2026-02-30T00:00:00+99:00",
        "now",
        "latest",
        "last",
        ",",
        "–",
        "#3",
        "null",
        "%",
        "_",
        "'; drop table session; --",
    ];

    public override int InputsInTests => 3_000;

    public override byte[] Make(Random random)
    {
        var cursors = (string[])[CallCursor.After(1, Found), SearchedFrom];
        if (random.Next(4) == 0)
            return Mutations.Mutate(random, Encoding.UTF8.GetBytes(cursors[random.Next(cursors.Length)]));
        return Encoding.UTF8.GetBytes(Text(random));
    }

    /// <summary>A text of pieces that mean something to one of the readers.</summary>
    public static string Text(Random random)
    {
        var count = random.Next(40) == 0 ? 2_000 : random.Next(7);
        return string.Concat(Enumerable.Range(0, count).Select(_ => Pieces[random.Next(Pieces.Length)]));
    }

    public override Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(input);
        Try(() => SearchQuery.Parse(text));
        Try(() => SearchQuery.Require(text));
        Try(() => SearchQuery.OfText(text));
        Try(() => SearchCursor.Read(text, SearchQuery.Parse("lamp"), SearchFilter.All, ["a"]));
        Try(() => EventRange.Parse(text).In(Found.Session.Session));
        Try(() => TurnRange.Parse(text).In(Found.Session.Session));
        Try(() => IsoMoment.Parse("updated_after", text));
        Try(() => CallCursor.Read(text, Found));
        Try(() =>
            FoundCalls.Find(Found.Session, new() { Matching = CallPattern.Parse(text) }, TimeProvider.System, cancellationToken).Matching
        );
        IsoMoment.Find(text);
        OutgoingText.Show(text);
        OutgoingText.ShowLine(text, 40);
        OutgoingText.ShowName(text);
        return Task.CompletedTask;
    }

    private static void Try(Func<object?> read)
    {
        try
        {
            read();
        }
        catch (ChatSessionException refusal)
        {
            Fuzz.CheckSentence(refusal.Message);
        }
    }
}
