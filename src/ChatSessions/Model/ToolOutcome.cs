using System.Text;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>The outcome of a tool use.</summary>
public enum ToolOutcomeKind
{
    /// <summary>There is a result, and it has no sign of failure.</summary>
    Ok,

    /// <summary>The result has one of the signs of failure listed at <see cref="ToolOutcome.Infer"/>.</summary>
    Failed,

    /// <summary>No result was recorded.</summary>
    Unanswered,
}

/// <summary>The outcome of a tool use, with the sign of its failure.</summary>
/// <param name="Kind">The outcome.</param>
/// <param name="Reason">The sign of failure, such as <c>returncode 1</c>; null if it did not fail.</param>
public sealed record ToolOutcome(ToolOutcomeKind Kind, string? Reason)
{
    private static readonly ToolOutcome Ok = new(ToolOutcomeKind.Ok, null);
    private static readonly ToolOutcome Unanswered = new(ToolOutcomeKind.Unanswered, null);

    private static readonly (string, byte[])[] Names =
    [
        .. ("is_error isError success ok error returncode return_code exit_code exitCode output content stdout stderr".Split()).Select(
            name => (name, Encoding.UTF8.GetBytes(name))
        ),
    ];

    /// <summary>How tools of several agents begin the result of a call that they did not carry out.</summary>
    private static readonly byte[][] Rejections =
    [
        .. (
            (string[])
                [
                    "<tool_use_error>",
                    "String to replace not found in file",
                    "No replacement was performed",
                    "No replacement performed",
                    "old_string not found",
                    "oldString not found",
                    "Your proposed edit has introduced new syntax error",
                    "Failed to edit, ",
                    "apply_patch verification failed",
                    "error: patch failed",
                ]
        ).Select(Encoding.UTF8.GetBytes),
    ];

    private const int LongestNotice = 200;
    private const string ErrorIsSet = "error is set";

    /// <summary>Whether the result says that the call failed.</summary>
    public bool IsFailure => Kind == ToolOutcomeKind.Failed;

    /// <summary>Whether the user did not let the call run, or not to its end.</summary>
    internal bool IsRefusal => Refusal.IsReason(Reason);

    /// <summary>
    /// Infers the outcome of a tool use. The wire format has no error flag for results, so this is the only place that knows the signs of
    /// failure. Recorded ones: an object with a true <c>is_error</c> or <c>isError</c>, a false <c>success</c> or <c>ok</c>, a non-empty
    /// <c>error</c>, or an exit code other than 0, also if the object was recorded as a text; one that is an error's of GraphQL or has the
    /// status <c>error</c> with a message; a text that begins with an error message or a Python traceback and is not what a program read, or
    /// that ends with "EXECUTION TIMED OUT"; a text that says that the user refused or cancelled the call. Exit code 1 is not a failure if the
    /// command ends in a question, such as <c>grep</c>; nor is 123 if <c>xargs</c> asks the question. A rejected edit is a failure, and so is
    /// the answer that a task in the background failed. If a program ran and no exit code was recorded, the lines that it printed decide; if
    /// they end in a summary of failed tests, also if the exit code is 0.
    /// </summary>
    public static ToolOutcome Infer(ToolUse use)
    {
        if (use.Result is not { Result: var result })
            return Unanswered;
        var found = Look(result);
        var sign =
            found.Sign is null || (found.Beginning != OutputSign.None && IsOfOthers(use, found)) ? SignInText(use, found)
            : (found.IsExitCode1 || found.IsExitCodeOfXargs) && IsAnswerToQuestion(use, found) ? null
            : found.Sign;
        sign ??= BackgroundTask.Read(use, found.Text).Sign ?? SignInJson(use, result);
        if (RefusalIn(use, found, isFailed: sign is not null) is { } refusal)
            sign = refusal;
        return sign is null ? Ok : new ToolOutcome(ToolOutcomeKind.Failed, sign);
    }

    /// <summary>
    /// Whether the result of a call that did not fail does not say either that its program worked: a filter such as <c>grep</c> let
    /// nothing of the output through, or the exit code is that of a question behind it.
    /// </summary>
    internal static bool IsUnproven(ToolUse use)
    {
        if (
            use is not { Outcome.Kind: ToolOutcomeKind.Ok, Result.Result: var result }
            || ShellCommand.Find(use.Call) is not { Runs: true } command
        )
            return false;
        var found = Look(result);
        return found.IsExitCode1 || found.IsExitCodeOfXargs
            ? !command.TellsExitCode
            : command.ShowsSomeLines && IsBlank(found.Text) && (found.ErrorText.IsMissing || IsBlank(found.ErrorText));
    }

