using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

/// <summary>Where the verbs write, and what may be written there. Only <c>serve</c> writes elsewhere: its standard output is the protocol.</summary>
/// <param name="output">Gets what a verb was asked for, and nothing else.</param>
/// <param name="error">Gets errors and remarks.</param>
/// <param name="width">Columns; null where nobody watches and nothing needs to fit.</param>
/// <param name="isColored">Whether control sequences may be written to <paramref name="output"/>.</param>
/// <param name="progress">Where <paramref name="error"/> is a terminal, the line on it that is drawn over itself; else null.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, int? width, bool isColored, ProgressLine? progress = null)
{
    /// <summary>Where a terminal does not tell its width.</summary>
    private const int DefaultWidth = 80;

    private const StringSplitOptions LineEnds = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The process's own, as UTF-8. Nothing is written before <see cref="Flush"/>.</summary>
    /// <param name="variable">Answers the value of an environment variable; null when it is not set.</param>
    public static Terminal OfProcess(Func<string, string?> variable)
    {
        // A pipe that was closed, as by `| head`, takes all that is written to this stream without a complaint.
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 16 * 1024);
        var isDumb = variable("TERM") == "dumb";
        var progress = Console.IsErrorRedirected || isDumb ? null : new ProgressLine(Console.Error, Columns, TimeProvider.System);
        if (Console.IsOutputRedirected)
            return new Terminal(output, Console.Error, null, isColored: false, progress);
        var isColored = string.IsNullOrEmpty(variable("NO_COLOR")) && !isDumb;
        return new Terminal(output, Console.Error, Columns(), isColored, progress);

        static int Columns() => Console.WindowWidth is > 0 and var columns ? columns : DefaultWidth;
    }

    /// <summary>What a verb was asked for. What was recorded goes through <see cref="OutgoingText"/> before.</summary>
    public TextWriter Out => output;

    /// <summary>Columns; null where nobody watches and nothing needs to fit.</summary>
    public int? Width => width;

    /// <summary>Where to show how far something has come; null where nobody watches.</summary>
    public ProgressLine? Progress => progress;

    /// <summary>Gives a text its colour, where there are any.</summary>
    public string Paint(string text, Ink ink) => isColored && text.Length > 0 ? $"\e[{(int)ink}m{text}\e[0m" : text;

    /// <summary>Writes a JSON document, indented where a person reads it.</summary>
    public void WriteJson(JsonElement json)
    {
        if (width is null)
        {
            output.WriteLine(json.GetRawText());
            return;
        }
        var indented = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(indented, Indented))
            json.WriteTo(writer);
        output.WriteLine(Encoding.UTF8.GetString(indented.WrittenSpan));
    }

    /// <summary>Says something besides what was asked for, below it.</summary>
    public void Remark(string sentence)
    {
        Flush();
        Fail(sentence);
    }

    /// <summary>Says in one line why there is nothing more. What is still to be written stays so: that it cannot be may be the reason.</summary>
    public void Fail(string sentence) => WriteError(string.Join(' ', OutgoingText.Show(sentence).Split('\n', LineEnds)));

    /// <summary>Says something that takes several lines.</summary>
    public void Explain(string text) => WriteError(OutgoingText.Show(text));

    /// <summary>Writes what is still to be written.</summary>
    public void Flush()
    {
        progress?.Clear();
        try
        {
            output.Flush();
        }
        catch (IOException exception)
        {
            throw new OutputException(exception);
        }
    }

    private void WriteError(string text)
    {
        progress?.Clear();
        error.WriteLine(text);
    }
}

/// <summary>The colours, by their ECMA-48 codes.</summary>
internal enum Ink
{
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Cyan = 36,
}
