using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Redaction;

namespace ChatMcpServer.Cli;

/// <summary>Where the verbs write, and what may be written there. Only <c>serve</c> writes elsewhere: its standard output is the protocol.</summary>
/// <param name="output">Gets what a verb was asked for, and nothing else.</param>
/// <param name="error">Gets errors and remarks.</param>
/// <param name="width">Columns; null where nobody watches and nothing needs to fit.</param>
/// <param name="isColored">Whether control sequences may be written to <paramref name="output"/>.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, int? width, bool isColored)
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
        if (Console.IsOutputRedirected)
            return new Terminal(output, Console.Error, null, isColored: false);
        var isColored = string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") != "dumb";
        return new Terminal(output, Console.Error, Console.WindowWidth is > 0 and var columns ? columns : DefaultWidth, isColored);
    }

    /// <summary>What a verb was asked for. What was recorded goes through <see cref="OutgoingText"/> before.</summary>
    public TextWriter Out => output;

    /// <summary>Columns; null where nobody watches and nothing needs to fit.</summary>
    public int? Width => width;

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
        output.Flush();
        Fail(sentence);
    }

    /// <summary>Says in one line why there is nothing more. What is still to be written stays so: that it cannot be may be the reason.</summary>
    public void Fail(string sentence) => error.WriteLine(string.Join(' ', OutgoingText.Show(sentence).Split('\n', LineEnds)));

    /// <summary>Says something that takes several lines.</summary>
    public void Explain(string text) => error.WriteLine(OutgoingText.Show(text));

    /// <summary>Writes what is still to be written.</summary>
    public void Flush() => output.Flush();
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
