using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Reviewing;

/// <summary>How a call of one session compares with one of another.</summary>
public enum AlignmentKind
{
    /// <summary>The same tool, arguments and result.</summary>
    Same,

    /// <summary>The same tool and arguments, but another result.</summary>
    OtherResult,

    /// <summary>The same tool, but other arguments.</summary>
    OtherArguments,

    /// <summary>Only the first session made it.</summary>
    OnlyOne,

    /// <summary>Only the second session made it.</summary>
    OnlyOther,
}

/// <summary>A call of one session, and the call of the other session in its place.</summary>
/// <param name="One">The call of the first session; null if it made none here.</param>
/// <param name="Other">The call of the second session; null if it made none here.</param>
public sealed record AlignedCall(AlignmentKind Kind, ToolUse? One, ToolUse? Other)
{
    /// <summary>The calls of both, in an order that keeps that of each. Calls that only hold a thought are left out.</summary>
    internal static ImmutableArray<AlignedCall> Align(Session one, Session other, CancellationToken cancellationToken)
    {
        var (calls, others) = (CallsOf(one), CallsOf(other));
        var numbers = new CallNumbers();
        var (first, second) = (calls.ConvertAll(numbers.Of), others.ConvertAll(numbers.Of));
        var aligned = ImmutableArray.CreateBuilder<AlignedCall>(Math.Max(calls.Count, others.Count));
        foreach (var (left, right) in Alignment.Of([.. first], [.. second], cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (use, otherUse) = (left < 0 ? null : calls[left], right < 0 ? null : others[right]);
            var kind =
                use is null ? AlignmentKind.OnlyOther
                : otherUse is null ? AlignmentKind.OnlyOne
                : first[left].Key != second[right].Key ? AlignmentKind.OtherArguments
                : SameResult.IsSame(use, otherUse) ? AlignmentKind.Same
                : AlignmentKind.OtherResult;
            aligned.Add(new(kind, use, otherUse));
        }
        return aligned.ToImmutable();
    }

    private static List<ToolUse> CallsOf(Session session) =>
        [.. session.ToolUses.Where(use => use.Call is not null && !ThoughtTool.Is(use))];
}

/// <summary>What calls are aligned by, as numbers that are quick to compare.</summary>
/// <param name="Key">The same for the same call.</param>
/// <param name="Aim">The same for calls that are likely to be about the same: the same program or the same first name or id.</param>
/// <param name="Tool">The same for the same tool; of shells, for the same aim, because everything goes through them.</param>
internal readonly record struct CallNumber(int Key, int Aim, int Tool);

/// <summary>Finds the numbers of calls.</summary>
internal sealed class CallNumbers
{
    private const int ShortestValue = 4;

    private readonly CallKeys keys = new();

    public CallNumber Of(ToolUse use)
    {
        if (ShellCommand.Find(use.Call) is { } command)
        {
            var main = command.Edits ? command.Parts[0] : command.Main;
            var aim = keys.Number($"{use.Name}\naim {main.Name} {(main.Argument.StartsWith('-') ? "" : main.Argument)}");
            return new(keys.Of(use), aim, aim);
        }
        return new(keys.Of(use), keys.Number($"{use.Name}\naim {FirstValue(use.Call!.Arguments)}"), keys.Number($"{use.Name}\ntool"));
    }

    private static string FirstValue(RawJson arguments)
    {
        for (var walk = new JsonWalk(arguments); walk.NextProperty(); )
            if (walk.Value.Kind == System.Text.Json.JsonValueKind.String && walk.Value.Utf8.Length >= ShortestValue + 2)
                return walk.Value.ToString();
        return "";
    }
}
