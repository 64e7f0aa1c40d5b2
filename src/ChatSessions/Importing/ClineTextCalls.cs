using System.Globalization;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Results in tasks of Cline and Roo Code that came as text in the user's name: <c>[read_file for 'list.txt'] Result:</c>, and then the result,
/// often in a block of its own. The call is in the agent's last message, as a block, or as XML in its text.
/// </summary>
/// <param name="tags">What the programs put around the user's words.</param>
internal sealed partial class ClineTextCalls(DraftRuns runs, Envelope tags)
{
    /// <summary>A longer beginning counts only if the agent called such a tool: it may be something that the user writes.</summary>
    private const int LongestBeginning = 450;

    private const string BeginningEnd = "] Result:";

    /// <summary>What a program writes in the user's name when the agent is to go on.</summary>
    private static readonly string[] ProgramBeginnings = ["[ERROR] ", "[TASK RESUMPTION]", "[WARNING] "];

    /// <summary>How Cline begins what a command came to. Of the command of <c>attempt_completion</c>, it is a block of its own.</summary>
    private static readonly string[] CommandBeginnings = ["Command executed", "Command failed with exit code "];

    /// <summary>The calls in the agent's last message that have no result yet, in order.</summary>
    private readonly List<(string Id, string Tool)> open = [];

    private bool hasCalls;
    private string heard = "";
    private int count;

    /// <summary>Notes what the agent said last, in which its calls are.</summary>
    public void Heard(RawJson content)
    {
        heard =
            content.AsString() ?? string.Join('\n', content.Items().Select(block => Contents.TextOf(block).AsString()).OfType<string>());
        open.Clear();
        foreach (var block in content.Items())
            if (block.Property("type").AsString() == "tool_use" && block.Property("id").AsString() is { } id)
                open.Add((id, block.Property("name").AsString() ?? ""));
        hasCalls = open.Count > 0;
    }

    /// <summary>Adds the results in a message of the user, with their calls if those are not blocks, and returns what else is in it.</summary>
    public (RawJson Others, bool HasResults) AddResults(RawJson content)
    {
        var blocks = content.Items();
        var rest = new List<RawJson>();
        var hasResults = false;
        for (var index = 0; index < blocks.Count; index++)
        {
            var text = Contents.TextOf(blocks[index]).AsString();
            if (text is null)
            {
                var answered = blocks[index].Property("tool_use_id").AsString();
                open.RemoveAll(call => call.Id == answered);
                rest.Add(blocks[index]);
            }
            else if (BeginsWithOneOf(text, ProgramBeginnings))
            {
                runs.Context("user", Contents.TextOf(blocks[index]));
                hasResults = true;
            }
            else if (BeginningOf(text) is not var (tool, length))
                rest.Add(blocks[index]);
            else
            {
                var result = text[length..].Trim();
                var code = ExitCodeOf(result);
                while (index + 1 < blocks.Count && Contents.TextOf(blocks[index + 1]).AsString() is { } next && Belongs(next, result))
                {
                    result = result.Length == 0 ? next : $"{result}\n{next}";
                    code ??= ExitCodeOf(next);
                    index++;
                }
                // What the user says to a result is in the same block.
                if (result.IndexOf("<feedback>", StringComparison.Ordinal) is >= 0 and var start)
                {
                    rest.Add(JsonText.Quote(result[start..]));
                    result = result[..start].Trim();
                }
                Add(tool, JsonText.Quote(result), code);
                hasResults |= tool != "attempt_completion";
            }
        }
        return blocks.Count == 0 ? (content, false) : (JsonText.List(rest), hasResults);
    }

    /// <summary>Whether a block goes on with the result before it.</summary>
    private bool Belongs(string next, string result) =>
        BeginsWithOneOf(next, CommandBeginnings)
        || (
            result.Length == 0
            && next.Length > 0
            && !next.StartsWith("<environment_details>", StringComparison.Ordinal)
            && !next.StartsWith("<feedback>", StringComparison.Ordinal)
            && !tags.Adds(next)
        );

    private static bool BeginsWithOneOf(string text, string[] beginnings) =>
        Array.Exists(beginnings, beginning => text.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>Finds the tool that a text is a result of, and where the result begins. Null if the text is not a result. A command may have brackets and several lines.</summary>
    private (string Tool, int Length)? BeginningOf(string text)
    {
        if (Tool().Match(text) is not { Success: true } match)
            return null;
        var tool = match.Groups["tool"].Value;
        var end = text.IndexOf(BeginningEnd, match.Length, StringComparison.Ordinal);
        if (end < 0 || (text[match.Length] == ']' && end > match.Length))
            return null;
        var isShort = end <= LongestBeginning && !text.AsSpan(0, end).Contains('\n');
        var isCalled = hasCalls ? open.Count > 0 && (isShort || open.Exists(call => call.Tool == tool)) : isShort || IsHeard(tool);
        return isCalled ? (tool, end + BeginningEnd.Length) : null;
    }

    private bool IsHeard(string tool) => heard.Contains($"<{tool}>", StringComparison.Ordinal);

    private void Add(string tool, RawJson result, int? exitCode)
    {
        var id = TakeCall(tool);
        if (id is null)
        {
            id = $"text-{++count}";
            runs.Call(id, tool, ArgumentsOf(tool));
        }
        runs.Result(id, null, exitCode is { } code ? CodexResult.WithExitCode(code, result) : result);
        if (tool == "attempt_completion")
            runs.Complete();
    }

    private static int? ExitCodeOf(string text) =>
        ExitCode().Match(text) is { Success: true } match
        && int.TryParse(match.Groups["code"].Value, CultureInfo.InvariantCulture, out var code)
            ? code
            : null;

    /// <summary>The id of the first open call of a tool, or else of the first open one: results are in the order of their calls.</summary>
    private string? TakeCall(string tool)
    {
        if (open.Count == 0)
            return null;
        var index = Math.Max(0, open.FindIndex(call => call.Tool == tool));
        var id = open[index].Id;
        open.RemoveAt(index);
        return id;
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

    [GeneratedRegex(@"^\[(?<tool>[a-z_]{1,40})(?=\]| for )")]
    private static partial Regex Tool();

    [GeneratedRegex(@"^Command failed with exit code (?<code>-?[1-9][0-9]{0,9})\b")]
    private static partial Regex ExitCode();

    [GeneratedRegex("<(?<name>[a-z_]{1,40})>")]
    private static partial Regex Element();
}
