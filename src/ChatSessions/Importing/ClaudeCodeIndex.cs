using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatSessions.Archive;

namespace ChatSessions.Importing;

/// <summary>A call that started an agent.</summary>
internal sealed record ClaudeCodeAgentCall(string Id, string? Description, string? AgentType, string? Name);

/// <summary>
/// What other transcripts repeat of a Claude Code transcript or refer to: its records and the calls that started agents. Forks, resumed sessions
/// and some agents begin with copies of the records of another session.
/// </summary>
internal sealed class ClaudeCodeIndex
{
    private readonly HashSet<UInt128> records = [];
    private readonly HashSet<UInt128> ids = [];
    private readonly Dictionary<string, ClaudeCodeAgentCall> calls = [];
    private readonly Dictionary<string, string> callOfAgent = [];

    /// <summary>The call with this prompt; null if several have it.</summary>
    private readonly Dictionary<UInt128, string?> callOfPrompt = [];

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Bytes => 40L * (records.Count + ids.Count) + 500L * calls.Count + 200L * (callOfAgent.Count + callOfPrompt.Count);

    /// <summary>Adds a record; false if one with the same id and the same message came before.</summary>
    public bool Add(Fields fields)
    {
        if (fields.Text("uuid") is { } uuid)
        {
            ids.Add(Hash(uuid));
            if (!records.Add(KeyOf(fields)))
                return false;
        }
        NoteAgents(fields);
        return true;
    }

    public bool HasId(string uuid) => ids.Contains(Hash(uuid));

    /// <summary>Whether it has a record with the same id and the same message.</summary>
    public bool Has(UInt128 key) => records.Contains(key);

    /// <summary>A record's id and message. Only for records with an id.</summary>
    public static UInt128 KeyOf(Fields fields) => Hash(fields.Text("uuid") ?? "", Said(fields));

    /// <summary>The call that started an agent: the one whose result names it, else the only one with its prompt; null if it is unknown.</summary>
    public ClaudeCodeAgentCall? CallOf(string? agentId, string? prompt)
    {
        var id = agentId is null ? null : callOfAgent.GetValueOrDefault(agentId);
        if (id is null && prompt is not null)
            id = callOfPrompt.GetValueOrDefault(Hash(prompt.Trim()));
        return id is null ? null : calls.GetValueOrDefault(id) ?? new(id, null, null, null);
    }

    private void NoteAgents(Fields fields)
    {
        switch (fields.Text("type"))
        {
            case "progress" when fields["data"].Property("agentId").AsString() is { Length: > 0 } agent:
                if (fields.Text("parentToolUseID") is { Length: > 0 } starter)
                    callOfAgent.TryAdd(agent, starter);
                break;
            case "assistant":
                foreach (var part in fields["message"].Property("content").Items())
                    if (part.Property("name").AsString() is "Task" or "Agent")
                        NoteCall(new Fields(part));
                break;
            case "user" when fields["toolUseResult"].Property("agentId").AsString() is { Length: > 0 } agent:
                foreach (var part in fields["message"].Property("content").Items())
                    if (part.Property("tool_use_id").AsString() is { } answered)
                        callOfAgent[agent] = answered;
                break;
        }
    }

    private void NoteCall(Fields call)
    {
        if (call.Text("id") is not { Length: > 0 } id)
            return;
        var input = new Fields(call["input"]);
        calls[id] = new(id, input.Text("description"), input.Text("subagent_type"), input.Text("name"));
        if (
            input.Text("prompt") is { } text
            && Hash(text.Trim()) is var prompt
            && !callOfPrompt.TryAdd(prompt, id)
            && callOfPrompt[prompt] != id
        )
            callOfPrompt[prompt] = null;
    }

    /// <summary>What a record says, without what a copy may change.</summary>
    private static ReadOnlySpan<byte> Said(Fields fields)
    {
        var message = fields["message"];
        var said =
            message.Kind == JsonValueKind.Object ? message.Property("content")
            : fields.Has("attachment") ? fields["attachment"]
            : fields["content"];
        return said.Utf8.Span;
    }

    private static UInt128 Hash(string text, ReadOnlySpan<byte> more = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData([0]);
        EncodedData.Hash(hash, more);
        Span<byte> sum = stackalloc byte[32];
        hash.GetHashAndReset(sum);
        return BinaryPrimitives.ReadUInt128LittleEndian(sum);
    }
}
