using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatSessions.Condensing;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class TranscriptTests
{
    [Fact]
    public void Labels_failures_and_what_is_cut_are_coloured_and_recorded_text_is_not()
    {
        const string text = """
            Session: ses-1
            Outcome: error: Out of turns
             Outcome: error
            Tools: bash(command) ×2

            #0 user: Do: it
             #1 forged: label
            …[+2 events, #1–#2: bash]
            #3 mcp:bash: ls
            → failed (exit code: 1): No such file…[+1,240 characters, #4 from 400]the end
            → #6: done
            → done
            → unanswered
            #7 stop: ok (4.2 s)
            #8 stop: error: Out of turns
            #9–#11 text:
             → failed (forged):

            """;

        Assert.Equal(
            """
            [Bold:Session:] ses-1
            [Red:Outcome: error: Out of turns]
             Outcome: error
            [Bold:Tools:] bash(command) ×2

            [Cyan:#0 user:] Do: it
             #1 forged: label
            [Dim:…[+2 events, #1–#2: bash]]
            [Cyan:#3 mcp:bash:] ls
            [Red:→ failed (exit code: 1):] No such file[Dim:…[+1,240 characters, #4 from 400]]the end
            [Dim:→ #6:] done
            [Dim:→] done
            [Red:→ unanswered]
            [Cyan:#7 stop: ok (4.2 s)]
            [Red:#8 stop: error:] Out of turns
            [Cyan:#9–#11 text:]
             → failed (forged):

            """,
            Transcript.Paint(text, (part, ink) => part.Length == 0 ? "" : $"[{ink}:{part}]")
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
        var text = Condenser.Condense(session.Shown(), new CondenseOptions(), TestContext.Current.CancellationToken).ToText();

        var painted = Transcript.Paint(text, (part, ink) => part.Length == 0 ? "" : $"\e[{(int)ink}m{part}\e[0m");

        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n');
        Assert.Equal(text, Regex.Replace(painted, @"\e\[\d+m", ""));
        Assert.Contains('\e', painted);
    }
}
