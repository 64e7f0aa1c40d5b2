namespace ChatSessions.Search;

/// <summary>
/// Remembers in which texts of an archive nothing is hidden, so that each is looked at once in a process. Texts never change, and a bit
/// is enough for each. Used by searches at the same time.
/// </summary>
internal sealed class OpenTexts
{
    private const int Bits = 64;

    private readonly Lock access = new();
    private ulong[] bits = [];
    private (uint Archive, long Next) seen;

    /// <summary>Keeps what is known, unless the archive's file was replaced by another.</summary>
    public void Begin(ITextIndex index)
    {
        lock (access)
        {
            if (index.Archive != seen.Archive || index.Next < seen.Next)
                bits = [];
            seen = (index.Archive, index.Next);
        }
    }

    public void Add(long number)
    {
        lock (access)
        {
            var place = (int)(number / Bits);
            if (place >= bits.Length)
                Array.Resize(ref bits, Math.Max(place + 1, 2 * bits.Length));
            bits[place] |= 1UL << (int)(number % Bits);
        }
    }

    public bool Has(long number)
    {
        lock (access)
            return number / Bits < bits.Length && (bits[number / Bits] >> (int)(number % Bits) & 1) == 1;
    }
}
