using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ChatMcpServer.Installing;

/// <summary>A node of a YAML text, and where it is. It ends before <paramref name="End"/>, which is after its last word or bracket.</summary>
/// <param name="Column">How far it is indented.</param>
internal sealed record YamlText(int Start, int End, int Column)
{
    private const int Deepest = 200;

    /// <summary>The members of a mapping; null if it is not one.</summary>
    public List<YamlMember>? Members { get; private init; }

    /// <summary>Whether it is written in brackets.</summary>
    public bool IsFlow { get; private init; }

    /// <summary>Whether it is a scalar that stands for nothing.</summary>
    public bool IsNothing => IsScalar && !isQuoted && scalar is "" or "~" or "null";

    public bool IsScalar => scalar is not null;

    private string? scalar;
    private bool isQuoted;
    private List<YamlText>? items;

    /// <summary>The mapping that a text is; null if it has nothing but comments.</summary>
    /// <exception cref="ConfigException">It is not YAML, not a mapping, or has several documents.</exception>
    public static YamlText? Parse(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return null;
            parser.Consume<DocumentStart>();
            var root = Read(parser, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
                throw new ConfigException("has several documents");
            return root.IsNothing ? null
                : root.Members is null ? throw new ConfigException("is YAML, but not a mapping")
                : root.IsFlow ? throw new ConfigException("is a mapping in brackets, which is not edited")
                : root;
        }
        catch (YamlException exception)
        {
            throw new ConfigException($"is not valid YAML (line {exception.Start.Line})");
        }
    }

    /// <exception cref="ConfigException">Several members have this name.</exception>
    public YamlMember? Find(string name) =>
        Members?.FindAll(member => member.Key.scalar == name) switch
        {
            null or [] => null,
            [var one] => one,
            _ => throw new ConfigException($"has {name} twice"),
        };

    /// <summary>The same as JSON; every scalar is text, but true, false and whole numbers.</summary>
    public JsonNode? ToJson()
    {
        if (Members is not null)
        {
            var members = new JsonObject();
            foreach (var member in Members)
                if (!members.TryAdd(member.Key.scalar ?? $"{member.Key.ToJson()}", member.Value.ToJson()))
                    throw new ConfigException($"has {member.Key.scalar} twice");
            return members;
        }
        if (items is not null)
            return new JsonArray([.. items.Select(item => item.ToJson())]);
        return isQuoted ? JsonValue.Create(scalar)
            : scalar is "true" or "false" ? JsonValue.Create(scalar == "true")
            : long.TryParse(scalar, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
            : JsonValue.Create(scalar);
    }

    private static YamlText Read(Parser parser, int depth)
    {
        if (depth > Deepest)
            throw new ConfigException("is nested too deeply");
        switch (parser.Current)
        {
            case MappingStart start:
                parser.MoveNext();
                var members = new List<YamlMember>();
                while (!parser.Accept<MappingEnd>(out _))
                    members.Add(new(Read(parser, depth + 1), Read(parser, depth + 1)));
                var mappingEnd = parser.Consume<MappingEnd>();
                var isFlow = start.Style == MappingStyle.Flow;
                return Node(
                    start,
                    isFlow ? Position(mappingEnd.Start) + 1
                        : members.Count == 0 ? Position(start.End)
                        : EndOf(members[^1])
                ) with
                {
                    Members = members,
                    IsFlow = isFlow,
                };
            case SequenceStart start:
                parser.MoveNext();
                var items = new List<YamlText>();
                while (!parser.Accept<SequenceEnd>(out _))
                    items.Add(Read(parser, depth + 1));
                var sequenceEnd = parser.Consume<SequenceEnd>();
                var inBrackets = start.Style == SequenceStyle.Flow;
                return Node(
                    start,
                    inBrackets ? Position(sequenceEnd.Start) + 1
                        : items.Count == 0 ? Position(start.End)
                        : items[^1].End
                ) with
                {
                    items = items,
                    IsFlow = inBrackets,
                };
            case Scalar value:
                parser.MoveNext();
                return Node(value, Position(value.End)) with { scalar = value.Value, isQuoted = value.Style != ScalarStyle.Plain };
            case AnchorAlias alias:
                parser.MoveNext();
                return Node(alias, Position(alias.End)) with { scalar = $"*{alias.Value}", isQuoted = true };
            default:
                throw new ConfigException("is YAML in a form that is not edited");
        }
    }

    private static int EndOf(YamlMember member) => Math.Max(member.Key.End, member.Value.End);

    private static YamlText Node(ParsingEvent start, int end) => new(Position(start.Start), end, (int)start.Start.Column - 1);

    private static int Position(Mark mark) => (int)mark.Index;
}

/// <summary>A key and its value.</summary>
internal sealed record YamlMember(YamlText Key, YamlText Value);
