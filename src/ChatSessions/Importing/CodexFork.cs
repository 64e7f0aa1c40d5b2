using System.Security.Cryptography;
using System.Text;
using ChatSessions.Archive;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// What a forked session, or a subagent's, repeats of its parent. Codex copies the parent's records, its header too, to the beginning of the
/// new file. If the parent's file is imported too, or the archive kept what it was, what both have is left out here; otherwise everything is kept.
/// </summary>
internal sealed class CodexFork(ImportOrigin origin)
{
    /// <summary>Records that say nothing themselves do not show where the copy ends.</summary>
    private static readonly string[] Bookkeeping = ["session_meta", "turn_context", "world_state"];

    private bool isCopy;
    private bool hasHeader;
    private string? id;
    private DateTimeOffset? begun;
    private long? firstOwn;
    private HashSet<UInt128>? parents;
    private bool wasParentSought;
    private ImportFile? parentFile;

    /// <summary>The session that this one continues or was started by; null if none.</summary>
    public string? ParentId { get; private set; }

    /// <summary>The parent's call that started this session; null if unknown.</summary>
    public string? ParentCallId { get; private set; }

    /// <summary>How many records were left out.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Reads a header; only the first is the session's own.</summary>
    public bool AddHeader(Fields header)
    {
        var headerId = header.Text("id") ?? header.Text("session_id");
        if (hasHeader)
        {
            if (headerId != id)
                Begin(headerId);
            return headerId == id;
        }
        (hasHeader, id, begun) = (true, headerId, IsoMoment.Find(header.Text("timestamp")));
        firstOwn =
            header["subagent_history_start_ordinal"].AsInt64()
            ?? header["forked_from_ordinal_exclusive"].AsInt64()
            ?? header["history_base"].Property("end_ordinal_exclusive").AsInt64();
        var spawn = header["source"].Property("subagent").Property("thread_spawn");
        ParentId = Text(header["forked_from_id"]) ?? Text(header["parent_thread_id"]) ?? Text(spawn.Property("parent_thread_id"));
        if (ParentId is null)
            return true;
        if (header.Has("forked_from_id") || firstOwn is not null)
            Begin(ParentId);
        else
            ReadParent();
        return true;
    }

    /// <summary>Whether a record was copied from the parent, and whether it is left out for that.</summary>
    public (bool IsInherited, bool IsLeftOut) Look(string? type, Fields line, RawJson payload)
    {
        if (!isCopy)
            return default;
        var isParents = parents is not null && parents.Contains(KeyOf(type, payload));
        isCopy =
            firstOwn is { } first && line["ordinal"].AsInt64() is { } ordinal ? ordinal < first
            : parents is not null ? isParents || Bookkeeping.Contains(type) || payload.Property("type").AsString() == "token_count"
            : IsoMoment.Find(line.Text("timestamp")) < begun;
        if (isCopy && isParents)
            LeftOut++;
        return (isCopy, isCopy && isParents);
    }

    /// <summary>Whether the parent's file is still as it was when it was read, or is still not among the files of the import.</summary>
    public bool IsUpToDate()
    {
        if (!wasParentSought)
            return true;
        var now = FindParent();
        return now?.Path == parentFile?.Path && now?.Stamp == parentFile?.Stamp;
    }

    private void Begin(string? parentId)
    {
        ParentId ??= parentId;
        if (isCopy)
            return;
        isCopy = true;
        ReadParent();
    }

    private ImportFile? FindParent() =>
        ParentId is { } parent ? CodexFiles.Find(parent, origin) ?? (parent == id ? null : origin.Neighbours?.Archived(parent)) : null;

    private void ReadParent()
    {
        if (parents is not null || ParentId is null)
            return;
        wasParentSought = true;
        parentFile = FindParent();
        if (parentFile is not { } file)
            return;
        parents = [];
        var child = Encoding.UTF8.GetBytes(id ?? "");
        foreach (var line in CodexFiles.Lines(file, origin.MaxSessionBytes))
        {
            var fields = new Fields(line);
            var (type, payload) = (fields.Text("type"), fields["payload"]);
            parents.Add(KeyOf(type, payload));
            if (child.Length > 0 && ParentCallId is null && line.Utf8.Span.IndexOf(child) >= 0)
                ParentCallId = payload.Property("call_id").AsString();
        }
    }

    /// <summary>A record without what a copy may have otherwise: times, numbers, and fields of newer versions.</summary>
    private static UInt128 KeyOf(string? type, RawJson payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(Encoding.UTF8.GetBytes(type ?? ""));
        foreach (var (name, value) in payload.Properties())
        {
            switch (name)
            {
                case "type"
                or "role"
                or "call_id"
                or "name"
                or "arguments"
                or "input"
                or "action"
                or "message"
                or "text"
                or "reason"
                or "output":
                    Append(value.Utf8.Span);
                    break;
                case "content" or "summary":
                    foreach (var part in value.Items())
                        Append(Contents.TextOf(part).Utf8.Span);
                    break;
                case "info":
                    Append(value.Property("total_token_usage").Utf8.Span);
                    break;
            }
        }
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());

        void Append(ReadOnlySpan<byte> value)
        {
            EncodedData.Hash(hash, value);
            hash.AppendData([0]);
        }
    }

    private static string? Text(RawJson json) => json.AsString() is { Length: > 0 } text ? text : null;
}
