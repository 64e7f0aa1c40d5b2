namespace ChatSessions.Search;

/// <summary>What kind of text was found.</summary>
public enum SearchKind
{
    /// <summary>A message of the user.</summary>
    User,

    /// <summary>Text of the agent for the user.</summary>
    Answer,

    /// <summary>Thinking of the agent.</summary>
    Thinking,

    /// <summary>Arguments of a tool call.</summary>
    Arguments,

    /// <summary>Result of a tool call. A search for results also finds the results of failed calls.</summary>
    Result,

    /// <summary>Result of a failed tool call, or the error that ended a run.</summary>
    Error,

    /// <summary>Event of a type that this version does not know.</summary>
    Other,
}
