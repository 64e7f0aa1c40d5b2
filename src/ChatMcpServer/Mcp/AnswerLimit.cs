using System.Globalization;
using System.Text;

namespace ChatMcpServer.Mcp;

/// <summary>What a host counts to decide whether it shows an answer whole.</summary>
internal enum AnswerUnit
{
    /// <summary>Of UTF-8.</summary>
    Bytes,

    /// <summary>Of UTF-16, as JavaScript counts them.</summary>
    Characters,

    /// <summary>The last one counts, even without a line break.</summary>
    Lines,
}

/// <summary>The longest answer that a host shows whole.</summary>
internal sealed record AnswerLimit(int Most, AnswerUnit Unit)
{
    /// <summary>How much of the limit an answer takes: 1 is all of it.</summary>
    public double ShareOf(IEnumerable<string> texts) => texts.Sum(LengthOf) / (double)Most;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Most:N0} {Unit.ToString().ToLowerInvariant()}");

    private int LengthOf(string text) =>
        Unit switch
        {
            AnswerUnit.Bytes => Encoding.UTF8.GetByteCount(text),
            AnswerUnit.Characters => text.Length,
            _ => text.AsSpan().Count('\n') + 1,
        };
}
