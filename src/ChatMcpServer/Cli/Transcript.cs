using System.Text;
using ChatSessions.Condensing;

namespace ChatMcpServer.Cli;

/// <summary>Writes a condensed session in colours: what is said of it, not what was recorded, of which only the cuts are dimmed.</summary>
internal static class Transcript
{
    /// <summary>The text of <see cref="CondensedSession.ToText"/>, painted; nothing stands below the head of a session without events.</summary>
    /// <param name="paint">Gives a text its colour.</param>
    public static string Paint(CondensedSession session, Func<string, Ink, string> paint)
    {
        var painted = new StringBuilder();
        foreach (var (label, value) in session.HeadLines())
            painted
                .Append(
                    label == "Outcome" && session.Outcome == "error"
                        ? paint($"{label}: {value}", Ink.Red)
                        : $"{paint($"{label}:", Ink.Bold)} {value}"
                )
                .Append('\n');
        if (!session.Entries.IsEmpty)
            painted.Append('\n');
        foreach (var (entry, section) in session.Entries.SelectMany(entry => entry.Sections.Select(section => (entry, section))))
        {
            foreach (var (text, role) in section.Runs())
                painted.Append(role == TranscriptRole.Text ? text : paint(text, InkOf(entry, section, role)));
            painted.Append('\n');
        }
        return painted.ToString();
    }

    private static Ink InkOf(TranscriptEntry entry, TranscriptSection section, TranscriptRole role) =>
        role == TranscriptRole.Cut || entry.Kind == TranscriptKind.Omitted ? Ink.Dim
        : section.IsFailure ? Ink.Red
        : section.IsResult ? Ink.Dim
        : Ink.Cyan;
}
