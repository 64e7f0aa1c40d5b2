using ChatSessions.Messages;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

/// <summary>The forms in which a whole session can be printed.</summary>
internal enum SessionForm
{
    /// <summary>The condensed session in a fence of Markdown.</summary>
    Markdown,

    /// <summary>A line of JSON for each event, as recorded.</summary>
    Jsonl,

    /// <summary>Messages of OpenAI's chat completions.</summary>
    OpenAi,

    /// <summary>Messages of Microsoft.Extensions.AI.</summary>
    Messages,
}

/// <summary>Writes whole sessions for other programs.</summary>
internal static class SessionForms
{
    public static readonly (string Word, SessionForm Form)[] Words =
    [
        ("markdown", SessionForm.Markdown),
        ("jsonl", SessionForm.Jsonl),
        ("openai", SessionForm.OpenAi),
        ("messages", SessionForm.Messages),
    ];

    /// <summary>Writes everything that was recorded; a condensed session is not such a form.</summary>
    public static void Write(SessionForm form, ShownSession session, TextWriter output)
    {
        if (form == SessionForm.OpenAi)
            output.WriteLine(OutgoingText.ShowJson(session.Session.ToOpenAiMessagesJson()));
        else if (form == SessionForm.Messages)
            output.WriteLine(OutgoingText.ShowJson(session.Session.ToChatMessagesJson()));
        else
            for (var position = 0; position < session.Session.Events.Length; position++)
                output.WriteLine(OneLine(session[position].Text()));
    }

    /// <summary>In JSON, a line can end only between two tokens.</summary>
    private static string OneLine(string json) => json.Replace('\n', ' ').Replace('\r', ' ');
}