    /// <summary>
    /// What the user did, if the user did not let the call run, or not to its end. A file that a program shows may have the same words.
    /// </summary>
    private static string? RefusalIn(ToolUse use, Findings found, bool isFailed)
    {
        var said =
            Refusal.Find(found.Text, isFailed)
            ?? Refusal.Find(found.Error.Kind == JsonValueKind.Object ? found.Error.Property("message") : found.Error, isFailed)
            ?? (isFailed && found.Text.Kind == JsonValueKind.Object ? Refusal.Find(found.Text.Property("error"), isFailed) : null);
        return said is null || (!isFailed && ShellCommand.Find(use.Call) is { Reads: true }) ? null : said;
    }

    /// <summary>The sign in an object, recorded as such or as a text.</summary>
    private static string? SignInJson(ToolUse use, RawJson result)
    {
        if (result.Kind == JsonValueKind.Object)
            return ErrorJson.Sign(result);
        if (ErrorJson.In(result, use.Call) is not { IsMissing: false } told)
            return null;
        var sign = Look(told).Sign ?? ErrorJson.Sign(told);
        return sign == ErrorIsSet && ErrorJson.IsOfThing(told) ? null : sign;
    }

    private static bool IsBlank(RawJson text) => text.AsString() is { } value && string.IsNullOrWhiteSpace(value);

    /// <summary>What a result says: its recorded sign of failure, its exit code, and its texts.</summary>
    private record struct Findings(
        string? Sign,
        bool IsExitCode1,
        bool IsExitCodeOfXargs,
        bool IsExitCode0,
        RawJson Text,
        RawJson ErrorText,
        RawJson Error
    )
    {
        /// <summary>What a text begins with, if that is the sign.</summary>
        public OutputSign Beginning { get; set; }
    }

    private static Findings Look(RawJson result)
    {
        var found = new Findings();
        switch (result.Kind)
        {
            case JsonValueKind.String:
                // Looks only at the beginning, because a result can be megabytes long.
                var start = result.Utf8.Span[1..];
                found.Text = result;
                found.Beginning =
                    ErrorMessage.IsAtStart(start[..^1]) ? OutputSign.Word
                    : start.StartsWith("Traceback (most recent call last)"u8) ? OutputSign.Traceback
                    : OutputSign.None;
                found.Sign =
                    found.Beginning == OutputSign.Word ? "begins with \"Error\""
                    : found.Beginning == OutputSign.Traceback ? "begins with a traceback"
                    : IsTimedOut(EditorPrompt.Without(start[..^1])) ? "the execution timed out"
                    : null;
                break;
            case JsonValueKind.Object:
                // Reads without allocating, because this runs for every result of a session.
                var walk = new JsonWalk(result);
                var signs = 0;
                while (walk.NextProperty())
                {
                    if (KnownName(walk.Name) is not { } name)
                        continue;
                    var sign = SignOfFailure(name, walk.Value);
                    found.Sign ??= sign;
                    signs += sign is null ? 0 : 1;
                    switch (name)
                    {
                        case "returncode" or "return_code" or "exit_code" or "exitCode":
                            found.IsExitCode0 |= walk.Value.AsInt64() == 0;
                            found.IsExitCode1 |= walk.Value.AsInt64() == 1;
                            found.IsExitCodeOfXargs |= walk.Value.AsInt64() == 123;
                            break;
                        case "output" or "content" or "stdout":
                            found.Text = walk.Value;
                            break;
                        case "stderr":
                            found.ErrorText = walk.Value;
                            break;
                        case "error":
                            found.Error = walk.Value;
                            break;
                    }
                }
                // Claude Code writes the exit code above the output.
                if (found.Sign == "is_error is true" && found.Text.Utf8.Span is var text)
                    found.IsExitCode1 |= text.StartsWith("\"Exit code 1\\n"u8) || text.SequenceEqual("\"Exit code 1\""u8);
                found.IsExitCode1 &= signs == 1;
                found.IsExitCodeOfXargs &= signs == 1;
                break;
        }
        return found;
    }

    /// <summary>Whether a result is a text that begins as an error message or a traceback does.</summary>
    internal static bool BeginsAsFailure(RawJson result) => Look(result).Beginning != OutputSign.None;

    /// <summary>
    /// Whether what a text begins with is not what the call itself came to: it stands in a file or a log that a program shows, or it is a
    /// traceback that tests logged before they passed. What a tool says of itself is left out.
    /// </summary>
    private static bool IsOfOthers(ToolUse use, Findings found)
    {
        var start = found.Text.Utf8.Span[1..];
        return !start.StartsWith("Error executing "u8)
            && !start.StartsWith("Error calling tool "u8)
            && ShellCommand.Find(use.Call) is { } command
            && (command.Reads || command.ExcusesAll || (found.Beginning == OutputSign.Traceback && IsLoggedByTests(command, found)));
    }

    /// <summary>How environments for agents end the output of a command that they stopped.</summary>
    private static bool IsTimedOut(ReadOnlySpan<byte> text)
    {
        var end = text.Length > LongestNotice ? text[^LongestNotice..] : text;
        var notice = end.LastIndexOf("EXECUTION TIMED OUT"u8);
        return notice == 0 || (notice > 1 && end[..notice].EndsWith("\\n"u8));
    }

