using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>The sections of a tool use: the call with its arguments, and its result.</summary>
internal static class CallSections
{
    /// <summary>An object with more fields is shown as JSON.</summary>
    private const int MostNamed = 12;

    /// <summary>
    /// The same for a failed call if the beginnings of its arguments, with a marker each, are longer: so its error line fits in a small budget.
    /// </summary>
    private const int MostNamedOfFailure = 4;
    private const int LongBeginnings = 250;

    private const int LongestErrorLine = 240;
    private const int LongestQuote = 120;

    /// <summary>In shorter output, the two ends show every line.</summary>
    private const int ShortestOutput = 400;

    public static Section[] Of(Draft draft, ToolUse use, Recurrence recurrence) =>
        [.. OfCall(draft, use, recurrence.SameCall), OfResult(draft, use, recurrence)];

    private static IEnumerable<Section> OfCall(Draft draft, ToolUse use, int? sameCall)
    {
        if (use.Call is not { } call)
            yield break;
        var label = $"#{call.Position} {Section.ToolOf(call.Name)}{Times.Of(draft.Session.Session, use)}:";
        if (sameCall is { } earlier && new SameEvent(draft, earlier) is { IsLeftOut: false } same)
        {
            yield return new(label, [], entry => entry with { SameAs = earlier }, call.Position, Same: same);
            yield break;
        }
        var shown = draft.Session[call.Position];
        var arguments = call.Arguments.Properties();
        var varying = arguments.Where(argument => !draft.Head.IsConstant(use.Name, argument.Key)).ToList();
        var isChange = draft.Highlights.IsChange(use);
        if (
            arguments.Count > (use.Outcome.IsFailure && LengthOfBeginnings(arguments) > LongBeginnings ? MostNamedOfFailure : MostNamed)
            || call.Arguments.Kind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined)
        )
        {
            yield return OfUnnamed(label, call, new RecordedText((shown, call.Arguments)));
            yield break;
        }
        var named = varying.ConvertAll(argument => new NamedText(Section.NameOf(argument.Key), argument.Value, TextOf(argument)));
        yield return new(
            label,
            named.ConvertAll(one => one.Text),
            entry =>
                entry with
                {
                    Arguments = NamedText.ToJson(named),
                    ArgumentCuts = NamedText.CutsOf(named, call.Position, isNamed: named.Count > 1, isOfResult: false),
                    Note = NamedText.NoteOf(named),
                },
            call.Position
        );

