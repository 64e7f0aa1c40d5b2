using System.Text.RegularExpressions;

namespace ChatSessions.Recorded;

/// <summary>Recorded dates as they may be shown.</summary>
public static partial class ShownDate
{
    /// <summary>
    /// The date as recorded; null if it has anything but digits and the signs of dates, so that no sentence stands where a date is expected.
    /// </summary>
    public static string? Of(string? recorded) => recorded is not null && DatePattern().IsMatch(recorded) ? recorded : null;

    [GeneratedRegex(@"^(?=.{1,40}\z)[0-9][0-9T:.,+/ -]*( ?(Z|UTC|GMT))?\z")]
    private static partial Regex DatePattern();
}
