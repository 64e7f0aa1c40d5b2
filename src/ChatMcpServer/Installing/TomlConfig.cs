using System.Text.Json.Nodes;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace ChatMcpServer.Installing;

/// <summary>Configurations in TOML. Tomlyn's syntax tree finds the places; the text around them is not touched.</summary>
internal sealed class TomlConfig : IConfigFormat
{
    /// <inheritdoc/>
    public JsonObject? Find(string text, EntryPlace place)
    {
        var document = Parse(text);
        var leaves = Leaves(document).Where(leaf => IsIn(leaf.Path, place)).ToList();
        var tables = Tables(document, place);
        if (leaves.Count == 0 && tables.Count == 0)
            return null;
        var entry = new JsonObject();
        foreach (var leaf in leaves)
        {
            if (leaf.Path.Length == 2)
                throw new ConfigException($"has an entry {place.Name} that is not a table");
            var target = entry;
            foreach (var name in leaf.Path[2..^1])
                target = (JsonObject)(target[name] ??= new JsonObject());
            target[leaf.Path[^1]] = Value(leaf.Value);
        }
        return entry;
    }

    /// <inheritdoc/>
    public bool HasSection(string text, EntryPlace place) =>
        Parse(text) is var document
        && (
            document.Tables.Any(table => Segments(table.Name!)[0] == place.Section)
            || Leaves(document).Any(leaf => leaf.Path[0] == place.Section)
        );

    /// <inheritdoc/>
    public string Add(string text, EntryPlace place, JsonObject entry)
    {
        if (Parse(text).Tables.OfType<TableArraySyntax>().Any(table => Segments(table.Name!)[0] == place.Section))
            throw new ConfigException($"has a {place.Section} that is a list");
        var newLine = TextEdit.NewLineOf(text);
        var isEmpty = string.IsNullOrWhiteSpace(text);
        var lineEnd = isEmpty || text.EndsWith('\n') ? "" : newLine;
        var blank =
            isEmpty || text.EndsWith("\n\n", StringComparison.Ordinal) || text.EndsWith("\n\r\n", StringComparison.Ordinal) ? "" : newLine;
        return Checked(text, $"{(isEmpty ? "" : text)}{lineEnd}{blank}{Lines(place, entry, newLine)}", place);
    }

    private static string Lines(EntryPlace place, JsonObject entry, string newLine) =>
        string.Concat(
            entry
                .Select(field => $"{Key(field.Key)} = {Render(field.Value)}")
                .Prepend($"[{Key(place.Section)}.{Key(place.Name)}]")
                .Select(line => line + newLine)
        );

    /// <inheritdoc/>
    public string ByHand(string text, EntryPlace place, JsonObject entry, out string where)
    {
        var document = Parse(text);
        if (document.Tables.OfType<TableArraySyntax>().Any(table => Segments(table.Name!)[0] == place.Section))
            throw new ConfigException($"has a {place.Section} that is a list");
        var whole = document.KeyValues.FirstOrDefault(item => Segments(item.Key!) is [var name] && name == place.Section);
        if (whole is not null and not { Value: InlineTableSyntax })
            throw new ConfigException($"has a {place.Section} that is not a table");
        where = whole is null ? "at the end" : $"into the braces of {place.Section}";
        return whole is null ? Lines(place, entry, "\n") : $"{Key(place.Name)} = {Render(entry)}";
    }

    /// <inheritdoc/>
    public string Change(string text, EntryPlace place, string field, JsonNode value)
    {
        var document = Parse(text);
        if (Leaves(document).FirstOrDefault(one => IsIn(one.Path, place) && one.Path.Length == 3 && one.Path[2] == field) is { } leaf)
            return Checked(text, TextEdit.Apply(text, new TextEdit(Start(leaf.Value), End(leaf.Value), Render(value))), place);
        if (Tables(document, place).FirstOrDefault(one => Segments(one.Name!).Length == 2) is not { } table)
            throw new ConfigException($"has {place.Name} in a form that cannot be edited");
        var newLine = TextEdit.NewLineOf(text);
        var line = $"{Key(field)} = {Render(value)}{newLine}";
        var end = LineAfter(text, table.Items.LastOrDefault() is { } item ? End(item.Value!) : End(table.CloseBracket!));
        return Checked(text, TextEdit.Apply(text, new TextEdit(end, end, end > 0 && text[end - 1] != '\n' ? newLine + line : line)), place);
    }

    /// <inheritdoc/>
    public string Remove(string text, EntryPlace place, bool keepsSection)
    {
        var document = Parse(text);
        var edits = new List<TextEdit>();
        foreach (var table in Tables(document, place))
        {
            var start = TextEdit.LineStart(text, Start(table));
            var end = LineAfter(text, table.Items.LastOrDefault() is { } item ? End(item.Value!) : End(table.CloseBracket!));
            edits.Add(new(WithoutBlankLine(text, start), end, ""));
        }
        foreach (var leaf in Leaves(document).Where(leaf => IsIn(leaf.Path, place)))
        {
            if (edits.Any(edit => edit.Start <= Start(leaf.Value) && End(leaf.Value) <= edit.End))
                continue;
            // Of an inline table, only its own key and value may be removed, and that only if all of it is the entry.
            if (!IsIn(leaf.WholePath, place))
                throw new ConfigException($"has {place.Name} in a form that cannot be edited");
            var edit = new TextEdit(TextEdit.LineStart(text, Start(leaf.Whole)), LineAfter(text, End(leaf.Whole.Value!)), "");
            if (!edits.Contains(edit))
                edits.Add(edit);
        }
        return Checked(text, TextEdit.Apply(text, edits), place);
    }

