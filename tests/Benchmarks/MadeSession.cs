using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Benchmarks;

/// <summary>
/// Sessions of any length, shaped as real agents' are: thoughts, passages, calls of a few tools with arguments, results of about half a
/// kilobyte of which some failed, and a question every two hundred events. The same arguments make the same bytes.
/// </summary>
internal static class MadeSession
{
    private static readonly string[] Words =
        "the file test of a parser returns value in line which error was not found when it runs with module import path config and fails on for each rule naïve".Split(
            ' '
        );

    private static readonly string[] Tools = ["bash", "read_file", "edit_file", "search", "run_tests"];

    /// <param name="outputLength">What the output of a call has on the average, in characters.</param>
    /// <param name="words">What its texts are made of, if not of usual words.</param>
    public static byte[] Json(string id, int events, int outputLength = 320, string[]? words = null)
    {
        words ??= Words;
        var random = new Random(events);
        var buffer = new ArrayBufferWriter<byte>(events * 260);
        using var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("session_id", id);
        json.WriteString("last_updated_at", "2026-04-22T12:34:41.342245");
        json.WriteString("generated_title", Prose(random, words, 40));
        json.WriteStartArray("index_ids");
        json.WriteEndArray();
        json.WriteStartObject("job_metadata");
        json.WriteBoolean("is_error", false);
        WriteUsage(json);
        json.WriteEndObject();
        json.WriteStartArray("events");
        var (call, tool) = ("", "");
        for (var index = 0; index < events; index++)
        {
            json.WriteStartObject();
            if (index == events - 1)
                WriteStop(json);
            else if (index % 200 == 0)
                WriteContent(json, "user_input", Prose(random, words, 160));
            else if (index % 4 == 2)
            {
                (call, tool) = ($"call_{index:D7}_{random.NextInt64():x16}", Tools[random.Next(Tools.Length)]);
                WriteCall(json, random, words, call, tool);
            }
            else if (index % 4 == 3)
                WriteResult(json, random, words, call, tool, outputLength);
            else
                WriteContent(json, index % 4 == 1 ? "thinking" : "text", Prose(random, words, random.Next(60, 210)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteContent(Utf8JsonWriter json, string type, string content)
    {
        json.WriteString("type", type);
        json.WriteString("content", content);
    }

    private static void WriteCall(Utf8JsonWriter json, Random random, string[] words, string call, string tool)
    {
        json.WriteString("type", "tool_call");
        json.WriteString("call_id", call);
        json.WriteString("name", tool);
        json.WriteStartObject("arguments");
        json.WriteString("path", $"src/{Prose(random, words, 16).Replace(' ', '/')}.py");
        if (random.Next(2) == 0)
            json.WriteNumber("line", random.Next(2_000));
        json.WriteString("query", Prose(random, words, random.Next(10, 60)));
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Random random, string[] words, string call, string tool, int outputLength)
    {
        json.WriteString("type", "tool_result");
        json.WriteString("call_id", call);
        json.WriteString("name", tool);
        json.WriteStartObject("result");
        json.WriteNumber("returncode", random.Next(12) == 0 ? 1 : 0);
        json.WriteString("output", Output(random, words, random.Next(outputLength / 2, outputLength * 3 / 2)));
        json.WriteEndObject();
    }

    private static void WriteStop(Utf8JsonWriter json)
    {
        json.WriteString("type", "stop");
        json.WriteBoolean("is_error", false);
        json.WriteNull("error");
        json.WriteStartObject("usage");
        WriteUsage(json);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json)
    {
        json.WriteNumber("duration_ms", 812_345.6);
        json.WriteNumber("total_input_tokens", 1_234_567);
        json.WriteNumber("total_output_tokens", 45_678);
        json.WriteNumber("turns", 321);
    }

    private static string Prose(Random random, string[] words, int length)
    {
        var text = new StringBuilder(length + 16);
        while (text.Length < length)
            text.Append(text.Length > 0 ? " " : "").Append(words[random.Next(words.Length)]);
        return text.ToString();
    }

    /// <summary>Lines as tools print them: numbers, indentation, quotes.</summary>
    private static string Output(Random random, string[] words, int length)
    {
        var text = new StringBuilder(length + 60);
        while (text.Length < length)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{random.Next(900), 4}:    self.assert_{words[random.Next(words.Length)]}(\"{Prose(random, words, 24)}\")\n"
            );
        return text.ToString();
    }
}
