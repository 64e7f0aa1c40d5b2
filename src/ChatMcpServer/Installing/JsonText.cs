using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>The text of a JSON configuration, and where its objects and their members are.</summary>
internal sealed class JsonText
{
    private readonly byte[] utf8;

    /// <exception cref="ConfigException">It is not JSON, or not an object.</exception>
    public JsonText(string text)
    {
        Text = text;
        utf8 = Encoding.UTF8.GetBytes(text);
        NewLine = TextEdit.NewLineOf(text);
        Root = ReadRoot();
        Indent =
            Root is { Members: [var first, ..] } && TextEdit.IsFirstInLine(text, first.NameStart)
                ? TextEdit.Indentation(text, first.NameStart) is { Length: > 0 } indent
                    ? indent
                    : "  "
                : "  ";
    }

    public string Text { get; }

    public string NewLine { get; }

    /// <summary>What each level is indented by.</summary>
    public string Indent { get; }

    /// <summary>The whole object; null if there is nothing but white space and comments.</summary>
    public JsonMembers? Root { get; }

    public string Slice(JsonMember member) => Text[member.ValueStart..member.ValueEnd];

    private JsonMembers? ReadRoot()
    {
        if (After(0) == Text.Length)
            return null;
        try
        {
            var reader = JsonConfig.Reader(utf8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read()) { }
            return isObject ? ReadObject(Chars(start)) : throw new ConfigException("is JSON, but not an object");
        }
        catch (JsonException exception)
        {
            throw new ConfigException($"is not valid JSON (line {exception.LineNumber + 1})");
        }
    }

    /// <summary>The members of the object that begins here.</summary>
    /// <exception cref="ConfigException">A name is not text.</exception>
    public JsonMembers ReadObject(int start)
    {
        var offset = Bytes(start);
        var reader = JsonConfig.Reader(utf8.AsSpan(offset));
        var members = new List<JsonMember>();
        reader.Read();
        // Members are in order, so characters are counted on from the one before.
        var (atByte, atChar) = (offset, start);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameAt(reader);
            var nameStart = CharAt(offset + (int)reader.TokenStartIndex);
            reader.Read();
            var valueStart = CharAt(offset + (int)reader.TokenStartIndex);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                reader.Skip();
            members.Add(new(name, nameStart, valueStart, CharAt(offset + (int)reader.BytesConsumed)));
        }
        return new(start, CharAt(offset + (int)reader.TokenStartIndex), members);

