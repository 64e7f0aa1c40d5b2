namespace ChatSessions.Search;

/// <summary>What kind of text was found.</summary>
public enum SearchKind
{
    /// <summary>What the user said.</summary>
    User,

    /// <summary>What the agent wrote to the user.</summary>
    Answer,

    /// <summary>What the agent thought.</summary>
    Thinking,

    /// <summary>What a tool was called with.</summary>
    Arguments,

    /// <summary>What a tool answered; who searches for results finds those that say that the call failed too.</summary>
    Result,

    /// <summary>What a tool answered when the call failed, or the error that a run ended in.</summary>
    Error,

    /// <summary>An event of a type that this version does not know.</summary>
    Other,
}
