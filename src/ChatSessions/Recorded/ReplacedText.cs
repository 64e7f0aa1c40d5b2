using System.Text;

namespace ChatSessions.Recorded;

/// <summary>A text with replacements, and where each byte of it comes from.</summary>
internal sealed class ReplacedText
{
    private readonly List<Stretch> stretches = [];

    /// <summary>A text without replacements.</summary>
    public ReplacedText(ReadOnlyMemory<byte> recorded) => Utf8 = recorded;

    /// <param name="recorded">The text as it was recorded.</param>
    /// <param name="replacements">In order, without overlaps.</param>
    public ReplacedText(string recorded, IReadOnlyList<Replacement> replacements)
    {
        var text = new StringBuilder(recorded.Length);
        var (done, at, shownAt) = (0, 0, 0);
        foreach (var (start, length, replacement) in replacements)
        {
            var kept = Encoding.UTF8.GetByteCount(recorded.AsSpan(done, start - done));
            var (from, shownFrom) = (at + kept, shownAt + kept);
            at = from + Encoding.UTF8.GetByteCount(recorded.AsSpan(start, length));
            shownAt = shownFrom + Encoding.UTF8.GetByteCount(replacement);
            stretches.Add(new(from, at, shownFrom, shownAt));
            text.Append(recorded, done, start - done).Append(replacement);
            done = start + length;
        }
        Utf8 = Encoding.UTF8.GetBytes(text.Append(recorded, done, recorded.Length - done).ToString());
    }

    public ReadOnlyMemory<byte> Utf8 { get; }

    public bool IsChanged => stretches.Count > 0;

    /// <summary>The shown byte for a recorded one. A recorded byte that was replaced maps to the beginning of its replacement.</summary>
    public int Shown(int recorded)
    {
        var last = stretches.FindLast(stretch => stretch.Recorded <= recorded);
        return recorded < last.RecordedEnd ? last.Shown : last.ShownEnd + recorded - last.RecordedEnd;
    }

    /// <summary>The recorded byte for a shown one. A byte of a replacement maps to the beginning of what it replaced.</summary>
    public int Recorded(int shown)
    {
        var last = stretches.FindLast(stretch => stretch.Shown <= shown);
        return shown < last.ShownEnd ? last.Recorded : last.RecordedEnd + shown - last.ShownEnd;
    }

    private readonly record struct Stretch(int Recorded, int RecordedEnd, int Shown, int ShownEnd);
}
