using System.Text;
using ChatSessions.Tokens;

namespace ChatSessions.Condensing;

/// <summary>Counts what a condensed session costs in one of its forms.</summary>
internal sealed class Budget(CondensedForm form)
{
    private const string BeforeTranscript = "\"transcript\":";

    public CondensedForm Form => form;

    /// <summary>What a marker adds to the answer.</summary>
    public Cost OfMarker(TranscriptEntry marker) => form == CondensedForm.Text ? Cost.Count($"{marker.Text}\n") : OfFields(marker.Fields);

    /// <summary>What one section of an entry adds to the text.</summary>
    /// <param name="before">What was counted of the section before it grew; null for nothing.</param>
    public static Cost OfSection(TranscriptSection section, CountedText? before = null) =>
        (section.Counted ??= Recount(before, $"{section.Text}\n")).Cost;

    /// <summary>An upper bound of what one section adds to the text. The number of characters is exact.</summary>
    public static Cost AtMostOfSection(string section) => new(Encoding.UTF8.GetByteCount(section) + 1, section.Length + 1);

    /// <summary>What an entry adds to the JSON.</summary>
    /// <param name="before">What was counted of the entry before it grew; null for nothing.</param>
    public static Cost OfFields(EntryFields fields, CountedText? before = null) =>
        (fields.Counted ??= Recount(before, Written(fields))).Cost;

    /// <summary>An upper bound of what an entry adds to the JSON. The number of characters is exact.</summary>
    public static Cost AtMostOfFields(EntryFields fields) => fields.Counted?.Cost ?? Cost.AtMost(Written(fields));

    /// <summary>What a position adds to a list of positions; that of a failed call is marked, in JSON by a note.</summary>
    public Cost OfListed(int position, bool isFailure) =>
        form == CondensedForm.Text ? Cost.Count($" #{position}{(isFailure ? Entry.FailedMark : "")}")
        : isFailure ? Cost.Count($" {position},") + Cost.Count($", #{position}")
        : Cost.Count($" {position},");

    /// <summary>
    /// What a whole answer costs, exactly. No token crosses from a section or an entry to the next, so those that were counted already are
    /// not counted again.
    /// </summary>
    public Cost OfAnswer(CondensedSession answer)
    {
        var cost = form == CondensedForm.Text ? OfText(answer) : OfJson(answer);
        return cost.Characters > Cost.MostCharacters ? new(cost.Characters, cost.Characters) : cost;
    }

    private static Cost OfText(CondensedSession answer)
    {
        var cost = Cost.Count(answer.Head());
        foreach (var entry in answer.Entries)
        foreach (var section in entry.Sections)
            cost += OfSection(section);
        return cost;
    }

    private static Cost OfJson(CondensedSession answer)
    {
        var head = Cost.Spaced((answer with { Transcript = [] }).ToJson());
        var transcript = head.LastIndexOf(BeforeTranscript, StringComparison.Ordinal) + BeforeTranscript.Length;
        if (answer.Transcript.IsEmpty)
            return Cost.Count(head);
        var cost = Cost.Count(head[..transcript]);
        for (var index = 0; index < answer.Transcript.Length; index++)
        {
            var entry = answer.Transcript[index];
            cost += OfFields(entry);
            var (isFirst, isLast) = (index == 0, index == answer.Transcript.Length - 1);
            if (!isFirst && !isLast)
                continue;
            // What is around the first entry and the last differs from what is between entries.
            var counted = entry.Counted!;
            var written = $"{(isFirst ? " [" : " ")}{counted.Text.AsSpan(1, counted.Text.Length - 2)}{(isLast ? "]}" : ",")}";
            cost += Recount(counted, written).Cost - counted.Cost;
        }
        return cost;
    }

    private static CountedText Recount(CountedText? before, string now) =>
        new(
            now,
            before is null || Math.Max(before.Text.Length, now.Length) > Cost.MostCharacters
                ? Cost.Count(now)
                : new(TokenCounter.Recount(before.Text, before.Cost.Tokens, now), now.Length)
        );

    private static string Written(EntryFields fields) => $" {fields.Write()},";
}

/// <summary>A text whose tokens were counted.</summary>
internal sealed record CountedText(string Text, Cost Cost);
