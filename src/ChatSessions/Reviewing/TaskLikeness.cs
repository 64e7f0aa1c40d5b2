using System.Collections.Immutable;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatSessions.Reviewing;

/// <summary>Whether two sessions were asked the same.</summary>
public enum TaskMatch
{
    /// <summary>Their first messages are the same except for white space.</summary>
    Same,

    /// <summary>Their first messages share most of their words, or their calls are mostly the same.</summary>
    Similar,

    /// <summary>Their first messages share few words, or only those of a template.</summary>
    Different,

    /// <summary>One of them has no message of a user.</summary>
    Unknown,
}

/// <summary>The first messages of two sessions, compared.</summary>
/// <param name="One">The first message of the one, or null.</param>
/// <param name="Other">The first message of the other, or null.</param>
/// <param name="Shared">How many different words both have, without words such as "the".</param>
/// <param name="All">How many different words the two have together.</param>
public sealed record TaskLikeness(TaskMatch Match, UserInputEvent? One, UserInputEvent? Other, int Shared, int All)
{
    /// <summary>Messages with more words mostly begin with instructions that all tasks have. So of those more must be the same.</summary>
    private const int LongMessage = 60;

    /// <summary>A call or two may be the same by chance.</summary>
    private const int FewestSameCalls = 3;

    private const double SharedOfShort = 0.3;
    private const double SharedOfLong = 0.9;

    internal static TaskLikeness Of(Session one, Session other)
    {
        if (FirstOf(one) is not { } first || FirstOf(other) is not { } second)
            return new(TaskMatch.Unknown, FirstOf(one), FirstOf(other), 0, 0);
        var (text, otherText) = (VaryingText.OneLine(first.Content), VaryingText.OneLine(second.Content));
        var (words, others) = (Telling(text), Telling(otherText));
        var shared = MessageWords.Shared(words, others);
        var all = words.Count + others.Count - shared;
        var fewest = Math.Min(words.Count, others.Count) < LongMessage ? SharedOfShort : SharedOfLong;
        var match =
            text == otherText ? TaskMatch.Same
            : shared >= fewest * all && shared > 0 ? TaskMatch.Similar
            : TaskMatch.Different;
        return new(match, first, second, shared, all);
    }

    /// <summary>
    /// The same, but similar if at least half of the calls of the shorter session are in both: the same wish can be put in other words.
    /// </summary>
    internal TaskLikeness With(ImmutableArray<AlignedCall> calls)
    {
        var same = calls.Count(call => call.Kind is AlignmentKind.Same or AlignmentKind.OtherResult);
        var fewest = Math.Min(calls.Count(call => call.One is not null), calls.Count(call => call.Other is not null));
        return Match == TaskMatch.Different && same >= FewestSameCalls && 2 * same >= fewest
            ? this with
            {
                Match = TaskMatch.Similar,
            }
            : this;
    }

    private static UserInputEvent? FirstOf(Session session) => session.Events.OfType<UserInputEvent>().FirstOrDefault();

    private static HashSet<string> Telling(string text) => [.. MessageWords.Of(text).Where(word => !SmallWords.Contains(word))];
}
