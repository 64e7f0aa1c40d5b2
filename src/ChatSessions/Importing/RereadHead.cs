using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Gives a session that was made again what its own records do not say. An import may have taken from other files, which are
/// gone, which session started it.
/// </summary>
internal static class RereadHead
{
    /// <param name="made">The session as it was made again.</param>
    /// <param name="had">The session as it is in the archive.</param>
    public static Session Keep(Session made, Session had)
    {
        var source = new Dictionary<string, RawJson>();
        foreach (var (name, value) in made.Json.Property("source").Properties())
            source[name] = value;
        var before = had.Json.Property("source").Properties();
        var lacking = before.Where(field => IsOfOtherFiles(field.Key) && !source.ContainsKey(field.Key)).ToList();
        if (lacking.Count == 0)
            return made;
        // In the order that they had, so that a session that is the same has the same bytes.
        var order = before.Select(field => field.Key).ToList();
        var fields = source.Concat(lacking).OrderBy(field => order.IndexOf(field.Key) is >= 0 and var at ? at : order.Count);
        var whole = JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in fields)
                writer.WriteRaw(name, value);
            writer.WriteEndObject();
        });
        var json = JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in made.Json.Properties())
                writer.WriteRaw(name, name == "source" ? whole : value);
            writer.WriteEndObject();
        });
        return SessionJson.Read(json.Utf8, made.Summary.SessionId);
    }

    private static bool IsOfOtherFiles(string field) =>
        field == "description"
        || field.StartsWith("parent_", StringComparison.Ordinal)
        || field.StartsWith("agent_", StringComparison.Ordinal);
}
