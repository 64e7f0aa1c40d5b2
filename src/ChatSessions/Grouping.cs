using System.Globalization;
using System.Numerics;

namespace ChatSessions;

/// <summary>Numbers in sentences. They look the same in every culture, because programs read them too.</summary>
internal static class Grouping
{
    /// <summary>The number with its digits in groups, such as <c>1,240</c>.</summary>
    public static string Grouped<TNumber>(this TNumber number)
        where TNumber : IBinaryInteger<TNumber> => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Grouped"/>
    public static string? Grouped(this long? number) => number?.Grouped();
}
