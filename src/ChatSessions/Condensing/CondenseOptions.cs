using ChatSessions.Model;

namespace ChatSessions.Condensing;

/// <summary>Which part of a session to condense, and how much it may cost.</summary>
public sealed record CondenseOptions
{
    /// <summary>The smallest budget, in tokens. Less has no room for more than the head of an answer.</summary>
    public const int SmallestMaxTokens = 500;

    /// <summary>The largest budget, in tokens.</summary>
    public const int LargestMaxTokens = 25_000;

    /// <summary>The default budget, in tokens.</summary>
    public const int DefaultMaxTokens = 5_000;

    /// <summary>Hosts write an answer of more than 50,000 characters to a file; 10,000 tokens stay below that.</summary>
    public const int CharactersPerToken = 5;

    /// <summary>The most that the whole answer may cost, in o200k_base tokens. Its characters stay below five times that.</summary>
    public int MaxTokens { get; init; } = DefaultMaxTokens;

    /// <summary>The form whose cost is counted.</summary>
    public CondensedForm Form { get; init; }

    /// <summary>Only these turns; null for all.</summary>
    public TurnRange? Turns { get; init; }

    /// <summary>Only the events after this position; null for all.</summary>
    public int? SinceEvent { get; init; }

    /// <summary>Only so many events at the end of what is asked for; null for all.</summary>
    public int? LastEvents { get; init; }

    /// <summary>Words or a question: a part of the budget goes to what matches best; null to tell only the story.</summary>
    public string? Focus { get; init; }

    /// <summary>What else to say to the reader, such as how to ask for what was cut.</summary>
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
