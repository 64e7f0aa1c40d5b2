using System.Text;
using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Tests.Importing;

/// <summary>A format that nobody writes: <c>{"diary":"ID"}</c>.</summary>
internal static class MadeUpFormat
{
    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "diary",
            Holds = "diaries",
            IsRecord = fields => fields.Has("diary"),
        };

    public static string Text(string id) => $"{{\"diary\":\"{id}\"}}\n";

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        var json = $"{{\"session_id\":{record.Property("diary")},\"events\":[]}}";
        return new ImportedSession(SessionJson.Read(Encoding.UTF8.GetBytes(json), origin.Name), Format, line, []);
    }
}
