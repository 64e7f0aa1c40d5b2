using System.Collections.Immutable;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Reviewing;

namespace ChatMcpServer.Answers;

/// <summary>Writes a comparison into a budget: first shorter texts, then fewer rows.</summary>
internal sealed class ComparisonWriter(SessionComparison comparison, string? notes)
{
    /// <summary>How long recorded texts may be: the first at which all but the rows takes no more than half of the budget.</summary>
    private static readonly int[] Lengths = [240, 120, 60, 30, 16];

    /// <summary>Titles and texts that would be shorter than this are left out: their cuts would say more than they do.</summary>
    private const int ShortestText = 30;

    /// <summary>No row costs less.</summary>
    private const int TokensOfRow = 12;

    private const int MostNamed = 12;
    private const int MostNamedShortly = 2;
    private const int MostDifferences = 4;

    public ComparedSessions Within(int maxTokens)
    {
        var length = Array.Find(Lengths, one => one == Lengths[^1] || Fitting.Fits(Head(one), maxTokens / 2));
        var groups = Groups();
        var head = Head(length);
        var most = maxTokens / TokensOfRow;
        var rows = groups.Take(most).Select(group => Row(group, length)).ToImmutableArray();
        return First(Fitting.Rows(rows.Length, maxTokens, First, fewest: 0));

        ComparedSessions First(int count) =>
            head with
            {
                Calls = rows[..count],
                LeftOut = count < groups.Count ? [new("calls", groups.Count - count)] : null,
            };
    }

    private ComparedSessions Head(int length) =>
        new()
        {
            First = Side(comparison.One, comparison.Other, length),
            Second = Side(comparison.Other, comparison.One, length),
            Task = new(
                SnakeCase.Of(comparison.Task.Match),
                comparison.Task.One?.Position,
                comparison.Task.Other?.Position,
                comparison.Task.Shared,
                comparison.Task.All
            ),
            OtherMessage = comparison.FirstOtherMessage is { } said
                ? new(said.One?.Position, Text(said.One, length), said.Other?.Position, Text(said.Other, length))
                : null,
            Divergence = comparison.FirstDivergence is { } first ? Row(first, length) : null,
            Counts = new(
                CountOf(AlignmentKind.Same),
                CountOf(AlignmentKind.OtherResult),
                CountOf(AlignmentKind.OtherArguments),
                CountOf(AlignmentKind.OnlyOne),
                CountOf(AlignmentKind.OnlyOther)
            ),
            Calls = [],
            Notes = notes,
        };

    private int CountOf(AlignmentKind kind) => comparison.Calls.Count(call => call.Kind == kind);

    /// <summary>The files that a session leaves changed.</summary>
    private static IEnumerable<string> NamesOf(ComparedSession side) => side.Files.Where(file => file.IsLeft).Select(file => file.File);

    private static ComparedSide Side(ComparedSession side, ComparedSession other, int length)
    {
        var summary = side.Shown.Session.Summary;
        var tools = side.Tools.ExceptBy(other.Tools.Select(tool => tool.Tool), tool => tool.Tool).ToList();
        var files = side.Files.Where(file => file.IsLeft).ExceptBy(NamesOf(other), file => file.File).ToList();
        return new(
            summary.SessionId.Length <= 4 * length
                ? OutgoingText.ShowName(summary.SessionId)
                : RecordedLine.Write(summary.SessionId, length, null),
            length >= ShortestText && summary.GeneratedTitle is { } title && !string.IsNullOrWhiteSpace(title)
                ? RecordedLine.Write(title, length, null)
                : null,
            SnakeCase.Of(summary.Outcome),
            ReviewedEnding.From(side.Ending, length),
            SessionCounts.From(side.Counts),
            SessionUsage.From(side.Usage),
            side.Answer?.Position,
            length >= ShortestText && side.Answer is { } answer ? RecordedLine.Write(answer.Text, 2 * length, answer.Position) : null,
            Named(tools, length, tool => $"{RecordedLine.Label(tool.Tool, length)} ×{tool.Calls}"),
            Named(
                files,
                length,
                file => $"{Quoted.Between(RecordedLine.Write(file.File, length, file.Position), ", ", " #")} #{file.Position}"
            )
        );
    }