    /// <summary>The edited text, after a check that everything but the entry has the same keys and values as before.</summary>
    private static string Checked(string text, string edited, EntryPlace place)
    {
        try
        {
            if (Others(text, place).SequenceEqual(Others(edited, place)))
                return edited;
        }
        catch (ConfigException)
        {
            // Of what was edited: the text itself has been parsed before.
        }
        throw new ConfigException("has a form that cannot be edited without changing something else");
    }

    private static IEnumerable<string> Others(string text, EntryPlace place)
    {
        var document = Parse(text);
        return
        [
            .. document.Tables.Where(table => !IsIn(Segments(table.Name!), place)).Select(table => $"{table.Kind} {table.Name}"),
            .. Leaves(document).Where(leaf => !IsIn(leaf.Path, place)).Select(leaf => $"{string.Join('\n', leaf.Path)} {leaf.Value}"),
        ];
    }

    private static DocumentSyntax Parse(string text)
    {
        var document = SyntaxParser.Parse(text, validate: true);
        return document.HasErrors
            ? throw new ConfigException($"is not valid TOML (line {document.Diagnostics.First().Span.Start.Line + 1})")
            : document;
    }

    private static List<TableSyntax> Tables(DocumentSyntax document, EntryPlace place) =>
        [.. document.Tables.OfType<TableSyntax>().Where(table => IsIn(Segments(table.Name!), place))];

    private static bool IsIn(string[] path, EntryPlace place) => path.Length > 1 && path[0] == place.Section && path[1] == place.Name;

    /// <summary>All values but those in arrays, with their full paths.</summary>
    private static IEnumerable<Leaf> Leaves(DocumentSyntax document) =>
        [
            .. document.KeyValues.SelectMany(item => Leaves([], item, null, [])),
            .. document.Tables.SelectMany(table => table.Items.SelectMany(item => Leaves(Segments(table.Name!), item, null, []))),
        ];

    private static IEnumerable<Leaf> Leaves(string[] prefix, KeyValueSyntax item, KeyValueSyntax? whole, string[] wholePath)
    {
        string[] path = [.. prefix, .. Segments(item.Key!)];
        var (outer, outerPath) = whole is null ? (item, path) : (whole, wholePath);
        return item.Value is InlineTableSyntax { Items.ChildrenCount: > 0 } table
            ? table.Items.SelectMany(inner => Leaves(path, inner.KeyValue!, outer, outerPath))
            : [new(path, item.Value!, outer, outerPath)];
    }

    private static string[] Segments(KeySyntax key) => [Segment(key.Key!), .. key.DotKeys.Select(dotted => Segment(dotted.Key!))];

    private static string Segment(BareKeyOrStringValueSyntax key) =>
        key is StringValueSyntax text ? text.Value! : ((BareKeySyntax)key).Key!.Text!;

    private static JsonNode? Value(ValueSyntax value) =>
        value switch
        {
            StringValueSyntax text => JsonValue.Create(text.Value),
            BooleanValueSyntax boolean => JsonValue.Create(boolean.Value),
            ArraySyntax array => new JsonArray([.. array.Items.Select(item => Value(item.Value!))]),
            InlineTableSyntax => new JsonObject(),
            _ => JsonValue.Create(value.ToString().Trim()),
        };

    private static string Render(JsonNode? value) =>
        value switch
        {
            JsonArray items => $"[{string.Join(", ", items.Select(Render))}]",
            JsonObject fields => $"{{ {string.Join(", ", fields.Select(field => $"{Key(field.Key)} = {Render(field.Value)}"))} }}",
            JsonValue scalar when scalar.TryGetValue<string>(out var text) => TextEdit.Quote(text),
            _ => value!.ToJsonString(),
        };

    private static string Key(string name) => BareKeySyntax.IsBareKey(name) ? name : TextEdit.Quote(name);

    private static int Start(SyntaxNode node) => node.Span.Start.Offset;

    private static int End(SyntaxNode node) => node.Span.End.Offset + 1;

    /// <summary>Where the next line begins.</summary>
    private static int LineAfter(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end + 1 : text.Length;

    /// <summary>The start of a line, or of the blank line before it.</summary>
    private static int WithoutBlankLine(string text, int start) =>
        text.AsSpan(0, start) switch
        {
            [.., '\n', '\n'] => start - 1,
            [.., '\n', '\r', '\n'] => start - 2,
            _ => start,
        };

    /// <summary>A value.</summary>
    /// <param name="Whole">Its key; if it is in an inline table, the key that has all of that table.</param>
    private sealed record Leaf(string[] Path, ValueSyntax Value, KeyValueSyntax Whole, string[] WholePath);
}
