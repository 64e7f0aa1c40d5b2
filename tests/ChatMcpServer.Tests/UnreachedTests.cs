using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChatMcpServer.Answers;
using ChatMcpServer.Tests.Documents;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>What the compiler leaves out of the native file is not used.</summary>
public sealed partial class UnreachedTests
{
    private static readonly XElement LeftOut = XElement.Parse(Repository.Read("src/ChatMcpServer/Unreached.xml"));

    [Fact]
    public void No_type_of_JSON_that_is_kept_leads_to_one_that_is_left_out()
    {
        Assert.Empty(Found(typeof(McpJsonUtilities), McpJsonUtilities.DefaultOptions));
        Assert.Empty(Found(typeof(AIJsonUtilities), AIJsonUtilities.DefaultOptions));

        static IEnumerable<string> Found(Type owner, JsonSerializerOptions options)
        {
            var context = owner.GetNestedType("JsonContext", BindingFlags.NonPublic)!;
            var without = TypesLeftOut(context);
            Assert.NotEmpty(without);
            return from type in Creators(context).Select(Created).Except(without)
                from led in Reached(options.GetTypeInfo(type)).Intersect(without)
                select $"{type} to {led}";
        }
    }

    [Fact]
    public void No_tool_has_an_argument_of_a_type_that_is_left_out()
    {
        var without = TypesLeftOut(typeof(McpJsonUtilities).GetNestedType("JsonContext", BindingFlags.NonPublic)!);
        var arguments =
            from type in typeof(AnswersJson).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.IsDefined(typeof(McpServerToolAttribute))
            from parameter in method.GetParameters()
            select parameter.ParameterType;

        Assert.NotEmpty(arguments);
        Assert.Empty(arguments.SelectMany(type => Parts(type).Prepend(type)).Intersect(without));
    }

    private static IReadOnlyCollection<Type> TypesLeftOut(Type context)
    {
        var names = LeftOut
            .Descendants("type")
            .Where(type => type.Attribute("fullname")!.Value == context.FullName!.Replace('+', '/'))
            .Elements("method")
            .Select(method => NameOfMethod().Match(method.Attribute("signature")!.Value).Value)
            .ToHashSet();
        return [.. Creators(context).Where(method => names.Contains(method.Name)).Select(Created)];
    }

    private static IEnumerable<MethodInfo> Creators(Type context) =>
        context
            .GetMethods(BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(method => method.Name.StartsWith("Create_", StringComparison.Ordinal));

    private static Type Created(MethodInfo creator) => creator.ReturnType.GetGenericArguments()[0];

    /// <summary>The types that System.Text.Json asks for when it makes one ready.</summary>
    private static IEnumerable<Type> Reached(JsonTypeInfo json) =>
        json
            .Properties.Select(property => property.PropertyType)
            .Concat(json.PolymorphismOptions?.DerivedTypes.Select(derived => derived.DerivedType) ?? [])
            .Append(json.Type)
            .SelectMany(type => Parts(type).Prepend(type))
            .Where(type => type != json.Type);

    /// <summary>Of a list, an array or a nullable type: what it is made of. Bytes are written as one string.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type == typeof(ReadOnlyMemory<byte>) ? []
        : type.HasElementType ? Parts(type.GetElementType()!).Prepend(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(part => Parts(part).Prepend(part))
        : [];

    [GeneratedRegex(@"\w+(?=\()")]
    private static partial Regex NameOfMethod();
}
