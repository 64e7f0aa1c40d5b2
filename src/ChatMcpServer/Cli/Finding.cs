using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

/// <summary>What <c>doctor</c> has found out.</summary>
/// <param name="Word">How it is: <see cref="Ok"/>, <see cref="Warn"/> or <see cref="Fail"/>.</param>
/// <param name="Check">What was checked.</param>
internal sealed record Finding(string Word, string Check, string Sentence)
{
    public const string Ok = "ok";
    public const string Warn = "warn";
    public const string Fail = "fail";

    public string Line(Func<string, Ink, string> paint)
    {
        var ink =
            Word == Ok ? Ink.Green
            : Word == Warn ? Ink.Yellow
            : Ink.Red;
        return $"{paint(Word.PadRight(4), ink)}  {Check, -13}  {OutgoingText.ShowLine(Sentence, 1_000)}";
    }
}