        int CharAt(int position)
        {
            atChar += Encoding.UTF8.GetCharCount(utf8, atByte, position - atByte);
            atByte = position;
            return atChar;
        }
    }

    private static string NameAt(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ConfigException("is not valid JSON: it has a name with half of a character");
        }
    }

    /// <summary>Adds a member to an object, as the last one, in the style of those that are there.</summary>
    public string Insert(JsonMembers target, string name, JsonNode value)
    {
        var isFileOfLines = Text.AsSpan().TrimEnd().Contains('\n');
        if (target.Members.Count > 0)
            return InsertAfter(target.Members[^1], name, value);
        var indentation = TextEdit.Indentation(Text, target.Start);
        var inner = Text[(target.Start + 1)..target.End];
        var isPretty = isFileOfLines || target == Root;
        var member = Member(name, value, indentation + Indent, isPretty);
        if (string.IsNullOrWhiteSpace(inner))
            return TextEdit.Apply(
                Text,
                new TextEdit(
                    target.Start + 1,
                    target.End,
                    isPretty ? $"{NewLine}{indentation}{Indent}{member}{NewLine}{indentation}" : member
                )
            );
        // Only comments.
        var end = target.Start + 1 + inner.TrimEnd().Length;
        var hasLine = Text.AsSpan(end, target.End - end).Contains('\n');
        return TextEdit.Apply(
            Text,
            new TextEdit(end, end, $"{NewLine}{indentation}{Indent}{member}{(hasLine ? "" : NewLine + indentation)}")
        );
    }

    private string InsertAfter(JsonMember last, string name, JsonNode value)
    {
        var comma = CommaAfter(last.ValueEnd);
        var end = comma is { } at ? at + 1 : last.ValueEnd;
        var after = comma is null ? "" : ",";
        var separator = comma is null ? new TextEdit(last.ValueEnd, last.ValueEnd, ",") : new TextEdit(end, end, "");
        if (!TextEdit.IsFirstInLine(Text, last.NameStart))
            return TextEdit.Apply(Text, separator with { Text = $"{separator.Text} {Member(name, value, "", isPretty: false)}{after}" });
        var indentation = TextEdit.Indentation(Text, last.NameStart);
        var line = $"{NewLine}{indentation}{Member(name, value, indentation, isPretty: true)}{after}";
        var place = EndOfLine(end) ?? end;
        return place == end
            ? TextEdit.Apply(Text, separator with { Text = separator.Text + line })
            : TextEdit.Apply(Text, separator, new TextEdit(place, place, line));
    }

    /// <summary>Removes a member, and the comma that is then too much.</summary>
    public string Delete(JsonMembers target, JsonMember member)
    {
        var comma = CommaAfter(member.ValueEnd);
        // Comments before the comma are not of this member alone.
        var isCommented = comma is { } found && Text.AsSpan(member.ValueEnd, found - member.ValueEnd).Contains('/');
        var end = comma is { } at && !isCommented ? at + 1 : member.ValueEnd;
        var start = Text.AsSpan(0, member.NameStart).TrimEnd().Length;
        // What follows on the line must not move to the line before, which may end with a comment.
        if (EndOfLine(end) is null && Text.IndexOf('\n', start, member.NameStart - start) is >= 0 and var line)
            start = line + 1;
        List<TextEdit> edits = [new(start, end, "")];
        if (isCommented)
            edits.Add(new(comma!.Value, comma.Value + 1, ""));
        var index = target.Members.IndexOf(member);
        if (comma is null && index > 0 && CommaAfter(target.Members[index - 1].ValueEnd) is { } before)
            edits.Add(new(before, before + 1, ""));
        var without = TextEdit.Apply(Text, edits);
        if (target.Members.Count > 1)
            return without;
        var inner = without[(target.Start + 1)..(target.End - (Text.Length - without.Length))];
        return string.IsNullOrWhiteSpace(inner) ? without.Remove(target.Start + 1, inner.Length) : without;
    }

    private string Member(string name, JsonNode value, string indentation, bool isPretty) =>
        $"{TextEdit.Quote(name)}: {JsonConfig.Render(value, this, indentation, isPretty)}";

    /// <summary>Where the comma is that follows a value; null if there is none.</summary>
    private int? CommaAfter(int at) => After(at) is var next && next < Text.Length && Text[next] == ',' ? next : null;

    /// <summary>The position after white space and comments.</summary>
    private int After(int at)
    {
        while (at < Text.Length)
            if (char.IsWhiteSpace(Text[at]))
                at++;
            else if (IsComment(at, '/'))
                at = Text.IndexOf('\n', at) is >= 0 and var line ? line : Text.Length;
            else if (IsComment(at, '*'))
                at = Text.IndexOf("*/", at + 2, StringComparison.Ordinal) is >= 0 and var close ? close + 2 : Text.Length;
            else
                break;
        return at;
    }

    /// <summary>The end of the comments that follow on the same line; null if something else follows on it.</summary>
    private int? EndOfLine(int at)
    {
        var end = at;
        for (; at < Text.Length; at++)
            switch (Text[at])
            {
                case ' ' or '\t':
                    break;
                case '\r' or '\n':
                    return end;
                case '/' when IsComment(at, '/'):
                    var line = Text.IndexOf('\n', at);
                    return line < 0 ? Text.Length
                        : Text[line - 1] == '\r' ? line - 1
                        : line;
                case '/' when IsComment(at, '*') && Text.IndexOf("*/", at + 2, StringComparison.Ordinal) is >= 0 and var close:
                    at = close + 1;
                    end = at + 1;
                    break;
                default:
                    return null;
            }
        return end;
    }

    private bool IsComment(int at, char second) => Text[at] == '/' && at + 1 < Text.Length && Text[at + 1] == second;

    private int Chars(int bytes) => Encoding.UTF8.GetCharCount(utf8, 0, bytes);

    /// <summary>How many bytes the first characters have.</summary>
    public int Bytes(int chars) => Encoding.UTF8.GetByteCount(Text.AsSpan(0, chars));
}

/// <summary>An object: where its braces are, and its members.</summary>
internal sealed record JsonMembers(int Start, int End, List<JsonMember> Members)
{
    /// <exception cref="ConfigException">Several have this name.</exception>
    public JsonMember? Find(string name) =>
        Members.FindAll(member => member.Name == name) switch
        {
            [] => null,
            [var one] => one,
            _ => throw new ConfigException($"has {name} twice"),
        };
}

/// <summary>A member of an object. The value ends before <paramref name="ValueEnd"/>.</summary>
internal sealed record JsonMember(string Name, int NameStart, int ValueStart, int ValueEnd);
