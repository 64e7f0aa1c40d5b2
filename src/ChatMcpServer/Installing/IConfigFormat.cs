using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>
/// Edits one server's entry in the text of a configuration. Everything else in the text stays as it is: comments, order, indentation and line
/// ends. An edit that would change anything else is refused.
/// </summary>
internal interface IConfigFormat
{
    /// <summary>The fields of the entry; null if there is none.</summary>
    /// <exception cref="ConfigException">The text is invalid, or has an odd form.</exception>
    JsonObject? Find(string text, EntryPlace place);

    /// <summary>Whether the section is there, even if it is empty.</summary>
    /// <exception cref="ConfigException">The text is invalid, or has an odd form.</exception>
    bool HasSection(string text, EntryPlace place);

    /// <summary>Adds the entry as the last one of its section.</summary>
    /// <param name="text">May be empty.</param>
    /// <exception cref="ConfigException">The text is invalid, or has an odd form.</exception>
    string Add(string text, EntryPlace place, JsonObject entry);

    /// <summary>The entry as a person writes it into the section that is there, and in which part of it.</summary>
    /// <param name="where">Such as: into the braces of <c>mcp_servers</c>.</param>
    /// <exception cref="ConfigException">The section is not one that can have it.</exception>
    string ByHand(string text, EntryPlace place, JsonObject entry, out string where);

    /// <summary>Sets one field of an entry that is there.</summary>
    /// <exception cref="ConfigException">The text is invalid, or has an odd form.</exception>
    string Change(string text, EntryPlace place, string field, JsonNode value);

    /// <summary>Removes the entry.</summary>
    /// <param name="keepsSection">Whether the section stays if it has nothing else.</param>
    /// <exception cref="ConfigException">The text is invalid, or has an odd form.</exception>
    string Remove(string text, EntryPlace place, bool keepsSection);
}

/// <summary>Where an entry is in a configuration.</summary>
/// <param name="Section">The name of the part with all servers: <c>mcpServers</c>.</param>
/// <param name="Name">The name of the entry.</param>
internal sealed record EntryPlace(string Section, string Name);
