using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>
/// Configurations in YAML, whose servers are a block mapping. YamlDotNet's parser finds the places; the text around them is not touched.
/// </summary>
internal sealed class YamlConfig : IConfigFormat
{
    private const string Step = "  ";

    /// <inheritdoc/>
    public JsonObject? Find(string text, EntryPlace place)
    {
        if (Section(YamlText.Parse(text), place) is not { Members: { } entries } section || section.Find(place.Name) is not { } entry)
            return null;
        return entry.Value.ToJson() as JsonObject ?? throw new ConfigException($"has an entry {place.Name} that is not a mapping");
    }

    /// <inheritdoc/>
    public bool HasSection(string text, EntryPlace place) => Section(YamlText.Parse(text), place) is not null;

    /// <inheritdoc/>
    public string Add(string text, EntryPlace place, JsonObject entry)
    {
        var root = YamlText.Parse(text);
        _ = Section(root, place);
        var newLine = TextEdit.NewLineOf(text);
        string edited;
        if (root is null)
        {
            var before = text.Length == 0 || text.EndsWith('\n') ? text : text + newLine;
            edited = $"{before}{place.Section}:{newLine}{Lines(place.Name, entry, Step, newLine)}";
        }
        else if (root.Find(place.Section) is not { } section)
        {
            var indentation = new string(' ', root.Column);
            var lines = $"{indentation}{place.Section}:{newLine}{Lines(place.Name, entry, indentation + Step, newLine)}";
            edited = InsertLines(text, root.End, lines, newLine);
        }
        else if (section.Value.Members is { Count: > 0 } && !section.Value.IsFlow)
        {
            var indentation = new string(' ', section.Value.Column);
            edited = InsertLines(text, section.Value.End, Lines(place.Name, entry, indentation, newLine), newLine);
        }
        else if (section.Value.Members is { Count: > 0 })
            throw new ConfigException($"has {place.Section} in a form that cannot be edited");
        else
        {
            var indentation = new string(' ', root.Column + Step.Length);
            var value = section.Value;
            var isNothing = value.End == value.Start;
            var end = isNothing ? section.Key.End : value.End;
            var inserted = InsertLines(text, end, Lines(place.Name, entry, indentation, newLine), newLine);
            // What stood for nothing, such as {}, with the space before it.
            edited = isNothing ? inserted : TextEdit.Apply(inserted, new TextEdit(Colon(text, section) + 1, value.End, ""));
        }
        return Checked(text, edited, place);
    }

    /// <inheritdoc/>
    public string ByHand(string text, EntryPlace place, JsonObject entry, out string where)
    {
        var section = Section(YamlText.Parse(text), place);
        var isFlow = section is { IsFlow: true };
        var indentation = section is { Members.Count: > 0 } ? new string(' ', section.Column) : Step;
        where = isFlow ? $"into the braces of {place.Section}" : $"under {place.Section}";
        return isFlow ? $"{place.Name}: {Render(entry)}" : Lines(place.Name, entry, indentation, "\n");
    }

    /// <inheritdoc/>
    public string Change(string text, EntryPlace place, string field, JsonNode value)
    {
        var entry = Entry(text, place).Value;
        if (entry.IsFlow)
            throw new ConfigException($"has {place.Name} in a form that cannot be edited");
        var newLine = TextEdit.NewLineOf(text);
        if (entry.Find(field) is not { } old)
            return Checked(
                text,
                InsertLines(text, entry.End, $"{new string(' ', entry.Column)}{field}: {Render(value)}{newLine}", newLine),
                place
            );
        var start = Colon(text, old) + 1;
        var end = Math.Max(start, old.Value.End);
        // Items on lines of their own may have comments among them.
        if (text.AsSpan(start, end - start).Contains('#') && old.Value.Members is null && !old.Value.IsFlow && !old.Value.IsScalar)
            throw new ConfigException($"has {field} of {place.Name} in a form that cannot be edited");
        return Checked(text, TextEdit.Apply(text, new TextEdit(start, end, $" {Render(value)}")), place);
    }

