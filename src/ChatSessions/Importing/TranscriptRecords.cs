using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// The records of a transcript. Lines with a few broken bytes are repaired, and a record with raw line feeds is put together. Other broken lines
/// are skipped: the program was killed, or the disk was full. An incomplete last line is not a fault: the program is still writing it.
/// </summary>
/// <param name="originals">Keeps the records; null to keep nothing.</param>
internal sealed class TranscriptRecords(bool isLines, long maxRecordBytes, OriginalRecords? originals)
{
    /// <summary>The faults of a file are reported again with each part that is appended. One with more of them is read as a whole.</summary>
    private const int MostFaultsKept = 100;

    private readonly BrokenRecord begun = new(maxRecordBytes);
    private readonly List<ChatSessionException> faults = [];
    private byte[]? held;
    private int lastLine;
    private int brokenLines;
    private bool isLastAgain;

    /// <summary>How many lines are broken.</summary>
    public int BrokenLines => brokenLines + (IsLastLineIncomplete ? 0 : begun.Faults.Count);

    /// <summary>How many lines had bytes that were replaced.</summary>
    public int RepairedLines { get; private set; }

    /// <summary>Where to read on when the file has grown; null if it must be read from its beginning.</summary>
    public RecordStart? Next { get; private set; }

    /// <summary>Whether a line feed must stand at <see cref="Next"/>, which is skipped: if the last line goes on, it was not what it seemed to be.</summary>
    public bool NeedsLineFeed { get; private set; }

    /// <summary>What was skipped, one sentence each.</summary>
    public IReadOnlyCollection<string> Notes
    {
        get
        {
            var notes = new List<string>();
            if (IsLastLineIncomplete)
                notes.Add($"Line {lastLine.Grouped()} is incomplete and was skipped; the program may still be writing it.");
            if (BrokenLines > 0)
                notes.Add($"Broken lines skipped: {BrokenLines.Grouped()}.");
            if (RepairedLines > 0)
                notes.Add($"Lines repaired, with bytes that are not JSON or not UTF-8: {RepairedLines.Grouped()}.");
            return notes;
        }
    }

    private bool IsLastLineIncomplete => begun.Faults.Count == 1;

    /// <summary>Reads the records to the end, with lists split into items. It can be called again with a reader that begins at <see cref="Next"/>.</summary>
    /// <param name="records">The same records, for their names in errors.</param>
    /// <param name="broken">Called for each broken line, also for those before.</param>
    /// <exception cref="ChatSessionException">A line is too large, or the file is a single broken record.</exception>
    public IEnumerable<RawJson> Read(
        RecordReader reader,
        ImportRecords records,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        faults.ForEach(broken);
        GoBack();
        while (reader.Read(cancellationToken))
        {
            if (held is not null)
                originals?.Add(held);
            held = null;
            var wasBegun = begun.Faults.Count > 0;
            var record = default(RawJson);
            if (reader.IsBlank)
            {
                if (wasBegun)
                    originals?.Add(reader.Utf8.Span);
                begun.AddBlank(reader.Utf8.Span);
            }
            else
            {
                lastLine = reader.Line;
                record = Look(reader, records, broken);
                // An incomplete last line is no record yet.
                if (record.IsMissing && IsLastLineIncomplete)
                    held = reader.Utf8.ToArray();
                else
                    originals?.Add(reader.Utf8.Span);
            }
            NoteNext(reader, wasBegun);
            if (record.IsMissing)
                continue;
            var list = record.Kind == System.Text.Json.JsonValueKind.Array ? record : record.Property("loglines");
            if (list.Kind != System.Text.Json.JsonValueKind.Array)
                yield return record;
            foreach (var item in list.Items())
                yield return item;
        }
        if (!IsLastLineIncomplete)
            begun.Faults.ForEach(broken);
    }

    /// <summary>Forgets an incomplete line at the end, since it is read again.</summary>
    private void GoBack()
    {
        if (!isLastAgain)
            return;
        begun.Clear();
        held = null;
        isLastAgain = false;
    }

    /// <summary>Notes where to read on after a line. The last one may be complete without a line feed.</summary>
    private void NoteNext(RecordReader reader, bool wasBegun)
    {
        isLastAgain = !reader.HasLineFeed && !wasBegun && (reader.IsBlank || IsLastLineIncomplete);
        NeedsLineFeed = !reader.HasLineFeed && !isLastAgain;
        Next =
            !isLines || faults.Count < brokenLines ? null
            : isLastAgain ? new(reader.Offset, reader.Line - 1)
            : reader.Next;
    }

    /// <summary>The record that ends with the current line; missing if the line is broken, or more belongs to it.</summary>
    private RawJson Look(RecordReader reader, ImportRecords records, Action<ChatSessionException> broken)
    {
        try
        {
            var record = records.Current();
            LeaveOut(begun, broken);
            if (System.Text.Unicode.Utf8.IsValid(reader.Utf8.Span))
                return record;
            RepairedLines++;
            return RepairedJson.Of(reader.Utf8.Span);
        }
        catch (ChatSessionException fault) when (isLines && !reader.IsTooLarge)
        {
            var line = reader.Utf8.Span;
            var repaired = RepairedJson.Of(line);
            if (repaired.IsMissing && begun.Add(line, fault))
            {
                repaired = begun.Whole;
                if (repaired.IsMissing)
                    return default;
                begun.Clear();
            }
            LeaveOut(begun, broken);
            if (repaired.IsMissing)
            {
                repaired = RepairedJson.AtEnd(line);
                if (!repaired.IsMissing || !begun.Begin(line, fault))
                    LeaveOut(fault, broken);
            }
            else
                RepairedLines++;
            return repaired;
        }
    }

    private void LeaveOut(BrokenRecord begun, Action<ChatSessionException> broken)
    {
        begun.Faults.ForEach(fault => LeaveOut(fault, broken));
        begun.Clear();
    }

    private void LeaveOut(ChatSessionException fault, Action<ChatSessionException> broken)
    {
        brokenLines++;
        if (faults.Count < MostFaultsKept)
            faults.Add(fault);
        broken(fault);
    }
}