    /// <summary>Whether an exit code of 1 says only that nothing was found, or that two things differ.</summary>
    private static bool IsAnswerToQuestion(ToolUse use, Findings found)
    {
        if (ShellCommand.Find(use.Call) is not { AsksLast: true } command || (found.IsExitCodeOfXargs && !command.AsksByXargs))
            return false;
        foreach (var text in (ReadOnlySpan<RawJson>)[found.Text, found.ErrorText])
            if (OutputSigns.HasComplaint(text, command) || (command.Runs && OutputSigns.Find(text) > OutputSign.Word))
                return false;
        return true;
    }

    private static string? SignInText(ToolUse use, Findings found)
    {
        // A program that only reads may show a file in which the same words stand.
        if (IsRejection(found.Text) && ShellCommand.Find(use.Call) is not { Reads: true })
            return "the call was rejected";
        var sign = Stronger(OutputSigns.Find(found.Text), OutputSigns.Find(found.ErrorText));
        // Whether a command ran something is asked last, because few outputs have a sign.
        if (
            sign == OutputSign.None
            || ShellCommand.Find(use.Call) is not { Runs: true } command
            || (sign == OutputSign.Traceback && IsLoggedByTests(command, found) && (sign = WithoutTracebacks(found)) == OutputSign.None)
            || (sign == OutputSign.Word && command.RunsScriptsOnly)
            || (found.IsExitCode0 && command.TellsExitCode && !(command.EndsInRun && EndsInFailedTests(found)))
            || (sign != OutputSign.FailedTests && IsExcused(command, found))
        )
            return null;
        return sign switch
        {
            OutputSign.FailedTests => "output shows failed tests",
            OutputSign.Traceback => "output shows a traceback",
            _ => "output shows an error",
        };
    }

    /// <summary>
    /// Whether the command lets errors pass, as <c>make || true</c> does, and nothing else that it runs may have printed one. A shell names the
    /// program that it did not find.
    /// </summary>
    private static bool IsExcused(ShellCommand command, Findings found) =>
        command.ExcusesAll
        || (
            command.Excused is { Count: > 0 } excused
            && OutputSigns.Find(found.Text, excused: excused) == OutputSign.None
            && OutputSigns.Find(found.ErrorText, excused: excused) == OutputSign.None
        );

    /// <summary>Tests can fail without an exit code that says it: <c>python -c "…TextTestRunner().run(suite)"</c>.</summary>
    private static bool EndsInFailedTests(Findings found) =>
        TestLine.EndsInFailures(found.Text) || TestLine.EndsInFailures(found.ErrorText);

    /// <summary>Tests that passed may have logged a traceback. The count at the end speaks for them, if nothing else ran.</summary>
    private static bool IsLoggedByTests(ShellCommand command, Findings found) =>
        command.RunsOnce && (TestLine.EndsInPasses(found.Text) || TestLine.EndsInPasses(found.ErrorText));

    private static OutputSign WithoutTracebacks(Findings found) =>
        Stronger(OutputSigns.Find(found.Text, withTracebacks: false), OutputSigns.Find(found.ErrorText, withTracebacks: false));

    private static OutputSign Stronger(OutputSign one, OutputSign other) => one > other ? one : other;

    private static bool IsRejection(RawJson text)
    {
        if (text.Kind != JsonValueKind.String)
            return false;
        var start = text.Utf8.Span[1..];
        foreach (var rejection in Rejections)
            if (start.StartsWith(rejection))
                return true;
        return false;
    }

    private static string? KnownName(ReadOnlySpan<byte> recorded)
    {
        foreach (var (name, utf8) in Names)
            if (RawJson.NameIs(recorded, utf8))
                return name;
        return null;
    }

    private static string? SignOfFailure(string name, RawJson value) =>
        name switch
        {
            "is_error" or "isError" when value.Kind == JsonValueKind.True => $"{name} is true",
            "success" or "ok" when value.Kind == JsonValueKind.False => $"{name} is false",
            "error" when !IsEmpty(value) => ErrorIsSet,
            "returncode" or "return_code" or "exit_code" or "exitCode" when value.Kind == JsonValueKind.Number && value.AsInt64() != 0 =>
                value.Utf8.Length <= 20 ? $"{name} {value}" : $"{name} is not 0",
            _ => null,
        };

    private static bool IsEmpty(RawJson value) =>
        value.Kind switch
        {
            JsonValueKind.Null or JsonValueKind.False => true,
            JsonValueKind.String => value.Utf8.Length == 2,
            JsonValueKind.Number => value.AsInt64() == 0,
            JsonValueKind.Object or JsonValueKind.Array => value.Properties().Count == 0 && value.Items().Count == 0,
            _ => false,
        };
}