        GrowingText TextOf(KeyValuePair<string, RawJson> argument)
        {
            var name = arguments.Count == 1 ? "" : Section.ArgumentOf(argument.Key) + ": ";
            var text = new RecordedText((shown, argument.Value));
            return isChange && draft.Highlights.ChangedLines(use, text, argument.Value) is { Length: > 0 } changed
                ? Ladder.Change(name, text, changed, draft.Highlights.IsLastEdit(use), draft.Highlights.IsLastChange(use), draft.Shown)
                : Ladder.Argument(name, text, varying.Count);
        }
    }

    /// <summary>About what is shown of named arguments at first: of each, its beginning, and the marker of what is cut.</summary>
    private static int LengthOfBeginnings(IReadOnlyList<KeyValuePair<string, RawJson>> arguments)
    {
        var head = Ladder.HeadOfArgument(arguments.Count);
        return arguments.Sum(one =>
            one.Key.Length + (one.Value.Utf8.Length > 2 * head ? head / 2 + GrowingText.MarkerLength : one.Value.Utf8.Length)
        );
    }

    /// <summary>A call whose arguments are no object, or too many to be named.</summary>
    private static Section OfUnnamed(string label, ToolCallEvent call, RecordedText recorded)
    {
        var text = Ladder.Argument("", recorded);
        var exact = new Lazy<JsonElement?>(() => call.Arguments.Kind == JsonValueKind.Object ? ShownJson.Of(call.Arguments) : null);
        return new(
            label,
            [text],
            entry =>
                text.IsWhole && exact.Value is { } whole
                    ? entry with
                    {
                        Arguments = whole,
                    }
                    : entry with
                    {
                        ArgumentsText = text.Shown.Exact.Text,
                        ArgumentCuts = CutFields.From(text.Shown.Exact, null, call.Position),
                    },
            call.Position
        );
    }

    private static Section OfResult(Draft draft, ToolUse use, Recurrence recurrence)
    {
        if (use.Result is not { } result)
            return new("→ unanswered", [], entry => entry with { Outcome = "unanswered" }, IsFailure: true);
        var shown = draft.Session[result.Position];
        var text = ToolResultText.Find(result.Result);
        var others = ToolResultText.OtherFields(result.Result).ToList();
        if (others.Count > MostNamed)
            (text, others) = (result.Result, []);
        var recorded = new RecordedText((shown, text));

        var label = new StringBuilder("→");
        if (use.Call is null)
            label = new($"#{result.Position} {Section.ToolOf(result.Name)} result without a call:");
        else if (result.Position != use.Call.Position + 1)
            label.Append(CultureInfo.InvariantCulture, $" #{result.Position}:");
        // A result that is left out may be named later. A failure is never left out.
        var mayBeLeftOut = use is { Call: not null, Outcome.IsFailure: false };
        var same =
            recurrence.SameResult is { } earlier && new SameEvent(draft, earlier) is var first && (mayBeLeftOut || !first.IsLeftOut)
                ? first
                : null;
        int? lastLine = null;
        var facts = new EntryFields();
        if (use.Outcome is { IsFailure: true, Reason: { } sign })
        {
            var reason = OutgoingText.ShowLine(sign, Section.LongestName);
            facts = new() { Reason = reason };
            // What some tools write below the output of a command is not about what went wrong.
            var report = ShellReport.OutputIn(recorded.Text);
            var output = report ?? recorded.Text;
            var error = ErrorLine.Last(output);
            // An error line longer than a screen line is quoted by its beginning, which the end of the window would not include.
            var isRefusal = use.Outcome.IsRefusal;
            var isLong = !isRefusal && error.Length > LongestErrorLine;
            // What stands last in a refusal is what the program says of every refusal.
            lastLine = isLong || isRefusal ? 0 : recorded.Text.Length - recorded.Text.LastIndexOf(error, StringComparison.Ordinal);
            var quoted =
                same is not null ? null
                : isRefusal ? FailureLine.Find(use)
                : isLong ? error
                : report is not null || output.Length > ShortestOutput
                    ? ErrorLine.OfException(output) ?? AboveLast(error, use, draft.IsSmall)
                : null;
            if (quoted is not null)
            {
                facts = facts with { Error = OutgoingText.ShowLine(quoted, LongestQuote) };
                var inBrackets = facts.Error is { } shownError ? Quoted.InBrackets(shownError) : null;
                reason += $"{(isRefusal ? ": " : "; ")}{(isLong ? "the last line begins " : "")}{inBrackets}";
            }
            label.Append(CultureInfo.InvariantCulture, $" failed ({reason}):");
        }
        else if (
            draft.Highlights.IsLastPass(use)
            && ErrorLine.Last(ShellReport.OutputIn(recorded.Text) ?? recorded.Text) is { Length: <= LongestErrorLine } verdict
        )
            lastLine = recorded.Text.Length - recorded.Text.LastIndexOf(verdict, StringComparison.Ordinal);

        if (same is not null)
            return new(
                label.ToString(),
                [],
                entry => entry with { Reason = facts.Reason, ResultSameAs = same.Position },
                result.Position,
                mayBeLeftOut,
                same,
                use.Outcome.IsFailure
            );

        var fields = others.ConvertAll(other => Named(other.Key, other.Value, others.Count));
        var main = Ladder.Result(
            recorded,
            lastLine,
            recurrence.IsTelling,
            draft.Highlights.IsLastDiff(result.Position),
            draft.Highlights.IsReceipt(use),
            draft.Highlights.TellingLines(result.Position, recorded.Text, recorded.IsJson),
            draft.Shown
        );
        NamedText? image = result.ImageAttachment is null ? null : Named("image", result.Json.Property("image_attachment"), 1);
        return new(
            label.ToString(),
            [.. fields.Select(one => one.Text), main, .. image is null ? (GrowingText[])[] : [image.Text]],
            entry => WithResult(entry, facts, main.Shown.Exact, image is null ? fields : [.. fields, image], result.Position),
            result.Position,
            mayBeLeftOut,
            IsFailure: use.Outcome.IsFailure
        );

        NamedText Named(string name, RawJson value, int count) =>
            new(Section.NameOf(name), value, Ladder.Argument(Section.ArgumentOf(name) + ": ", new RecordedText((shown, value)), count));
    }

    /// <summary>
    /// What went wrong, in another line than the last; null if that says it. A count of failed tests does not say which, or why, but is enough in a
    /// small answer.
    /// </summary>
    private static string? AboveLast(string last, ToolUse use, bool isSmall) =>
        !(isSmall && VerdictLine.CountsFailures(last))
        && FailureLine.Find(use) is { } line
        && !last.Contains(line, StringComparison.Ordinal)
        && !line.StartsWith("Traceback (", StringComparison.Ordinal)
            ? line
            : null;

    private static EntryFields WithResult(EntryFields entry, EntryFields facts, ShownText text, List<NamedText> fields, int position)
    {
        CutFields[] cuts = [.. CutFields.From(text, null, position, true) ?? [], .. NamedText.CutsOf(fields, position, true, true) ?? []];
        return entry with
        {
            Reason = facts.Reason,
            Error = facts.Error,
            Result = text.Text,
            Rows = RowFields.Of(text),
            ResultFields = NamedText.ToJson(fields),
            Cuts = cuts.Length == 0 ? null : cuts,
            Note = entry.Note ?? NamedText.NoteOf(fields),
        };
    }
}
