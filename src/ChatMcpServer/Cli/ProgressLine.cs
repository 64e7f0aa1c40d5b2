using System.Globalization;

namespace ChatMcpServer.Cli;

/// <summary>
/// A progress line that is redrawn in place. It uses only carriage returns and ASCII, no control sequences, so that it works on any
/// terminal.
/// </summary>
/// <param name="error">The writer of the terminal.</param>
/// <param name="columns">Returns the current width of the terminal.</param>
internal sealed class ProgressLine(TextWriter error, Func<int> columns, TimeProvider time)
{
    private const int NarrowestBar = 10;
    private const int WidestBar = 40;

    /// <summary>Faster updates cannot be read.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private long? drawn;
    private int length;

    /// <summary>Draws the line, unless it was drawn less than 100 ms ago.</summary>
    /// <param name="share">The share that is done, from 0 to 1.</param>
    /// <param name="facts">Details, the most important first; those that do not fit are left out.</param>
    public void Show(double share, params IEnumerable<string> facts)
    {
        if (drawn is { } at && time.GetElapsedTime(at) < Rest)
            return;
        drawn = time.GetTimestamp();
        // Some terminals wrap the line at the last column.
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

    /// <summary>Removes the line, so that other text can take its place.</summary>
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
