using System.Collections.Immutable;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatSessions.Reviewing;

/// <summary>Something that the user asked again, in the same or almost the same words.</summary>
/// <param name="First">Where it was asked first.</param>
/// <param name="Again">Where it was asked again.</param>
public sealed record RepeatedQuestion(UserInputEvent First, ImmutableArray<int> Again)
{
    /// <summary>Shorter messages, such as "go on", are repeated without asking again.</summary>
    private const int FewestWords = 4;

    /// <summary>A message is compared with this many before it, and with any that has exactly the same words.</summary>
    private const int ComparedBefore = 20;

    /// <summary>Of this many words all but one are the same.</summary>
    private const int WordsPerDifference = 5;

    /// <summary>Longer words are not compared letter by letter.</summary>
    private const int LongestTypo = 40;

    internal static ImmutableArray<RepeatedQuestion> Find(Session session)
    {
        var asked = new List<(UserInputEvent Message, HashSet<string> Words, List<int> Again)>();
        var exact = new Dictionary<string, int>();
        foreach (var step in session.Steps)
        {
            if (step is not UserMessage { Event: var message } || Ending.IsInterruption(message.Content))
                continue;
            var words = MessageWords.Of(message.Content);
            if (words.Count < FewestWords)
                continue;
            // With its times: a question about another day is another question.
            var text = VaryingText.OneLine(message.Content);
            if (!exact.TryGetValue(text, out var first))
            {
                first = asked.FindLastIndex(
                    asked.Count - 1,
                    Math.Min(asked.Count, ComparedBefore),
                    one => AreAlmostSame(one.Words, words) && one.Message.ContentLength <= 2 * message.ContentLength + 20
                );
                exact[text] = first < 0 ? asked.Count : first;
            }
            if (first < 0)
                asked.Add((message, words, []));
            else
                asked[first].Again.Add(message.Position);
        }
        return [.. asked.Where(one => one.Again.Count > 0).Select(one => new RepeatedQuestion(one.Message, [.. one.Again]))];
    }

    /// <summary>
    /// A question with another number or id in it is another question, and so is one in which a word stands for another one. Only typos and
    /// words such as "the" do not count.
    /// </summary>
    private static bool AreAlmostSame(HashSet<string> one, HashSet<string> other)
    {
        if (Math.Abs(one.Count - other.Count) > 1 + one.Count / WordsPerDifference)
            return false;
        var shared = MessageWords.Shared(one, other);
        return one.Count + other.Count - 2 * shared <= Math.Max(one.Count, other.Count) / WordsPerDifference
            && one.Where(HasDigit).ToHashSet().SetEquals(other.Where(HasDigit))
            && (
                Only(one, other) is not [_, ..] missing
                || Only(other, one) is not [_, ..] added
                || missing.TrueForAll(word => IsTypo(word, added))
            );

        static List<string> Only(HashSet<string> some, HashSet<string> others) =>
            [.. some.Where(word => !others.Contains(word) && !SmallWords.Contains(word))];

        static bool IsTypo(string word, List<string> others) =>
            word.Length <= LongestTypo && others.Exists(other => other.Length <= LongestTypo && Spelling.IsClose(other, word));

        static bool HasDigit(string word) => word.AsSpan().ContainsAnyInRange('0', '9');
    }
}
