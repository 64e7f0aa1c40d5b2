using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;

namespace Benchmarks.Archive;

/// <summary>
/// Sessions that need no files: words as frequent as in a language (the second half as often as the first, the third a third), identifiers,
/// paths, ids, error lines, results as JSON and as text.
/// </summary>
internal sealed class MadeMaterial
{
    private const int Count = 120;
    private const int DifferentWords = 12_000;

    private const string CommonWords =
        "the and error file test value function return with import from class config this that not line when user data run path name "
        + "call list result type code check update read write open found failed should into object model field query request response "
        + "default index string number parser module version change output command directory source expected actual assert raise";

    private static readonly string[] Tools = ["bash", "read_file", "edit_file", "search", "run_tests", "get_order_details"];
    private static readonly string[] Errors =
    [
        "ValueError",
        "KeyError",
        "TimeoutException",
        "AssertionError",
        "E11000",
        "PermissionDenied",
    ];

    private readonly Random random = new(20251101);
    private readonly string[] words;
    private readonly List<string> printed = [];

    private MadeMaterial() =>
        words = [
            .. CommonWords
                .Split(' ')
                .Concat(
                    Enumerable
                        .Range(0, DifferentWords)
                        .Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => Syllable())))
                )
                .Distinct(),
        ];

    public static List<Session> Sessions()
    {
        var material = new MadeMaterial();
        return [.. Enumerable.Range(0, Count).Select(number => SessionJson.Read(material.Json($"made-{number}"), "made"))];
    }

    private byte[] Json(string id)
    {
        var buffer = new ArrayBufferWriter<byte>();
        printed.Clear();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("session_id", id);
            json.WriteString("generated_title", Prose(6));
            json.WriteStartArray("events");
            for (var (call, end) = (0, random.Next(20, 120)); call < end; call++)
                WriteTurn(json, $"call_{call:D4}_{random.NextInt64():x16}", isFirst: call % 30 == 0);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteTurn(Utf8JsonWriter json, string call, bool isFirst)
    {
        var tool = Tools[random.Next(Tools.Length)];
        if (isFirst)
            WriteContent(json, "user_input", Prose(random.Next(10, 120)));
        if (random.Next(2) == 0)
            WriteContent(json, random.Next(3) == 0 ? "text" : "thinking", Prose(random.Next(10, 80)));
        json.WriteStartObject();
        json.WriteString("type", "tool_call");
        json.WriteString("call_id", call);
        json.WriteString("name", tool);
        json.WriteStartObject("arguments");
        json.WriteString("path", FilePath());
        json.WriteString("query", $"{Identifier()} {Prose(random.Next(2, 10))}");
        json.WriteNumber("limit", random.Next(2_000));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "tool_result");
        json.WriteString("call_id", call);
        json.WriteString("name", tool);
        if (random.Next(3) == 0)
            WriteRows(json);
        else
            json.WriteString("result", Output());
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, string type, string content)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("content", content);
        json.WriteEndObject();
    }

    private void WriteRows(Utf8JsonWriter json)
    {
        json.WriteStartObject("result");
        json.WriteStartArray("items");
        for (var row = random.Next(1, 10); row > 0; row--)
        {
            json.WriteStartObject();
            json.WriteString("id", Guid(32));
            json.WriteString("owner", Identifier());
            json.WriteNumber("total", random.Next(100_000));
            json.WriteString("note", Prose(random.Next(3, 14)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Lines as tools print them, of which some say that something failed; the same files are read and the same tests run again and again.</summary>
    private string Output()
    {
        var text = new StringBuilder();
        for (var line = random.Next(3, 40); line > 0; line--)
        {
            if (printed.Count < 10 || random.Next(3) == 0)
                printed.Add(Line());
            text.Append(printed[random.Next(printed.Count)]);
        }
        return text.ToString();
    }

    private string Line() =>
        random.Next(8) switch
        {
            0 => $"  File \"{FilePath()}\", line {random.Next(900)}, in {Identifier()}\n",
            1 => $"{Errors[random.Next(Errors.Length)]}: {Prose(random.Next(3, 9))} '{Identifier()}'\n",
            2 => $"commit {Guid(40)} {Prose(4)}\n",
            3 or 4 => $"{random.Next(900), 4}:    {Identifier()} = {Identifier()}(\"{Prose(2)}\", {random.Next(5_000)})\n",
            _ => $"{Prose(random.Next(4, 12))}\n",
        };

    private string FilePath() => $"/src/{Word()}/{Word()}_{Word()}.py";

    private string Identifier() =>
        random.Next(2) == 0
            ? $"{Word()}_{Word()}_{Word()}"
            : $"{Word()}{string.Concat(Enumerable.Range(0, 2).Select(_ => Capital(Word())))}";

    private string Guid(int length) => random.GetHexString(length, lowercase: true);

    private string Prose(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Word()));

    private string Word() => words[(int)Math.Pow(words.Length, random.NextDouble()) - 1];

    private string Syllable() =>
        $"{"bcdfghklmnprstvw"[random.Next(16)]}{"aeiou"[random.Next(5)]}{"lnrstmk"[random.Next(7)]}"[..random.Next(2, 4)];

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
