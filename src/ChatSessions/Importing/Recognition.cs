using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>What a file was found to be.</summary>
/// <param name="Format">Its format; null if it is empty or another kind of JSON.</param>
/// <param name="IsLines">Whether each line is a record; if not, the whole file is one.</param>
/// <param name="Refusal">The error for a file in no known format.</param>
/// <param name="Program">The program whose session it is, if that is known and its format is not supported.</param>
internal sealed record Recognition(ImportFormat? Format, bool IsLines, string Refusal = "", UnreadProgram? Program = null)
{
    /// <summary>How many records to check: transcripts may begin with records that do not show their format.</summary>
    private const int RecordsLookedAt = 200;

    /// <summary>How many bytes of records that several formats have to check.</summary>
    private const long GenericBytes = 8 << 20;

    /// <summary>Whether the file stays of that format with a record on each line, whatever is appended to it.</summary>
    public bool IsLasting { get; private init; }

    /// <summary>Recognizes a file by its content, not by its name.</summary>
    /// <param name="asked">The format that the user asked for; null for any.</param>
    /// <exception cref="ChatSessionException">The file is not JSON, too large, or a known format that is not supported.</exception>
    public static Recognition Recognize(
        ImportFile file,
        ImportFormat? asked,
        ImportFormats formats,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        if (asked is null && UnreadProgram.OfFile(file.Path) is { } owner)
            return Unread(file, owner);
        var (isLines, found, refusal, program, isEmpty) = LookAtLines(file, formats, maxBytes, cancellationToken);
        if (isEmpty)
            return Empty(file.Path);
        var fault = default(ChatSessionException);
        if (!isLines)
        {
            (var whole, fault) = LookAtWhole(file, formats, maxBytes, cancellationToken);
            if (fault is null)
                return (asked ?? formats.Of(whole)) is { } formatOfWhole ? new(formatOfWhole, IsLines: false)
                    : UnreadProgram.OfRecord(whole) is { } programOfWhole ? Unread(file, programOfWhole)
                    : Unknown(file, formats, formats.Refusal(whole));
        }
        if (asked is null && program is not null && found is null or { IsGeneric: true })
            return Unread(file, program);
        // A file that is neither may be lines with a broken first one: its reader will report that line.
        if ((asked ?? found) is { } format)
            return new(format, isLines || found is not null || format.IsTranscript)
            {
                IsLasting = isLines && found is { IsGeneric: false },
            };
        return fault is null ? Unknown(file, formats, refusal) : throw fault;
    }

    public static Recognition Empty(string path) => new(null, IsLines: false, $"{path} is empty; it contains no chat session.");

    private static (bool IsLines, ImportFormat? Found, string? Refusal, UnreadProgram? Program, bool IsEmpty) LookAtLines(
        ImportFile file,
        ImportFormats formats,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        using var content = file.Open(out _, out var isCompressed);
        var records = new RecordReader(content, isLines: true, new RecordLimits(file.Path, maxBytes, isCompressed));
        var isLines = false;
        var generic = default(ImportFormat);
        var refusal = default(string);
        var program = default(UnreadProgram);
        var count = 0;
        while (count < RecordsLookedAt && records.Read(cancellationToken))
        {
            if (records.IsBlank)
                continue;
            count++;
            if (records.IsTooLarge || Parse(records.Utf8) is not { Kind: JsonValueKind.Object or JsonValueKind.Array } record)
                continue;
            isLines |= count == 1; // In JSON over several lines, the first line is not a complete value.
            var format = formats.Of(record);
            if (format is { IsGeneric: false })
                return (isLines, format, refusal, program, false);
            generic ??= format;
            if (generic is not null && records.Offset > GenericBytes)
                break;
            refusal ??= formats.Refusal(record);
            program ??= UnreadProgram.OfRecord(record);
        }
        return (isLines, generic, refusal, program, count == 0);
    }

    private static (RawJson Whole, ChatSessionException? Fault) LookAtWhole(
        ImportFile file,
        ImportFormats formats,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        using var content = file.Open(out _, out var isCompressed);
        var records = new RecordReader(content, isLines: false, new RecordLimits(file.Path, maxBytes, isCompressed));
        records.Read(cancellationToken);
        if (records.IsTooLarge)
            return (default, ImportRecords.TooLarge($"{file.Path} is", maxBytes));
        try
        {
            return (RawJson.Parse(records.Utf8), null);
        }
        catch (JsonException exception)
        {
            var sentence =
                $"{file.Path} is not valid JSON (line {(exception.LineNumber + 1).Grouped()}, byte {(exception.BytePositionInLine + 1).Grouped()}), "
                + $"and its lines are not in a known format. {ImportFormats.WhereNamed}";
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

    private static Recognition Unread(ImportFile file, UnreadProgram program) =>
        new(
            null,
            IsLines: false,
            $"{file.Path} is a session of {program.Name}, which is not supported. Import sessions of the programs that "
                + "'chat-mcp-server import --help' names.",
            program
        );

    private static Recognition Unknown(ImportFile file, ImportFormats formats, string? refusal) =>
        refusal is null
            ? new(
                null,
                IsLines: false,
                $"{file.Path} is not in a known format. {ImportFormats.WhereNamed} If it is in one of these, pass --format."
            )
            : throw new ChatSessionException(ChatSessionError.InvalidSession, $"{file.Path} {refusal}");
}
