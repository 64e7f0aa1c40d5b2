using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Calls in tasks of Cline and Roo Code whose model wrote them as XML in its text. Their results came as text in the user's name:
/// <c>[read_file for 'list.txt'] Result:</c>, and then the result, often in a block of its own.
/// </summary>
internal sealed partial class ClineTextCalls(DraftRuns runs)
{
    /// <summary>What a program writes in the user's name when the agent is to go on.</summary>
    private static readonly string[] ProgramBeginnings = ["[ERROR] ", "[TASK RESUMPTION]", "[WARNING] "];

    private string heard = "";
    private int count;

    /// <summary>Notes what the agent said last, in which its call is.</summary>
    public void Heard(RawJson content) =>
        heard =
            content.AsString() ?? string.Join('\n', content.Items().Select(block => Contents.TextOf(block).AsString()).OfType<string>());

    /// <summary>Adds the calls whose results are in a message of the user, and returns what else is in it.</summary>
    public (RawJson Others, bool HasResults) AddResults(RawJson content)
    {
        var blocks = content.Items();
        var rest = new List<RawJson>();
        var hasResults = false;
        for (var index = 0; index < blocks.Count; index++)
        {
            var text = Contents.TextOf(blocks[index]).AsString();
            if (text is not null && ProgramBeginnings.Any(beginning => text.StartsWith(beginning, StringComparison.Ordinal)))
            {
                runs.Context("user", Contents.TextOf(blocks[index]));
                hasResults = true;
            }
            else if (text is null || Beginning().Match(text) is not { Success: true } match)
                rest.Add(blocks[index]);
            else
            {
                var result = text[match.Length..].Trim();
                if (
                    result.Length == 0
                    && index + 1 < blocks.Count
                    && Contents.TextOf(blocks[index + 1]).AsString() is { } next
                    && !IsTagged(next)
                )
                {
                    result = next;
                    index++;
                }
                // What the user says to a result is in the same block.
                if (result.IndexOf("<feedback>", StringComparison.Ordinal) is >= 0 and var start)
                {
                    rest.Add(JsonText.Quote(result[start..]));
                    result = result[..start].Trim();
                }
                Add(match.Groups["tool"].Value, JsonText.Quote(result));
                hasResults |= match.Groups["tool"].Value != "attempt_completion";
            }
        }
        return blocks.Count == 0 ? (content, false) : (JsonText.List(rest), hasResults);
    }

    private static bool IsTagged(string text) =>
        text.StartsWith("<environment_details>", StringComparison.Ordinal) || text.StartsWith("<feedback>", StringComparison.Ordinal);

    private void Add(string tool, RawJson result)
    {
        var id = $"text-{++count}";
        runs.Call(id, tool, ArgumentsOf(tool));
        runs.Result(id, tool, result);
        if (tool == "attempt_completion")
            runs.Complete();
    }

    /// <summary>The elements inside of the call's own; missing if the agent did not write it so.</summary>
    private RawJson ArgumentsOf(string tool)
    {
        var start = heard.IndexOf($"<{tool}>", StringComparison.Ordinal);
        var end = start < 0 ? -1 : heard.IndexOf($"</{tool}>", start, StringComparison.Ordinal);
        if (end < 0)
            return default;
        var inner = heard[(start + tool.Length + 2)..end];
        return JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            for (var at = 0; Element().Match(inner, at) is { Success: true } open; )
            {
                var name = open.Groups["name"].Value;
                var close = inner.IndexOf($"</{name}>", open.Index + open.Length, StringComparison.Ordinal);
                if (close < 0)
                    break;
                writer.WriteString(name, inner[(open.Index + open.Length)..close].Trim());
                at = close + name.Length + 3;
            }
            writer.WriteEndObject();
        });
    }

    [GeneratedRegex(@"^\[(?<tool>[a-z_]{1,40})(?: for [^\n]{0,400})?\] Result:")]
    private static partial Regex Beginning();

    [GeneratedRegex("<(?<name>[a-z_]{1,40})>")]
    private static partial Regex Element();
}
