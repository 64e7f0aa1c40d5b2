using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;

namespace Fidelity;

/// <summary>
/// Entries of the structured content in the notation of the text, so that one check looks at where each event is told of. All is
/// taken from the entries; only whether the result of a call that is left out is the next event, which the notation says, comes from the session.
/// </summary>
internal static class EntryNotation
{
    public static Transcript Of(Session session, IReadOnlyList<ShownEntry> entries) =>
        Transcript.Of([.. entries.Select(entry => entry.IsOmitted ? [Omitted(session, entry, entries)] : Shown(entry).ToList())]);

    private static IEnumerable<string> Shown(ShownEntry entry)
    {
        var range = entry.Last is { } last ? $"#{entry.Event}–#{last}" : $"#{entry.Event}";
        var isResult = entry.Tool is not null && !entry.IsCall;
        yield return $"{range} {entry.Tool ?? entry.Kind}{(isResult ? " result without a call" : "")}:";
        if (entry.SameAs is { } same)
            yield return $" same as #{same}, cut there";
        foreach (var line in Lines(entry.Texts.Where(text => !text.IsOfResult)))
            yield return line;
        if (entry.Outcome == "unanswered")
            yield return "→ unanswered";
        else if (entry.ShowsResult && !isResult)
            yield return $"→{(entry.ResultEvent is { } at ? $" #{at}:" : "")}{(entry.ResultSameAs is { } other ? $" same as #{other}, cut there" : "")}";
        foreach (var line in Lines(entry.Texts.Where(text => text.IsOfResult)).Concat(entry.RowLines.Select(row => $" {row}")))
            yield return line;
    }

    /// <summary>Recorded lines, never at the margin.</summary>
    private static IEnumerable<string> Lines(IEnumerable<ShownText> texts) =>
        texts.SelectMany(text => text.Pieces).SelectMany(piece => piece.Split('\n').Append("…")).Select(line => $" {line}");

    private static string Omitted(Session session, ShownEntry entry, IReadOnlyList<ShownEntry> entries)
    {
        var kinds = entry.Properties("omitted").Select(kind => (kind.Name, Count: kind.Value.GetInt32())).ToList();
        if (entry.Event is { } first)
        {
            var named = kinds.Select(kind => kind.Count == 1 ? kind.Name : $"{kind.Name} ×{kind.Count}");
            if (
                entry.String("note")?.Split(", ").FirstOrDefault(part => part.EndsWith(" more kinds", StringComparison.Ordinal)) is { } more
            )
                named = named.Append(more);
            if (entry.Number("failed") is { } failed)
                named = named.Append($"{failed} failed");
            if (entry.Items("like") is { Count: > 0 } like)
                named = named.Append(Like([.. like.Select(at => at.GetInt32())], entry.Items("differs")));
            return $"…[+{entry.Number("events") ?? entry.Last - first + 1} events, #{first}–#{entry.Last}: {string.Join(", ", named)}]";
        }
        var results = kinds.Where(kind => kind.Name == "result").Sum(kind => kind.Count);
        results += entries.Count(shown => shown is { IsCall: true, ShowsResult: false } && shown.Outcome != "unanswered");
        var list = new StringBuilder($"…[+{entry.Number("events")} events:");
        var failedAt = Positions(entry.String("note")).ToHashSet();
        var separator = "";
        foreach (var (kind, count) in kinds.Where(kind => kind.Name != "result"))
            Add($" {kind} ×{count}");
        foreach (var kind in entry.Properties("at"))
        foreach (var at in kind.Value.EnumerateArray().Select(at => at.GetInt32()))
        {
            var result = session.ToolUses.FirstOrDefault(use => use.Call?.Position == at)?.Result?.Position;
            Add($" {kind.Name}{(result == at + 1 ? "+result" : "")} #{at}{(failedAt.Contains(at) ? " (failed)" : "")}");
            results += result is not null && result != at + 1 ? 1 : 0;
        }
        if (results > 0)
            Add($" result ×{results}");
        return list.Append(']').ToString();

        void Add(string item)
        {
            list.Append(separator).Append(item);
            separator = ";";
        }
    }

    /// <summary>The calls that a note says failed: <c>failed: #19, #27</c>.</summary>
    private static IEnumerable<int> Positions(string? note)
    {
        const string Start = "failed: ";
        return note?.StartsWith(Start, StringComparison.Ordinal) == true
            ? note[Start.Length..].Split(", ").Select(at => int.Parse(at.AsSpan(1), CultureInfo.InvariantCulture))
            : [];
    }

    private static string Like(List<int> like, IReadOnlyList<JsonElement> differs)
    {
        var named = like switch
        {
            [var only] => $"#{only}",
            [var one, var other] => $"#{one} and #{other}",
            [.. var all] => $"#{all[0]}–#{all[^1]}",
        };
        return differs.Count == 0
            ? $"same as {named}, cut there"
            : $"like {named} but for {string.Join(", ", differs.Select(one => one.GetProperty("name").GetString()))}";
    }
}
