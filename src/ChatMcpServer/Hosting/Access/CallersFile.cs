using System.Text.Json;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;

namespace ChatMcpServer.Hosting.Access;

/// <summary>
/// The file that says with which key each caller reads LlamaCloud, whose sessions callers share, and how long sessions are kept. It is read again
/// when it changes.
/// </summary>
/// <param name="environment">Returns the value of a variable; null if it is not set.</param>
internal sealed class CallersFile(string path, Func<string, string?> environment)
{
    /// <summary>The entry for callers that have none of their own.</summary>
    private const string Others = "*";

    private readonly ReloadedFile<Content> file = new([path], () => Read(path, environment));

    /// <summary>All keys in it, which are hidden in recorded text.</summary>
    /// <exception cref="ChatSessionException">The file cannot be read.</exception>
    public IReadOnlyList<string> Keys => [.. file.Get().Callers.Values.Select(entry => entry.Key?.ApiKey).OfType<string>().Distinct()];

    /// <summary>Whether a caller may read what belongs to the user of this machine.</summary>
    /// <exception cref="ChatSessionException">The file cannot be read.</exception>
    public bool SharesLocal => file.Get().Callers.Values.Any(entry => entry.AlsoReads.Contains(Caller.LocalName));

    /// <summary>Whether callers can be known at all.</summary>
    /// <exception cref="ChatSessionException">The file cannot be read.</exception>
    public void CheckReady() => file.Get();

    /// <summary>The caller with what the file says of them.</summary>
    /// <param name="owner">The owner of the caller's sessions.</param>
    /// <param name="name">The caller's name in the file.</param>
    /// <exception cref="ChatSessionException">The file cannot be read.</exception>
    public Caller Get(string owner, string name)
    {
        var entries = file.Get().Callers;
        return (entries.GetValueOrDefault(name) ?? entries.GetValueOrDefault(Others)) is { } entry
            ? new Caller(owner, SessionScope.Default) { AlsoReads = entry.AlsoReads, Key = entry.Key }
            : new Caller(owner, SessionScope.Default);
    }

    /// <summary>How long the sessions of owners are kept, as the file says it now: a function that answers null where it says nothing.</summary>
    /// <param name="tokens">Knows the callers.</param>
    /// <param name="owners">Knows the owners of the copies that callers read with their keys.</param>
    /// <exception cref="ChatSessionException">The file cannot be read.</exception>
    public Func<string, TimeSpan?> Retentions(ITokenCheck tokens, ArchiveOwners owners)
    {
        var content = file.Get();
        var kept = content.Groups.ToDictionary(group => ArchiveOwners.Group + group.Key, group => group.Value);
        foreach (var (name, entry) in content.Callers.Where(one => one.Key != Others))
        foreach (var owner in owners.Of(new Caller(tokens.OwnerOf(name), SessionScope.Default) { Key = entry.Key }))
            kept[owner] = entry.Retention;
        var ofOthers = content.Callers.GetValueOrDefault(Others)?.Retention;
        return owner =>
            kept.TryGetValue(owner, out var time) ? time
            : owner.StartsWith(tokens.OwnerOf(""), StringComparison.Ordinal) ? ofOthers
            : null;
    }

    private static Content Read(string path, Func<string, string?> environment)
    {
        var json = JsonFields.Parse(SecretFile.Read(path, "--callers"), SecretFile.Shown(path)).Only("callers", "groups");
        return new(
            All("callers", json.Required("callers")).ToDictionary(one => one.Name, one => Read(one.Value, Where(one), environment)),
            json.Has("groups")
                ? All("groups", json.Required("groups"))
                    .ToDictionary(one => Group(one.Name, json.Where), one => ReadGroup(one.Value, Where(one)))
                : []
        );

        IEnumerable<JsonProperty> All(string name, JsonElement value) => JsonFields.Of(value, $"'{name}' of {json.Where}").All;

        string Where(JsonProperty one) => $"'{one.Name}' of {json.Where}";
    }

    private static Entry Read(JsonElement json, string where, Func<string, string?> environment)
    {
        var fields = JsonFields
            .Of(json, where)
            .Only("key", "keyFromEnvironment", "project", "organization", "groups", "local", "retention");
        var groups = fields.Texts("groups");
        var key = Key(fields, environment);
        var (project, organization) = (Uuid("project"), Uuid("organization"));
        if (key is null && (project ?? organization) is not null)
            throw JsonFields.Invalid(
                $"{where} has a project or an organization, but no key to read it with. Add 'key' or 'keyFromEnvironment'."
            );
        return new(
            key is null ? null : new CloudKey(key, project, organization),
            [
                .. groups.Select(group => ArchiveOwners.Group + Group(group, where)),
                .. fields.Is("local") ? (string[])[Caller.LocalName] : [],
            ],
            Retention(fields)
        );

        string? Uuid(string name) =>
            fields.Text(name) is not { } text || LlamaCloudOptions.IsUuid(text)
                ? fields.Text(name)
                : throw JsonFields.Invalid($"'{name}' of {where} is not a UUID such as 01234567-89ab-cdef-0123-456789abcdef.");
    }

    private static TimeSpan? ReadGroup(JsonElement json, string where) => Retention(JsonFields.Of(json, where).Only("retention"));

    private static TimeSpan? Retention(JsonFields fields) =>
        fields.Text("retention") is { } text ? Days.Parse($"'retention' of {fields.Where}", text) : null;

    private static string Group(string name, string where) =>
        TokenFile.IsName(name)
            ? name
            : throw JsonFields.Invalid($"Invalid group '{name}' of {where}. Use letters, digits and . _ @ -, at most 64.");

    private static string? Key(JsonFields fields, Func<string, string?> environment)
    {
        var (key, variable) = (fields.Text("key"), fields.Text("keyFromEnvironment"));
        if (key is not null && variable is not null)
            throw JsonFields.Invalid($"{fields.Where} has both 'key' and 'keyFromEnvironment'. Leave one out.");
        if (variable is not null)
            key = environment(variable) is { Length: > 0 } value
                ? value
                : throw JsonFields.Invalid(
                    $"The variable {variable}, which {fields.Where} names, is not set. Set it where the server is started."
                );
        return key is null || LlamaCloudOptions.IsKey(key)
            ? key
            : throw JsonFields.Invalid($"The key of {fields.Where} contains an invalid character, such as a space. Write only the key.");
    }

    private sealed record Content(Dictionary<string, Entry> Callers, Dictionary<string, TimeSpan?> Groups);

    private sealed record Entry(CloudKey? Key, IReadOnlyList<string> AlsoReads, TimeSpan? Retention);
}
