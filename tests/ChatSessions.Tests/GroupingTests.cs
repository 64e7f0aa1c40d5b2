using System.Globalization;
using ChatSessions.Condensing;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using ChatSessions.Sources.LlamaCloud;
using Xunit;

namespace ChatSessions.Tests;

public sealed class GroupingTests : IDisposable
{
    private readonly CultureInfo before = CultureInfo.CurrentCulture;

    public GroupingTests() => CultureInfo.CurrentCulture = German();

    public void Dispose() => CultureInfo.CurrentCulture = before;

    [Fact]
    public void Numbers_in_sentences_look_the_same_in_every_culture()
    {
        Assert.Equal("1.240", $"{1240:N0}");
        Assert.Equal("1,240", 1240.Grouped());
        Assert.Equal("has 1,240 characters, more than the limit of 512", SessionId.Fault(new('x', 1240)));
        Assert.Equal("1,240 bytes", LlamaCloudFailure.Size(1240));
        Assert.Equal("1,240 of 56,789 characters of JSON", new SessionSize(1240, 56789, false).ToString());
        Assert.Contains("1,240 bytes", ImportRecords.TooLarge("a.json is", 1240).Message);
        Assert.Contains("is too long: 12,400 characters, and at most 2,000 are", Refused(() => SearchQuery.Parse(new('x', 12400))));
        Assert.Contains("unpacks to more than 4,960 bytes", Refused(() => new RecordLimits("a.gz", 1240, true).CheckBytes(5000)));
        Assert.Contains("has more than 1,000,000 lines", Refused(() => new RecordLimits("a.jsonl", 1, false).CheckLines(1_000_001)));
        Assert.Contains("has 1,240 events, #0 to #1239.", Refused(() => EventRange.Parse("2000").In(Long)));
    }

    private static Session Long => Some.Session([.. Enumerable.Repeat(Some.UserInput("Why?"), 1240)]);

    private static string Refused(Action action) => Assert.Throws<ChatSessionException>(action).Message;

    /// <summary>Made here, because the tests run without the cultures of the system.</summary>
    private static CultureInfo German()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberGroupSeparator, culture.NumberFormat.NumberDecimalSeparator) = (".", ",");
        return culture;
    }
}
