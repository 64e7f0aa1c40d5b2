using System.Text;
using ChatSessions.Condensing;

namespace ChatMcpServer.Cli;

/// <summary>Writes a condensed session in colour. Only our own lines are coloured; recorded text stays plain, except that cuts are dimmed.</summary>
internal static class Transcript
{
    /// <summary>The text of <see cref="CondensedSession.ToText"/>, in colour; a session without events ends after the head.</summary>
    /// <param name="paint">Colours a text.</param>
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
