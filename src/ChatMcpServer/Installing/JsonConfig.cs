using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>
/// Configurations in JSON, with comments and trailing commas or without. Utf8JsonReader finds the places; the text around them is not touched.
/// </summary>
internal sealed class JsonConfig : IConfigFormat
{
    private const int Deepest = 512;

    private static readonly JsonReaderOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = Deepest,
    };

    private static readonly JsonDocumentOptions LenientDocument = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = Deepest,
        AllowDuplicateProperties = false,
    };

    /// <inheritdoc/>
    public JsonObject? Find(string text, EntryPlace place)
    {
        var json = new JsonText(text);
        if (Section(json, place) is not { } section || section.Find(place.Name) is not { } entry)
            return null;
        try
        {
            return JsonNode.Parse(json.Slice(entry), documentOptions: LenientDocument) as JsonObject
                ?? throw new ConfigException($"has an entry {place.Name} that is not an object");
        }
        catch (JsonException)
        {
            throw new ConfigException($"has an entry {place.Name} with the same name twice");
        }
    }

    /// <summary>Finds a value by the names on the way to it, the outermost first. Null if it is missing.</summary>
    /// <exception cref="ConfigException">The text is invalid, or has a name twice on the way.</exception>
    public static JsonNode? FindAt(string text, params string[] names)
    {
        var json = new JsonText(text);
        var members = json.Root;
        JsonMember? found = null;
        foreach (var name in names)
        {
            found = members?.Find(name);
            members = found is not null && text[found.ValueStart] == '{' ? json.ReadObject(found.ValueStart) : null;
        }
        try
        {
            return found is null ? null : JsonNode.Parse(json.Slice(found), documentOptions: LenientDocument);
        }
        catch (JsonException)
        {
            throw new ConfigException($"has {names[^1]} with the same name twice");
        }
    }

    /// <inheritdoc/>
    public bool HasSection(string text, EntryPlace place) => Section(new JsonText(text), place) is not null;

    /// <inheritdoc/>
    public string Add(string text, EntryPlace place, JsonObject entry)
    {
        var json = new JsonText(text);
        string edited;
        if (json.Root is not { } root)
        {
            var before = text.Length == 0 || text.EndsWith('\n') || string.IsNullOrWhiteSpace(text) ? text : text + json.NewLine;
            var whole = new JsonObject { [place.Section] = new JsonObject { [place.Name] = entry.DeepClone() } };
            edited = $"{(string.IsNullOrWhiteSpace(text) ? "" : before)}{Render(whole, json, "", isPretty: true)}{json.NewLine}";
        }
        else if (Section(json, place) is { } section)
            edited = json.Insert(section, place.Name, entry);
        else
            edited = json.Insert(root, place.Section, new JsonObject { [place.Name] = entry.DeepClone() });
        return Checked(text, edited, place);
    }

    /// <inheritdoc/>
    public string ByHand(string text, EntryPlace place, JsonObject entry, out string where)
    {
        where = $"into the braces of {place.Section}";
        return $"{TextEdit.Quote(place.Name)}: {Render(entry, new JsonText(text), "", isPretty: true)}";
    }

    /// <inheritdoc/>
    public string Change(string text, EntryPlace place, string field, JsonNode value)
    {
        var json = new JsonText(text);
        var member = Section(json, place)!.Find(place.Name)!;
        var entry = json.ReadObject(member.ValueStart);
        return Checked(
            text,
            entry.Find(field) is not { } old
                ? json.Insert(entry, field, value)
                : TextEdit.Apply(
                    text,
                    new TextEdit(
                        old.ValueStart,
                        old.ValueEnd,
                        Render(
                            value,
                            json,
                            TextEdit.Indentation(text, old.NameStart),
                            isPretty: TextEdit.IsFirstInLine(text, old.NameStart)
                        )
                    )
                ),
            place
        );
    }

    /// <inheritdoc/>
    public string Remove(string text, EntryPlace place, bool keepsSection)
    {
        var json = new JsonText(text);
        var section = Section(json, place)!;
        if (section.Members.Count > 1 || keepsSection)
            return Checked(text, json.Delete(section, section.Find(place.Name)!), place);
        // Comments in the section are worth keeping, and then it is, too.
        var without = json.Delete(section, section.Find(place.Name)!);
        var rest = new JsonText(without);
        var emptied = Section(rest, place)!;
        var member = rest.Root!.Find(place.Section)!;
        var isCommented =
            emptied.End > emptied.Start + 1 || without.AsSpan(member.NameStart, member.ValueStart - member.NameStart).Contains('/');
        return Checked(text, isCommented ? without : rest.Delete(rest.Root, member), place);
    }

    private static JsonMembers? Section(JsonText json, EntryPlace place)
    {
        if (json.Root?.Find(place.Section) is not { } member)
            return null;
        return json.Text[member.ValueStart] == '{'
            ? json.ReadObject(member.ValueStart)
            : throw new ConfigException($"has a {place.Section} that is not an object");
    }

    /// <summary>The edited text, after a check that it says the same as before of everything but the entry.</summary>
    private static string Checked(string text, string edited, EntryPlace place) =>
        Others(text, place).SequenceEqual(Others(edited, place))
            ? edited
            : throw new ConfigException("has a form that cannot be edited without changing something else");

    /// <summary>
    /// The words and values of a text without the entry, and without a section that has nothing else. They are compared as they are written, so
    /// that names may be there twice.
    /// </summary>
    private static List<string> Others(string text, EntryPlace place)
    {
        var json = new JsonText(text);
        if (json.Root is not { } root)
            return Others("{}", place);
        var section = Section(json, place);
        var entry = section?.Find(place.Name);
        var left = section?.Members.Count == (entry is null ? 0 : 1) ? root.Find(place.Section) : entry;
        var (start, end) = left is null ? (int.MaxValue, 0) : (json.Bytes(left.NameStart), json.Bytes(left.ValueEnd));
        var utf8 = Encoding.UTF8.GetBytes(text);
        var reader = Reader(utf8);
        var words = new List<string>();
        while (reader.Read())
            if (reader.TokenStartIndex < start || reader.TokenStartIndex >= end)
                words.Add($"{reader.TokenType} {Encoding.UTF8.GetString(reader.ValueSpan)}");
        return words;
    }

    internal static string Render(JsonNode? value, JsonText json, string indentation, bool isPretty)
    {
        var text = new StringBuilder();
        Write(text, value, json, indentation, isPretty);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? value, JsonText json, string indentation, bool isPretty)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } members:
                var inner = indentation + json.Indent;
                var isFirst = true;
                text.Append('{');
                foreach (var (name, member) in members)
                {
                    if (!isFirst)
                        text.Append(',');
                    text.Append(
                        isPretty ? json.NewLine + inner
                        : isFirst ? ""
                        : " "
                    );
                    text.Append(TextEdit.Quote(name)).Append(": ");
                    Write(text, member, json, inner, isPretty);
                    isFirst = false;
                }
                text.Append(isPretty ? json.NewLine + indentation : "").Append('}');
                break;
            case JsonArray items:
                text.Append('[').AppendJoin(", ", items.Select(item => Render(item, json, indentation, isPretty: false))).Append(']');
                break;
            case JsonObject:
                text.Append("{}");
                break;
            case JsonValue scalar when scalar.TryGetValue<string>(out var words):
                text.Append(TextEdit.Quote(words));
                break;
            default:
                text.Append(value?.ToJsonString() ?? "null");
                break;
        }
    }

    internal static Utf8JsonReader Reader(ReadOnlySpan<byte> utf8) => new(utf8, Lenient);
}
