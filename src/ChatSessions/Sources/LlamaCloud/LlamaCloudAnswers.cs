using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.LlamaCloud;

/// <summary>A page of the list of sessions.</summary>
/// <param name="Sessions">The summaries; empty on a page after the last.</param>
/// <param name="NextToken">The token of the next page; null on the last.</param>
internal sealed record SessionPage(IReadOnlyList<SessionSummary> Sessions, string? NextToken)
{
    /// <summary>Reads a page; null if the JSON is something else.</summary>
    /// <param name="origin">The name of the page's sessions in errors.</param>
    /// <exception cref="JsonException">Invalid JSON.</exception>
    public static SessionPage? Read(ReadOnlyMemory<byte> utf8, string origin)
    {
        var json = RawJson.Parse(utf8);
        var items = json.Property("items");
        if (items.Kind != JsonValueKind.Array)
            return null;
        return new SessionPage(
            [.. items.Items().Select(item => SessionJson.ReadSummary(item.Utf8, origin))],
            json.Property("next_page_token").AsString() is { Length: > 0 } token ? token : null
        );
    }
}

/// <summary>Where an attachment can be fetched for a short time.</summary>
/// <param name="Url">A secret: anyone who has it can fetch the attachment.</param>
internal sealed record PresignedAddress(string Url)
{
    /// <summary>Reads an address; null if the JSON is something else.</summary>
    /// <exception cref="JsonException">Invalid JSON.</exception>
    public static PresignedAddress? Read(ReadOnlyMemory<byte> utf8) =>
        RawJson.Parse(utf8).Property("url").AsString() is { } url ? new PresignedAddress(url) : null;

    /// <summary>Omits the address, which is a secret.</summary>
    public override string ToString() => nameof(PresignedAddress);
}
