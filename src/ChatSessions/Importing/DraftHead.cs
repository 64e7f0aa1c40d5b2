using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>What is known of a whole session that is being built.</summary>
internal sealed class DraftHead
{
    private readonly SortedDictionary<string, int> leftOut = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> about = [];
    private readonly List<string> models = [];
    private DateTimeOffset? earliest;
    private DateTimeOffset? latest;
    private (int Count, long Bytes) omitted;

    public DraftHead() { }

    /// <summary>A copy, which does not change with the other one.</summary>
    public DraftHead(DraftHead other)
    {
        leftOut = new(other.leftOut, StringComparer.Ordinal);
        about = new(other.about);
        models = [.. other.models];
        (earliest, latest, omitted) = (other.earliest, other.latest, other.omitted);
        (Id, Title, BrokenLines, RepairedLines, UnfinishedUsage) = (
            other.Id,
            other.Title,
            other.BrokenLines,
            other.RepairedLines,
            other.UnfinishedUsage
        );
    }

    /// <inheritdoc cref="SessionDraft.Id"/>
    public string? Id { get; set; }

    /// <inheritdoc cref="SessionDraft.Title"/>
    public string? Title { get; set; }

    /// <inheritdoc cref="SessionDraft.BrokenLines"/>
    public int BrokenLines { get; set; }

    /// <inheritdoc cref="SessionDraft.RepairedLines"/>
    public int RepairedLines { get; set; }

    /// <inheritdoc cref="SessionDraft.UnfinishedUsage"/>
    public Usage? UnfinishedUsage { get; set; }

    /// <inheritdoc cref="SessionDraft.About"/>
    public void About(string name, RawJson value, bool replace)
    {
        if (value.AsString() is not { Length: > 0 } text)
            return;
        if (replace)
            about[name] = text;
        else
            about.TryAdd(name, text);
    }

    /// <inheritdoc cref="SessionDraft.Noted"/>
    public string? Noted(string name) => about.GetValueOrDefault(name);

    /// <inheritdoc cref="SessionDraft.Reach"/>
    public void Reach(DateTimeOffset? moment)
    {
        if (moment is null)
            return;
        earliest = earliest < moment ? earliest : moment;
        latest = latest > moment ? latest : moment;
    }

    /// <summary>Notes a model that wrote something.</summary>
    public void AddModel(string name)
    {
        if (!models.Contains(name))
            models.Add(name);
    }

    /// <inheritdoc cref="SessionDraft.LeaveOut"/>
    public void LeaveOut(string kind) => leftOut[kind] = leftOut.GetValueOrDefault(kind) + 1;

    /// <inheritdoc cref="SessionDraft.Omit"/>
    public void Omit(OmittedData data) => omitted = (omitted.Count + 1, omitted.Bytes + data.Bytes);

    /// <inheritdoc cref="SessionDraft.Notes"/>
    public IEnumerable<string> Notes()
    {
        if (leftOut.Count > 0)
            yield return $"Skipped, not part of the conversation: {string.Join(", ", leftOut.Select(one => $"{one.Value.Grouped()} {one.Key}"))}.";
        if (omitted.Count > 0)
            yield return $"Replaced by a marker: {omitted.Count.Grouped()} images or files ({omitted.Bytes.Grouped()} bytes).";
    }

    /// <summary>Writes the fields of the session, except its events.</summary>
    /// <param name="fallbackId">The id to use if none was recorded, or an invalid one.</param>
    /// <param name="madeTitle">The title if none was recorded.</param>
    /// <param name="lastStop">The end of the last run; missing if no run has ended.</param>
    public void WriteTo(Utf8JsonWriter json, ImportOrigin origin, string fallbackId, Func<string?> madeTitle, RawJson lastStop)
    {
        json.WriteString("session_id", Id is not null && Sources.SessionId.Fault(Id) is null ? Id : fallbackId);
        json.WriteString("last_updated_at", Moment(latest ?? origin.Changed));
        json.WriteText("generated_title", Title ?? madeTitle());
        if (!lastStop.IsMissing)
            WriteJob(json, lastStop);
        json.WriteStartObject("source");
        json.WriteString("format", origin.Format.Name);
        if (earliest is { } created)
            json.WriteString("created_at", Moment(created));
        else
            json.WriteString("time_from", "file");
        if (BrokenLines > 0)
            json.WriteNumber("broken_lines", BrokenLines);
        if (RepairedLines > 0)
            json.WriteNumber("repaired_lines", RepairedLines);
        foreach (var (name, value) in about)
            json.WriteString(name, value);
        if (models.Count > 0)
        {
            json.WriteStartArray("models");
            models.ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }
        if (UnfinishedUsage is { } usage)
            WriteUsage(json, "unfinished_usage", usage);
        json.WriteEndObject();
    }

    /// <summary>Writes what was used, with only the fields that are known.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, string name, Usage usage, Action<Utf8JsonWriter>? more = null)
    {
        writer.WriteStartObject(name);
        if (usage.DurationMs is { } duration)
            writer.WriteNumber("duration_ms", duration);
        if (usage.TotalInputTokens is { } input)
            writer.WriteNumber("total_input_tokens", input);
        if (usage.TotalOutputTokens is { } output)
            writer.WriteNumber("total_output_tokens", output);
        if (usage.Turns is { } turns)
            writer.WriteNumber("turns", turns);
        more?.Invoke(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes the last stop's fields as <c>job_metadata</c>, as LlamaCloud does.</summary>
    private static void WriteJob(Utf8JsonWriter json, RawJson stop)
    {
        json.WriteStartObject("job_metadata");
        foreach (var (name, value) in stop.Properties().Where(field => field.Key != "usage").Concat(stop.Property("usage").Properties()))
            json.WriteRaw(name, value);
        json.WriteEndObject();
    }

    private static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
