using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>What a file was found to be.</summary>
/// <param name="Format">Its format; null when it shows none, being empty or JSON of another kind.</param>
/// <param name="IsLines">Whether each line is a record; else the whole file is one.</param>
/// <param name="Refusal">What to say of a file that shows no format.</param>
internal sealed record Recognition(SessionFormat? Format, bool IsLines, string Refusal = "")
{
    /// <summary>Transcripts may begin with records that do not show what they are.</summary>
    private const int RecordsLookedAt = 200;

    /// <summary>Recognises a file by what it holds; its name says nothing.</summary>
    /// <param name="asked">The format, where the user named it.</param>
    /// <param name="open">Opens the file at its beginning; called twice where the file turns out to be no lines.</param>
    /// <exception cref="ChatSessionException">It is no JSON, too large to be looked at, or what <c>codex exec --json</c> prints.</exception>
    public static Recognition Of(string path, SessionFormat? asked, Func<Stream> open, long maxBytes, CancellationToken cancellationToken)
    {
        var (isLines, found, isCodexStream, isEmpty) = LookAtLines(open, maxBytes, cancellationToken);
        if (isEmpty)
            return Empty(path);
        var fault = default(ChatSessionException);
        if (!isLines)
        {
            (var whole, fault) = LookAtWhole(path, open, maxBytes, cancellationToken);
            if (fault is null)
                return (asked ?? SessionFormats.Of(whole)) is { } formatOfWhole
                    ? new(formatOfWhole, IsLines: false)
                    : Unknown(path, SessionFormats.IsCodexStream(whole));
        }
        // A file that is neither may be lines of which the first is broken: its reader will name that line.
        if ((asked ?? found) is { } format)
            return new(format, isLines || found is not null || format is SessionFormat.ClaudeCode or SessionFormat.Codex);
        return fault is null ? Unknown(path, isCodexStream) : throw fault;
    }

    /// <summary>A file in which there is nothing.</summary>
    public static Recognition Empty(string path) => new(null, IsLines: false, $"{path} is empty: there is no chat session in it.");

    private static (bool IsLines, SessionFormat? Found, bool IsCodexStream, bool IsEmpty) LookAtLines(
        Func<Stream> open,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        using var content = open();
        var records = new RecordReader(content, isLines: true, maxBytes);
        var isLines = false;
        var isCodexStream = false;
        var count = 0;
        while (count < RecordsLookedAt && records.Read(cancellationToken))
        {
            if (records.IsBlank)
                continue;
            count++;
            if (records.IsTooLarge || Parse(records.Utf8) is not { Kind: JsonValueKind.Object or JsonValueKind.Array } record)
                continue;
            isLines |= count == 1; // The first line of what is written over several lines is no value in itself.
            if (SessionFormats.Of(record) is { } format)
                return (isLines, format, isCodexStream, false);
            isCodexStream |= SessionFormats.IsCodexStream(record);
        }
        return (isLines, null, isCodexStream, count == 0);
    }

    private static (RawJson Whole, ChatSessionException? Fault) LookAtWhole(
        string path,
        Func<Stream> open,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        using var content = open();
        var records = new RecordReader(content, isLines: false, maxBytes);
        records.Read(cancellationToken);
        if (records.IsTooLarge)
            return (default, ImportRecords.TooLarge($"{path} is", maxBytes));
        try
        {
            return (RawJson.Parse(records.Utf8), null);
        }
        catch (JsonException exception)
        {
            var sentence =
                $"{path} is not JSON: as a whole it does not parse at line {exception.LineNumber + 1:N0}, byte "
                + $"{exception.BytePositionInLine + 1:N0}, nor are its lines records of a known format. {KnownFormats}";
            return (default, new ChatSessionException(ChatSessionError.InvalidSession, sentence, exception));
        }
    }

    private static RawJson? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return RawJson.Parse(utf8);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string KnownFormats =>
        "Known are sessions of LlamaCloud (session_id, events), transcripts of Claude Code, rollouts of Codex, and messages of OpenAI "
        + "and Microsoft.Extensions.AI (role with content or contents).";

    private static Recognition Unknown(string path, bool isCodexStream) =>
        isCodexStream
            ? throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{path} is what 'codex exec --json' prints, which is not read. Import the rollout of the same session from ~/.codex/sessions."
            )
            : new(
                null,
                IsLines: false,
                $"{path} is in no known format. {KnownFormats} If it is one of these, name it with --format "
                    + $"{string.Join('|', SessionFormats.Names)}."
            );
}