    private static ImmutableArray<string> Named<T>(List<T> all, int length, Func<T, string> name)
    {
        var most = length < ShortestText ? MostNamedShortly : MostNamed;
        return all.Count <= most ? [.. all.Select(name)] : [.. all.Take(most).Select(name), $"and {all.Count - most} more"];
    }

    /// <summary>The rows: neighbours that are the same are one.</summary>
    private List<List<AlignedCall>> Groups()
    {
        var groups = new List<List<AlignedCall>>();
        foreach (var call in comparison.Calls)
        {
            if (call.Kind == AlignmentKind.Same && groups is [.., [{ Kind: AlignmentKind.Same }, ..] last])
                last.Add(call);
            else
                groups.Add([call]);
        }
        return groups;
    }

    private static DivergenceRow Row(Divergence at, int length)
    {
        var differs = at.Kind is AlignmentKind.OtherArguments or AlignmentKind.OtherResult;
        return new(
            at.After,
            at.One?.Position,
            at.One is null ? null : Shown(at.One),
            at.Other?.Position,
            at.Other is null ? null : Shown(at.Other),
            differs ? Differences(at.One!, at.Other!, length) : null
        );

        string Shown(ToolUse use) =>
            at.Kind == AlignmentKind.OtherArguments ? RecordedLine.Label(use.Name, length) : RecordedLine.Call(use, length);
    }

    private static AlignedRow Row(List<AlignedCall> group, int length)
    {
        var call = group[0];
        var (one, other) = (call.One, call.Other);
        var kind = call.Kind switch
        {
            AlignmentKind.OnlyOne => "only_first",
            AlignmentKind.OnlyOther => "only_second",
            var both => SnakeCase.Of(both),
        };
        if (call.Kind == AlignmentKind.Same)
            return new(kind, one!.Position, other!.Position, group.Count, null, null, null);
        var isAlone = one is null || other is null;
        return new(
            kind,
            one?.Position,
            other?.Position,
            null,
            isAlone ? RecordedLine.Call((one ?? other)!, length)
                : call.Kind == AlignmentKind.OtherResult ? RecordedLine.Call(one!, length)
                : RecordedLine.Label(one!.Name, length),
            isAlone ? null : Differences(one!, other!, length),
            Outcome(one, other)
        );
    }

    private static ImmutableArray<DifferenceRow> Differences(ToolUse one, ToolUse other, int length)
    {
        var differences = CallDifference.Between(one, other);
        var rows = differences
            .Take(MostDifferences)
            .Select(found => new DifferenceRow(
                RecordedLine.Write(found.Name, length, null),
                Around(found.One, found.Start, length, found.IsResult ? one.LastPosition : one.Position),
                Around(found.Other, found.OtherStart, length, found.IsResult ? other.LastPosition : other.Position)
            ));
        return differences.Length <= MostDifferences
            ? [.. rows]
            : [.. rows, new($"{differences.Length - MostDifferences} more arguments", null, null)];
    }

    private static string? Around(string? text, int start, int length, int position) =>
        text is null ? null : RecordedLine.From(text, start, length, position);

    /// <summary>What the outcomes are, if one of the calls did not work.</summary>
    private static string? Outcome(ToolUse? one, ToolUse? other)
    {
        var (first, second) = (one?.Outcome.Kind, other?.Outcome.Kind);
        if (first is null or ToolOutcomeKind.Ok && second is null or ToolOutcomeKind.Ok)
            return null;
        return string.Join(" | ", new[] { first, second }.OfType<ToolOutcomeKind>().Select(SnakeCase.Of));
    }

    private static string? Text(UserInputEvent? message, int length) =>
        message is null || length < ShortestText ? null : RecordedLine.Write(message.Content, length, message.Position);
}
