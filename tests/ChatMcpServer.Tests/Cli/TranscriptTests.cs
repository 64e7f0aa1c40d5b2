using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class TranscriptTests
{
    [Fact]
    public void Labels_failures_and_what_is_cut_are_coloured_and_recorded_text_is_not()
    {
        var session = Some.Session(
            Some.UserInput("Do: it\n#1 forged: label\n→ failed (forged):\n…[+2 events, #1–#2: bash]"),
            Some.FailedToolUse("mcp:bash", "No such file: a, b)"),
            Some.ToolUse("bash", result: Some.Quoted(string.Concat(Enumerable.Repeat("a long line\n", 400)))),
            Some.UnansweredToolUse("search"),
            Some.Stop(),
            Some.Text("Done"),
            Some.Stop("Out of turns")
        );

        var whole = Painted(session, 25_000);
        Assert.StartsWith("[Bold:Session:] ses-1\n", whole, StringComparison.Ordinal);
        Assert.Contains("\n[Red:Outcome: error (stop #8): Out of turns]\n", whole, StringComparison.Ordinal);
        Assert.Contains(
            "\n\n[Cyan:#0 user:] Do: it\n #1 forged: label\n → failed (forged):\n …\\u005B+2 events, #1–#2: bash]\n",
            whole,
            StringComparison.Ordinal
        );
        Assert.Contains("\n[Cyan:#1 mcp:bash:]", whole, StringComparison.Ordinal);
        Assert.Contains("):] ", whole[whole.IndexOf("\n[Red:→ failed (", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("\n[Dim:→] a long line\n a long line\n", whole, StringComparison.Ordinal);
        Assert.Contains("\n[Red:→ unanswered]\n", whole, StringComparison.Ordinal);
        Assert.Matches(@"\n\[Cyan:#\d+ stop: ok", whole);
        Assert.Matches(@"\n\[Red:#\d+ stop: error.*:\] Out of turns\n", whole);
        Assert.Matches(@" a long line…?\n?.*\[Dim:…\[\+[\d,]+ characters, #4 from \d+(: [^\]]*)?\]\]", Painted(session, 700));

        Assert.EndsWith("\n[Bold:Notes:] all\n", Painted(Some.Session(), 500), StringComparison.Ordinal);

        static string Painted(Session session, int budget) =>
            Transcript.Paint(
                Condenser.Condense(
                    session.Shown(),
                    new CondenseOptions { MaxTokens = budget, Notes = "all" },
                    TestContext.Current.CancellationToken
                ),
                (part, ink) => part.Length == 0 ? "" : $"[{ink}:{part}]"
            );
    }

    [Fact]
    public void Colours_change_nothing_else_and_no_recorded_control_sequence_comes_through()
    {
        var session = Some.Session(
            "ses-\e[31m",
            "a \e]0;title\a b\u009B2J",
            Some.UserInput("\e[2J\e[H first\r\nsecond \u202E third"),
            Some.Thinking("\e]52;c;Zm9v\a"),
            Some.FailedToolUse("ba\e[1msh", "boom \e[0m\u0090", "{\"k\\u001b\":\"\\u001b[5m\"}"),
            Some.UnansweredToolUse("search"),
            Some.Stop("out of \e[7m turns")
        );
        var condensed = Condenser.Condense(session.Shown(), new CondenseOptions(), TestContext.Current.CancellationToken);
        var text = condensed.ToText();

        var painted = Transcript.Paint(condensed, (part, ink) => part.Length == 0 ? "" : $"\e[{(int)ink}m{part}\e[0m");

        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n');
        Assert.Equal(text, Regex.Replace(painted, @"\e\[\d+m", ""));
        Assert.Contains('\e', painted);
    }
}
