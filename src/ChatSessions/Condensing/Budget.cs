namespace ChatSessions.Condensing;

/// <summary>Counts what a condensed session costs in one of its forms.</summary>
internal sealed class Budget(CondensedForm form)
{
    public CondensedForm Form => form;

    /// <summary>What an entry of the transcript adds to the answer.</summary>
    public Cost OfEntry(string entry) => Cost.Count(form == CondensedForm.Text ? $"{entry}\n" : $" {Cost.Quote(entry)},");

    /// <summary>What one section of an entry adds to it. The sum over all sections is about the cost of the entry.</summary>
    public Cost OfSection(string section, bool isFirst) => Cost.Count(Written(section, isFirst));

    /// <summary>An upper bound of what one section adds to it.</summary>
    public Cost AtMostOfSection(string section, bool isFirst) => Cost.AtMost(Written(section, isFirst));

    private string Written(string section, bool isFirst) =>
        form == CondensedForm.Text ? $"{section}\n" : $"{(isFirst ? " \"" : "")}{Cost.Escape(section)}\\n";

    /// <summary>What a position adds to a list of positions. It is the same in both forms.</summary>
    public static Cost OfListed(string address) => Cost.Count(address);

    public Cost OfAnswer(CondensedSession answer) => form == CondensedForm.Text ? Cost.Count(answer.ToText()) : Cost.Count(answer.ToJson());
}
