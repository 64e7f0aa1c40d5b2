namespace ChatSessions.Search;

/// <summary>Which texts an index has that every process makes for itself.</summary>
/// <param name="Number">
/// Follows from all that was saved and deleted so far: two indexes with the same number have the same texts, with the same numbers. 0 if
/// nothing was saved.
/// </param>
/// <param name="Below">The texts have numbers below this; later ones have higher numbers.</param>
public readonly record struct IndexState(uint Number, long Below);
