using System.Collections.Immutable;

namespace ChatSessions.Recorded;

/// <summary>
/// What is shown of a recorded text, for programs: nothing stands for what is cut. With what is cut put in where it was, it is the recorded
/// text again, but for hidden characters and the bracket of what looks like a mark of a cut: they are shown as codes.
/// </summary>
/// <param name="Cuts">Where in <paramref name="Text"/> something is left out, and what. In order.</param>
/// <param name="Rows">The rows and how many of them are shown; null if there are none. They follow the text, and the cut follows them.</param>
internal sealed record ShownText(string Text, ImmutableArray<(int At, TextCut Cut)> Cuts, (JsonRows All, int Shown)? Rows = null);
