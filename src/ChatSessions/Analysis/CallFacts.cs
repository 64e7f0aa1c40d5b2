using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>What is recorded of a tool call, and what follows from its place among the others.</summary>
/// <param name="Use">The call with its result.</param>
/// <param name="Turn">The number of its turn, from 1.</param>
/// <param name="ParallelGroup">The position of the first of the calls that ran at the same time; null if it ran alone.</param>
/// <param name="Repeats">The position of the first call of the same tool with the same arguments; null if this is the first.</param>
/// <param name="SameResult">The position of the result of that first call, if this one's is the same; otherwise null.</param>
public sealed record CallFacts(ToolUse Use, int Turn, int? ParallelGroup, int? Repeats, int? SameResult)
{
    private static readonly string[] ExitCodes = ["returncode", "return_code", "exit_code", "exitCode"];

    /// <summary>The exit code of the call's program; null if none was recorded.</summary>
    public long? ExitCode
    {
        get
        {
            if (Use.Result is not { Result: { Kind: JsonValueKind.Object } result })
                return BackgroundTask.Read(Use, ResultText).ExitCode;
            foreach (var name in ExitCodes)
                if (result.Property(name).AsInt64() is { } code)
                    return code;
            return result.Property("is_error").Kind == JsonValueKind.True ? ExitCodeAbove(ResultText.Utf8.Span) : null;
        }
    }

    /// <summary>
    /// The part of the result that a person would read first, see <see cref="ToolResultText"/>; all of it, if that part is empty and others
    /// are not. Missing if there is no result.
    /// </summary>
    internal RawJson ResultText =>
        Use.Result is not { Result: var result } ? default
        : ToolResultText.Find(result) is var text && IsBlank(text) && ToolResultText.OtherFields(result).Any() ? result
        : text;

    /// <summary>The fields of the result that say something other than <see cref="ResultText"/>.</summary>
    internal IEnumerable<KeyValuePair<string, RawJson>> OtherFields =>
        Use.Result is { Result: var result } && !ResultText.Utf8.Equals(result.Utf8) ? ToolResultText.OtherFields(result) : [];

    /// <summary>The length of the result's text in characters; null if there is no result.</summary>
    public int? ResultCharacters => Use.Result is null ? null : LengthOf(ResultText);

    /// <summary>The line of a failed call's result that says what went wrong; null if the call did not fail, or nothing says it.</summary>
    public string? ErrorLine => Use.Outcome.IsFailure ? FailureLine.Find(Use) : null;

    /// <summary>All tool calls of a session in order, and results without a call where they stand.</summary>
    public static ImmutableArray<CallFacts> Of(Session session)
    {
        var facts = ImmutableArray.CreateBuilder<CallFacts>();
        var firsts = new Dictionary<int, List<ToolUse>>();
        var parallel = new ParallelCalls(session.Events);
        foreach (var use in session.ToolUses)
        {
            var first = use.Call is { } call ? FirstLike(firsts, use, call) : null;
            var isSameResult =
                first?.Result is { } earlier && use.Result is { } result && earlier.Result.Utf8.Span.SequenceEqual(result.Result.Utf8.Span);
            facts.Add(new(use, session.TurnAt(use.Position).Number, null, first?.Position, isSameResult ? first!.Result!.Position : null));
            if (use.Call is not null && parallel.StartOfGroup(use, facts[^1].Turn) is { } start)
                Join(facts, start);
        }
        return facts.DrainToImmutable();
    }

    /// <summary>Notes of the last call, and of the first of its group, that they ran in parallel.</summary>
    private static void Join(ImmutableArray<CallFacts>.Builder facts, int start)
    {
        facts[^1] = facts[^1] with { ParallelGroup = start };
        // The first call learns of its group with the second; from the third on, this ends at once.
        for (var index = facts.Count - 2; index >= 0 && facts[index].ParallelGroup is null; index--)
        {
            if (facts[index].Use.Position != start)
                continue;
            facts[index] = facts[index] with { ParallelGroup = start };
            return;
        }
    }

    private static ToolUse? FirstLike(Dictionary<int, List<ToolUse>> firsts, ToolUse use, ToolCallEvent call)
    {
        var hash = new HashCode();
        hash.Add(call.Name);
        hash.AddBytes(call.Arguments.Utf8.Span);
        ref var alike = ref CollectionsMarshal.GetValueRefOrAddDefault(firsts, hash.ToHashCode(), out _);
        foreach (var first in alike ??= [])
            if (first.Call!.Name == call.Name && first.Call.Arguments.Utf8.Span.SequenceEqual(call.Arguments.Utf8.Span))
                return first;
        alike.Add(use);
        return null;
    }

    /// <summary>Claude Code writes the exit code above the output.</summary>
    private static long? ExitCodeAbove(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("\"Exit code "u8))
            return null;
        var digits = text["\"Exit code "u8.Length..];
        var length = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length > 0 && long.TryParse(digits[..length], out var code) ? code : null;
    }

    private static bool IsBlank(RawJson value) =>
        value.Kind is JsonValueKind.Null or JsonValueKind.Undefined || (value.Kind == JsonValueKind.String && value.Utf8.Length == 2);

    /// <summary>The length of a string, or of other JSON without the white space between its tokens.</summary>
    internal static int LengthOf(RawJson value)
    {
        if (value.IsMissing)
            return 0;
        var utf8 = value.Utf8.Span;
        if (value.Kind == JsonValueKind.String)
            return RawJson.UnescapedLength(utf8[1..^1]);
        var length = Encoding.UTF8.GetCharCount(utf8);
        for (var (at, isInString) = (0, false); at < utf8.Length; at++)
        {
            if (utf8[at] == '"')
                isInString = !isInString;
            else if (isInString && utf8[at] == '\\')
                at++;
            else if (!isInString && utf8[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
                length--;
        }
        return length;
    }
}
