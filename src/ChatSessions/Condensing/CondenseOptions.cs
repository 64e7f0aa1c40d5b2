using ChatSessions.Model;

namespace ChatSessions.Condensing;

/// <summary>What part of a session to condense, and into how much.</summary>
public sealed record CondenseOptions
{
    /// <summary>The smallest budget, in tokens: less holds no more than the head of an answer.</summary>
    public const int SmallestMaxTokens = 500;

    /// <summary>The largest budget, in tokens.</summary>
    public const int LargestMaxTokens = 25_000;

    /// <summary>The budget where none is named, in tokens.</summary>
    public const int DefaultMaxTokens = 5_000;

    /// <summary>A host spills an answer of more than 50,000 characters to a file: 10,000 tokens stay below that.</summary>
    public const int CharactersPerToken = 5;

    /// <summary>The most that the whole answer may cost, in o200k_base tokens; its characters stay below five times that.</summary>
    public int MaxTokens { get; init; } = DefaultMaxTokens;

    /// <summary>The form that the budget is counted on.</summary>
    public CondensedForm Form { get; init; }

    /// <summary>Only these turns; null for all.</summary>
    public TurnRange? Turns { get; init; }

    /// <summary>Only what came after the event at this position; null for all.</summary>
    public int? SinceEvent { get; init; }

    /// <summary>What to tell the reader besides, such as how to ask for what was cut.</summary>
    public string? Notes { get; init; }
}

/// <summary>The two forms of a condensed session.</summary>
public enum CondensedForm
{
    /// <summary><see cref="CondensedSession.ToText"/>.</summary>
    Text,

    /// <summary><see cref="CondensedSession.ToJson"/>, counted with a space after each comma and colon, as some hosts print it.</summary>
    Json,
}
