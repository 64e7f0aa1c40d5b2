using System.Globalization;
using System.Text.RegularExpressions;

namespace Fidelity;

/// <summary>
/// What reads like the marker of a cut in a text, <c>…[+1,240 characters, #57 from 400]</c>: the server's own, or recorded so.
/// </summary>
/// <param name="Marker">The marker as it stands there.</param>
/// <param name="Start">Where it begins in the entry's text.</param>
/// <param name="Count">How many characters it says are left out.</param>
/// <param name="First">The first event of its address.</param>
/// <param name="Last">The last one.</param>
/// <param name="Offset">Where what is left out begins in the JSON of the first event.</param>
internal sealed partial record Cut(string Marker, int Start, int Count, int First, int Last, int Offset)
{
    /// <summary>The place behind the marker.</summary>
    public int End => Start + Marker.Length;

    /// <summary>The events as a reader asks for them.</summary>
    public string Events => First == Last ? $"{First}" : $"{First}-{Last}";

    /// <summary>All in the text of an entry, recorded text not indented.</summary>
    public static List<Cut> In(string text) =>
        [
            .. from Match marker in MarkerPattern().Matches(text)
            let first = Number(marker, "first")
            select new Cut(
                marker.Value,
                marker.Index,
                Number(marker, "count"),
                first,
                marker.Groups["last"].Success ? Number(marker, "last") : first,
                Number(marker, "offset")
            ),
        ];

    /// <summary>A number too large to be one of ours is recorded text, and leads nowhere.</summary>
    private static int Number(Match match, string group) =>
        int.TryParse(match.Groups[group].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
            ? number
            : int.MaxValue;

    [GeneratedRegex(@"…\[\+(?<count>[\d,]+) characters?, #(?<first>\d+)(-(?<last>\d+))? from (?<offset>\d+)(: [^\]\n]*)?\]")]
    private static partial Regex MarkerPattern();
}
