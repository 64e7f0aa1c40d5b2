using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Recorded;
using ChatSessions.Redaction;

namespace ChatMcpServer.Cli;

/// <summary>Where the verbs write. Only <c>serve</c> does not use it: its standard output is the protocol.</summary>
/// <param name="output">Receives the verb's result and nothing else.</param>
/// <param name="error">Receives errors and remarks.</param>
/// <param name="width">Columns; null if the output is not a terminal.</param>
/// <param name="isColored">Whether control sequences may be written to <paramref name="output"/>.</param>
/// <param name="progress">The progress line, if <paramref name="error"/> is a terminal; else null.</param>
/// <param name="readLine">Reads what the user types; null if nobody can answer a question.</param>
internal sealed class Terminal(
    TextWriter output,
    TextWriter error,
    int? width,
    bool isColored,
    ProgressLine? progress = null,
    Func<string?>? readLine = null
)
{
    /// <summary>Messages may quote what was recorded, or the user's own command. They hide secrets whatever the options say.</summary>
    private static readonly OutgoingDoor Door = new(SecretFinder.Standard);

    /// <summary>For a terminal that does not report its width.</summary>
    private const int DefaultWidth = 80;

    private const StringSplitOptions LineEnds = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The terminal of this process, in UTF-8. Output is buffered until <see cref="Flush"/>.</summary>
    /// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
    public static Terminal OfProcess(Func<string, string?> variable)
    {
        // This stream ignores writes to a closed pipe, as with `| head`.
        var stream = new OutputStream(Console.OpenStandardOutput);
        var output = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 16 * 1024);
        var isDumb = variable("TERM") == "dumb";
        var progress = Console.IsErrorRedirected || isDumb ? null : new ProgressLine(Console.Error, Columns, TimeProvider.System);
        if (Console.IsOutputRedirected)
            return new Terminal(output, Console.Error, null, isColored: false, progress);
        var isColored = string.IsNullOrEmpty(variable("NO_COLOR")) && !isDumb;
        return new Terminal(output, Console.Error, Columns(), isColored, progress, Console.IsInputRedirected ? null : Console.In.ReadLine);

        static int Columns() => Console.WindowWidth is > 0 and var columns ? columns : DefaultWidth;
    }

    /// <summary>The verb's result. Recorded text must pass <see cref="OutgoingText"/> first.</summary>
    public TextWriter Out => output;

    /// <summary>Columns; null if the output is not a terminal.</summary>
    public int? Width => width;

    /// <summary>The progress line; null if standard error is not a terminal.</summary>
    public ProgressLine? Progress => progress;

    /// <summary>Whether there is somebody to ask.</summary>
    public bool CanAsk => readLine is not null;

    /// <summary>Asks a question that is answered with yes or no; anything else is a no.</summary>
    public bool Ask(string question)
    {
        output.Write($"{question} [y/N] ");
        Flush();
        return readLine?.Invoke()?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>Colours a text, if the terminal shows colours.</summary>
    public string Paint(string text, Ink ink) => isColored && text.Length > 0 ? $"\e[{(int)ink}m{text}\e[0m" : text;

    /// <summary>Writes a JSON document, indented on a terminal.</summary>
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

    /// <summary>Writes a remark to standard error, after the output so far.</summary>
    public void Remark(string sentence)
    {
        Flush();
        Fail(sentence);
    }

    /// <summary>Writes the first problems as remarks, and how many more there are.</summary>
    /// <param name="what">What it says before each, such as "Not listed".</param>
    public void Remark(string what, IReadOnlyList<string> problems, int most)
    {
        foreach (var problem in problems.Take(most))
            Remark($"{what}: {problem}");
        if (problems.Count - most is > 0 and var more)
            Remark($"{Numbers.Count(more, "more problem")} like this.");
    }

    /// <summary>Writes an error as one line. Does not flush the output: a failed flush may be the error.</summary>
    public void Fail(string sentence)
    {
        // What was read begins many sentences, and a pipe is the only thing that has a name of words.
        if (sentence.StartsWith(PipedInput.Name, StringComparison.Ordinal))
            sentence = char.ToUpperInvariant(sentence[0]) + sentence[1..];
        WriteError(string.Join(' ', OutgoingText.Show(Door.Replace(sentence)).Split('\n', LineEnds)));
    }

    /// <summary>Writes an error that has several lines.</summary>
    public void Explain(string text) => WriteError(OutgoingText.Show(Door.Replace(text)));

    public void Flush()
    {
        progress?.Clear();
        output.Flush();
    }

    private void WriteError(string text)
    {
        progress?.Clear();
        error.WriteLine(text);
    }
}

/// <summary>Text colours; the values are ECMA-48 codes.</summary>
internal enum Ink
{
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Cyan = 36,
}
