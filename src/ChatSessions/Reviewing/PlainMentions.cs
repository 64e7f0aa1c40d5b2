using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatSessions.Reviewing;

/// <summary>
/// Whether the texts that follow a result take up a plain word of it, such as <c>shipped</c>, that the agent had not written in the call or
/// just before it. Only a few texts are compared, so that it is enough for the few results that it is asked of.
/// </summary>
internal sealed class PlainMentions(Session session, ToolUse use)
{
    private const int ShortestWord = 5;
    private const int TextsAfter = 4;
    private const int EventsAfter = 60;

    public bool Any()
    {
        var said = ToolResultText.Find(use.Result!.Result);
        var words = Telling(said.AsString() ?? said.ToString());
        foreach (var word in Known())
            words.Remove(word);
        return words.Count > 0 && After().Any(text => Telling(text).Overlaps(words));
    }

    /// <summary>The call, and the agent's text before it: the agent did not learn their words here.</summary>
    private HashSet<string> Known()
    {
        var known = Telling(use.Call!.Arguments.ToString());
        if (use.Position > 0 && session.Events[use.Position - 1] is ContentEvent before)
            known.UnionWith(Telling(before.Content));
        if (session.TurnAt(use.Position).UserInput is { } asked)
            known.UnionWith(Telling(asked.Content));
        return known;
    }

    /// <summary>The next texts and thoughts, and the last text of the turn.</summary>
    private IEnumerable<string> After()
    {
        var turn = session.TurnAt(use.Position);
        var count = 0;
        for (var at = use.LastPosition + 1; at <= turn.Last && at <= use.LastPosition + EventsAfter && count < TextsAfter; at++)
            if (session.Events[at] is ContentEvent content)
            {
                count++;
                yield return content.Content;
            }
        for (var at = turn.Last; at > use.LastPosition && at > turn.Last - EventsAfter; at--)
            if (session.Events[at] is TextEvent or TextDeltaEvent)
            {
                yield return ((ContentEvent)session.Events[at]).Content;
                break;
            }
    }

    private static HashSet<string> Telling(string text)
    {
        var words = new HashSet<string>();
        foreach (var word in MessageWords.Of(text))
            if (word.Length >= ShortestWord && !SmallWords.Contains(word))
                words.Add(word);
        return words;
    }
}
