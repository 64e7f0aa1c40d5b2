using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>Changes what an entry starts. Its other fields stay, such as what its user allows the server.</summary>
/// <param name="place">Where the entry is in the host's file.</param>
internal sealed class ChangedEntry(McpHost host, EntryPlace place, HostPlaces places)
{
    /// <summary>The text of the file with the entry changed.</summary>
    /// <param name="hasOptions">Whether the command's options were given; else the entry keeps its own.</param>
    public string In(string text, JsonObject entry, HostCommand command, bool hasOptions)
    {
        if (HostCommand.Of(entry) is not { IsOurs: true } old)
            return host.Format.Add(host.Format.Remove(text, place, keepsSection: true), place, host.Entry(command));
        var kept = hasOptions ? command.Options! : old.Options!;
        // For others, an entry with a file of this machine gets the name, though both start the same here.
        var isAsShared = command.IsOfThisMachine || !old.IsOfThisMachine;
        if (isAsShared && old.StartsSameFile(command, places) && old.Options!.SequenceEqual(kept) && command.Variables.Count == 0)
            return text;
        var wanted = host.Entry(
            command with
            {
                Arguments = [.. command.Arguments.Take(command.Arguments.Count - command.Options!.Count), .. kept],
            }
        );
        foreach (var field in (string[])["command", "cmd", "args", "env", "environment", "env_vars", "env_keys"])
        {
            if (wanted[field] is not { } value || IsOfVariables(field) && command.Variables.Count == 0)
                continue;
            if (IsOfVariables(field))
                value = Joined(entry[field], value);
            if (!JsonNode.DeepEquals(value, entry[field]))
                text = host.Format.Change(text, place, field, value.DeepClone());
        }
        return text;
    }

    private static bool IsOfVariables(string field) => field.StartsWith("env", StringComparison.Ordinal);

    /// <summary>New variables, together with those that an entry has.</summary>
    private static JsonNode Joined(JsonNode? old, JsonNode value)
    {
        switch (old, value)
        {
            case (JsonObject there, JsonObject added):
                var joined = there.DeepClone().AsObject();
                foreach (var (name, reference) in added)
                    joined[name] = reference?.DeepClone();
                return joined;
            case (JsonArray there, JsonArray added):
                return new JsonArray([
                    .. there.Concat(added.Where(name => !there.Any(one => JsonNode.DeepEquals(one, name)))).Select(one => one?.DeepClone()),
                ]);
            default:
                return value;
        }
    }
}
