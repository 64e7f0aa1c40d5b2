using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>An answer in the making: what its entries are made from.</summary>
/// <param name="Session">What is condensed.</param>
/// <param name="Head">The head of the answer, which entries need not repeat.</param>
/// <param name="Highlights">What a reader of the session needs most.</param>
/// <param name="Shown">What the answer already shows.</param>
internal sealed record Draft(ShownSession Session, CondensedSession Head, Highlights Highlights, ShownStretches Shown);
