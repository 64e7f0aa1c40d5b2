namespace ChatSessions.Redaction;

/// <summary>A secret in a text.</summary>
/// <param name="Start">Where it begins, in characters.</param>
/// <param name="Rule">What it is, such as <c>github-pat</c>: the id of the rule that found it.</param>
public readonly record struct FoundSecret(int Start, int Length, string Rule);