    /// <inheritdoc/>
    public string Remove(string text, EntryPlace place, bool keepsSection)
    {
        var root = YamlText.Parse(text)!;
        var section = root.Find(place.Section)!;
        if (section.Value.IsFlow)
            throw new ConfigException($"has {place.Section} in a form that cannot be edited");
        var entry = section.Value.Find(place.Name)!;
        var lines = Lines(text, entry);
        if (section.Value.Members!.Count > 1)
            return Checked(text, TextEdit.Apply(text, lines), place);
        return Checked(
            text,
            keepsSection
                ? TextEdit.Apply(text, lines, new TextEdit(Colon(text, section) + 1, Colon(text, section) + 1, " {}"))
                : TextEdit.Apply(text, Lines(text, section)),
            place
        );
    }

    private static YamlMember Entry(string text, EntryPlace place) => Section(YamlText.Parse(text), place)!.Find(place.Name)!;

    private static YamlText? Section(YamlText? root, EntryPlace place) =>
        root?.Find(place.Section)?.Value switch
        {
            null => null,
            var section when section.Members is not null || section.IsNothing => section,
            _ => throw new ConfigException($"has {place.Section} that is not a mapping"),
        };

    /// <summary>The edited text, after a check that it says the same as before of everything but the entry.</summary>
    private static string Checked(string text, string edited, EntryPlace place)
    {
        try
        {
            if (JsonNode.DeepEquals(Others(text, place), Others(edited, place)))
                return edited;
        }
        catch (ConfigException)
        {
            // Of what was edited: the text itself has been parsed before.
        }
        throw new ConfigException("has a form that cannot be edited without changing something else");
    }

    private static JsonObject Others(string text, EntryPlace place)
    {
        var root = YamlText.Parse(text)?.ToJson()?.AsObject() ?? [];
        (root[place.Section] as JsonObject)?.Remove(place.Name);
        if (root[place.Section] is null or JsonObject { Count: 0 } or JsonValue)
            root.Remove(place.Section);
        return root;
    }

    private static string Lines(string name, JsonObject entry, string indentation, string newLine) =>
        string.Concat(
            entry
                .Select(field => $"{indentation}{Step}{field.Key}: {Render(field.Value)}")
                .Prepend($"{indentation}{name}:")
                .Select(line => line + newLine)
        );

    /// <summary>A text with lines inserted after the line in which something ends.</summary>
    private static string InsertLines(string text, int end, string lines, string newLine)
    {
        var at = LineAfter(text, end);
        return TextEdit.Apply(text, new TextEdit(at, at, at > 0 && text[at - 1] != '\n' ? newLine + lines : lines));
    }

    /// <summary>The lines that a key and its value take.</summary>
    private static TextEdit Lines(string text, YamlMember member) =>
        new(TextEdit.LineStart(text, member.Key.Start), LineAfter(text, Math.Max(member.Key.End, member.Value.End)), "");

    /// <summary>Where the next line begins; a block of text ends at the start of a line.</summary>
    private static int LineAfter(string text, int end) =>
        end > 0 && text[end - 1] == '\n' ? end
        : text.IndexOf('\n', end) is >= 0 and var line ? line + 1
        : text.Length;

    private static int Colon(string text, YamlMember member) => text.IndexOf(':', member.Key.End);

    /// <summary>Lists and mappings as in JSON, which YAML includes; texts without quotes if they cannot be read as something else.</summary>
    private static string Render(JsonNode? value) =>
        value switch
        {
            JsonArray items => $"[{string.Join(", ", items.Select(item => item is JsonValue text ? Quoted(text) : Render(item)))}]",
            JsonObject { Count: 0 } => "{}",
            JsonObject fields => $"{{ {string.Join(", ", fields.Select(field => $"{field.Key}: {Render(field.Value)}"))} }}",
            JsonValue scalar when scalar.TryGetValue<string>(out var text) && IsPlain(text) => text,
            JsonValue scalar => Quoted(scalar),
            _ => "null",
        };

    private static string Quoted(JsonValue scalar) =>
        scalar.TryGetValue<string>(out var text) ? TextEdit.Quote(text) : scalar.ToJsonString();

    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] == '/')
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "/_-.".Contains(letter))
        && text.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "null");
}
