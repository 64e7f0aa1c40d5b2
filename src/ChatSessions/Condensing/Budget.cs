using System.Text;
using ChatSessions.Tokens;

namespace ChatSessions.Condensing;

/// <summary>Counts what a condensed session costs in one of its forms.</summary>
internal sealed class Budget(CondensedForm form)
{
    private const string BeforeTranscript = "\"transcript\":";

    public CondensedForm Form => form;

    /// <summary>What an entry of the transcript adds to the answer.</summary>
    public Cost OfEntry(string entry) => Cost.Count(form == CondensedForm.Text ? $"{entry}\n" : $" {Cost.Quote(entry)},");

    /// <summary>What one section of an entry adds to it. The sum over all sections is about the cost of the entry.</summary>
    /// <param name="before">What was counted of the section before it grew; null for nothing.</param>
    public Cost OfSection(TranscriptSection section, bool isFirst, CountedText? before = null)
    {
        ref var counted = ref section.Counted(form);
        return (counted ??= Recount(before, Written(section.Text, isFirst))).Cost;
    }

    /// <summary>An upper bound of what one section adds to it. The number of characters is exact.</summary>
    public Cost AtMostOfSection(string section, bool isFirst)
    {
        if (form == CondensedForm.Text)
            return new(Encoding.UTF8.GetByteCount(section) + 1, section.Length + 1);
        var text = section.AsSpan();
        if (!Ascii.IsValid(text))
            return Cost.AtMost(Written(section, isFirst));
        // No other control character is left in what may be shown.
        var length = text.Length + text.Count('\n') + text.Count('\t') + text.Count('"') + text.Count('\\') + (isFirst ? 4 : 2);
        return new(length, length);
    }

    /// <summary>What a position adds to a list of positions. It is the same in both forms.</summary>
    public static Cost OfListed(string address) => Cost.Count(address);

    /// <summary>
    /// What a whole answer costs, exactly. No token crosses from a section to the next, so those that were counted already are not counted
    /// again.
    /// </summary>
    public Cost OfAnswer(CondensedSession answer)
    {
        var cost = form == CondensedForm.Text ? OfText(answer) : OfJson(answer);
        return cost.Characters > Cost.MostCharacters ? new(cost.Characters, cost.Characters) : cost;
    }

    private Cost OfText(CondensedSession answer)
    {
        var cost = Cost.Count(answer.Head());
        foreach (var entry in answer.Entries)
        foreach (var section in entry.Sections)
            cost += OfSection(section, isFirst: false);
        return cost;
    }

    private Cost OfJson(CondensedSession answer)
    {
        var head = Cost.Spaced((answer with { Transcript = [] }).ToJson());
        var transcript = head.LastIndexOf(BeforeTranscript, StringComparison.Ordinal) + BeforeTranscript.Length;
        if (answer.Entries.IsEmpty)
            return Cost.Count(head);
        var cost = Cost.Count(head[..transcript]);
        for (var number = 0; number < answer.Entries.Length; number++)
        {
            var sections = answer.Entries[number].Sections;
            for (var index = 0; index < sections.Length; index++)
            {
                var (isFirst, isLast) = (index == 0, index == sections.Length - 1);
                cost += OfSection(sections[index], isFirst);
                if (!isLast && !(isFirst && number == 0))
                    continue;
                // What is around an entry differs from what is around a section of it.
                var counted = sections[index].Counted(form)!;
                var written = (isFirst && number == 0 ? $" [{counted.Text.AsSpan(1)}" : counted.Text).AsSpan();
                var end =
                    !isLast ? "\\n"
                    : number == answer.Entries.Length - 1 ? "\"]}"
                    : "\",";
                cost += Recount(counted, $"{written[..^2]}{end}").Cost - counted.Cost;
            }
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

    private string Written(string section, bool isFirst) =>
        form == CondensedForm.Text ? $"{section}\n" : $"{(isFirst ? " \"" : "")}{Cost.Escape(section)}\\n";
}

/// <summary>A text whose tokens were counted.</summary>
internal sealed record CountedText(string Text, Cost Cost);
