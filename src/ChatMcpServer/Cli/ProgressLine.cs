using System.Globalization;

namespace ChatMcpServer.Cli;

/// <summary>
/// A line that says how far something has come, drawn over itself on a terminal. It takes no control sequences and no characters beyond
/// ASCII, so that any terminal shows it.
/// </summary>
/// <param name="error">Where the terminal is written to.</param>
/// <param name="columns">Answers how wide the terminal is now.</param>
internal sealed class ProgressLine(TextWriter error, Func<int> columns, TimeProvider time)
{
    private const int NarrowestBar = 10;
    private const int WidestBar = 40;

    /// <summary>More often than that nobody can read it.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private long? drawn;
    private int length;

    /// <summary>Draws the line, unless it was drawn a moment ago.</summary>
    /// <param name="share">How much is done, from 0 to 1.</param>
    /// <param name="facts">What there is to say besides, the most important first: those that do not fit are left out.</param>
    public void Show(double share, params IEnumerable<string> facts)
    {
        if (drawn is { } at && time.GetElapsedTime(at) < Rest)
            return;
        drawn = time.GetTimestamp();
        // In the last column some terminals break the line.
        var room = columns() - 1;
        var text = string.Create(CultureInfo.InvariantCulture, $"{(int)(100 * share), 3}%");
        foreach (var fact in facts.TakeWhile(fact => text.Length + 2 + fact.Length <= room))
            text += $"  {fact}";
        if (Math.Min(room - text.Length - 3, WidestBar) is >= NarrowestBar and var width)
        {
            var done = (int)(width * share);
            text = $"[{new string('=', done)}{new string(' ', width - done)}] {text}";
        }
        Write(text.Length <= room ? text : "");
    }

    /// <summary>Takes the line away, so that something else can be written in its place.</summary>
    public void Clear()
    {
        if (length == 0)
            return;
        Write("");
        error.Write('\r');
        error.Flush();
        drawn = null;
    }

    private void Write(string text)
    {
        error.Write($"\r{text.PadRight(length)}");
        error.Flush();
        length = text.Length;
    }
}
