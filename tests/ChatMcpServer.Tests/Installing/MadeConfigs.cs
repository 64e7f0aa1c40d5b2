using System.Text;
using ChatMcpServer.Installing;

namespace ChatMcpServer.Tests.Installing;

/// <summary>Configurations as people have them, in the format of each host.</summary>
internal static class MadeConfigs
{
    private const string Other = "other";

    /// <summary>Those that get the entry: the name, and the text for a section. The text may be null: there is no file.</summary>
    private static readonly (string Name, Func<string, string?> Text)[] Json =
    [
        ("absent", _ => null),
        ("empty", _ => ""),
        ("blank", _ => " \n\n"),
        ("only a comment", _ => "// mine\n"),
        ("empty object", _ => "{}"),
        ("empty object and line", _ => "{}\n"),
        ("spaced object", _ => "{ }\n"),
        ("object of lines", _ => "{\n\n}\n"),
        ("comment in the object", _ => "{\n  // mine\n}\n"),
        ("comment in the line", _ => "{ /* mine */ }"),
        ("another setting", _ => "{\n    \"theme\": \"dark\"\n}\n"),
        ("no line at the end", _ => "{\n  \"theme\": \"dark\"\n}"),
        ("closed on the line", _ => "{\n  \"theme\": \"dark\" }\n"),
        ("empty section", section => $"{{\n  \"{section}\": {{}}\n}}\n"),
        ("section with a comment", section => $"{{\n  \"{section}\": {{\n    // nothing yet\n  }}\n}}\n"),
        ("another server", section => $"{{\n  \"{section}\": {{\n    \"{Other}\": {{ \"command\": \"x\" }}\n  }},\n  \"z\": [1, 2]\n}}\n"),
        (
            "comments",
            section =>
                $"/* a */ {{ // b\n  \"{section}\": {{ // c\n    \"{Other}\": {{}} // d\n    // e\n  }} /* f */ // g\n  // h\n}} // i\n"
        ),
        ("trailing commas", section => $"{{\n  \"{section}\": {{\n    \"{Other}\": {{ \"command\": \"x\", }}, // c\n  }},\n}}\n"),
        (
            "comma on its own line",
            section => $"{{\n  \"a\": 1 // x\n  ,\n  \"{section}\": {{\n    \"{Other}\": {{}}\n    , // y\n  }}\n}}\n"
        ),
        ("one line", section => $"{{\"{section}\":{{\"{Other}\":{{\"command\":\"x\"}}}},\"z\":1}}"),
        ("one line, empty section", section => $"{{\"{section}\":{{}},\"z\":1}}"),
        ("one line, trailing comma", section => $"{{\"{section}\":{{\"{Other}\":1,}},}}"),
        ("CRLF", section => $"{{\r\n  \"a\": 1, // c\r\n  \"{section}\": {{\r\n    \"{Other}\": {{}}\r\n  }}\r\n}}\r\n"),
        ("mark and CRLF", section => $"\uFEFF{{\r\n  \"{section}\": {{\r\n  }}\r\n}}\r\n"),
        ("tabs", section => $"{{\n\t\"{section}\": {{\n\t\t\"{Other}\": {{\n\t\t\t\"command\": \"x\"\n\t\t}}\n\t}}\n}}\n"),
        ("no indentation", section => $"{{\n\"{section}\":\n{{\n\"{Other}\":\n{{\n}}\n}}\n}}"),
        ("letters of several bytes", section => $"{{\n  \"é😀\": \"😀\", // 😀\n  \"{section}\": {{ \"ü\": {{}} }}\n}}\n"),
        ("escaped names", section => $"{{\n  \"\\u{(int)section[0]:x4}{section[1..]}\": {{\n    \"{Other}\": {{}}\n  }}\n}}\n"),
        (
            "signs of comments in texts",
            section => $"{{\n  \"a\": \"// no /* no */ {{\",\n  \"{section}\": {{\n    \"/*\": \"*/\"\n  }}\n}}\n"
        ),
        ("comment over lines", section => $"{{\n  \"{section}\": {{\n    \"{Other}\": 1 /* a\n    b */\n  }}\n}}\n"),
        ("deep", section => $"{{\n  \"{section}\": {{}},\n  \"d\": {new string('[', 300)}{new string(']', 300)}\n}}\n"),
        ("a name twice", section => $"{{\n  \"a\": 1,\n  \"{section}\": {{}},\n  \"a\": 2\n}}\n"),
        (
            "an inner name twice",
            section => $"{{\n  \"a\": {{ \"b\": 1, \"b\": 1 }},\n  \"{section}\": {{ \"{Other}\": {{ \"c\": 1, \"c\": 2 }} }}\n}}\n"
        ),
        ("another server twice", section => $"{{\n  \"{section}\": {{\n    \"{Other}\": {{}},\n    \"{Other}\": {{}}\n  }}\n}}\n"),
        ("1 MB", section => $"{{\n  \"big\": \"{new string('é', 500_000)}\",\n  \"{section}\": {{\n    \"{Other}\": {{}}\n  }}\n}}\n"),
        (
            "20,000 lines",
            section =>
                $"{{\n{string.Concat(Enumerable.Range(0, 20_000).Select(number => $"  \"k{number}\": 1,\n"))}  \"{section}\": {{}}\n}}\n"
        ),
    ];

    private static readonly (string Name, Func<string, string?> Text)[] BrokenJson =
    [
        ("cut off", _ => "{\n  \"a\": 1"),
        ("two commas", _ => "{\n  \"a\": 1,,\n}\n"),
        ("single quotes", _ => "{ 'a': 1 }"),
        ("a list", _ => "[]\n"),
        ("a text", _ => "\"x\"\n"),
        ("two values", _ => "{}\n{}\n"),
        ("section is a list", section => $"{{\n  \"{section}\": []\n}}\n"),
        ("section is nothing", section => $"{{\n  \"{section}\": null\n}}\n"),
        ("section twice", section => $"{{\n  \"{section}\": {{}},\n  \"{section}\": {{}}\n}}\n"),
        ("entry is a text", section => $"{{\n  \"{section}\": {{ \"chat-sessions\": \"x\" }}\n}}\n"),
        ("entry twice", section => $"{{\n  \"{section}\": {{ \"chat-sessions\": {{}}, \"chat-sessions\": {{}} }}\n}}\n"),
        (
            "command twice",
            section => $"{{ \"{section}\": {{ \"chat-sessions\": {{ \"command\": \"chat-mcp-server\", \"command\": \"x\" }} }} }}\n"
        ),
        ("a name with half of a character", section => $"{{ \"{section}\": {{ \"\\ud800\": {{}} }} }}\n"),
        ("open comment", _ => "{ /* \n}"),
        ("YAML", _ => "a: 1\n"),
    ];

    private static readonly (string Name, Func<string, string?> Text)[] Toml =
    [
        ("absent", _ => null),
        ("empty", _ => ""),
        ("blank", _ => "\n\n"),
        ("only a comment", _ => "# mine"),
        ("another setting", _ => "model = \"x\" # y\n"),
        ("no line at the end", _ => "model = 'x'"),
        ("blank line at the end", _ => "model = 'x'\n\n"),
        ("another server", section => $"[{section}.{Other}]\ncommand = 'x'\n\n[{section}.{Other}.env]\nA = 'b'\n\n# end\n"),
        (
            "servers in between",
            section => $"a = 1\n\n[{section}.{Other}]\ncommand = \"\"\"x\n[no]\n\"\"\"\n\n# about b\n[b]\nc = [\n  1, # one\n]\n"
        ),
        ("empty section", section => $"[{section}]\n"),
        ("inline server", section => $"[{section}]\n{Other} = {{ command = 'x', args = [] }}\n"),
        ("dotted server", section => $"{section}.{Other}.command = 'x'\n"),
        ("list of tables", _ => "[[profiles]]\nname = 'a'\n[[profiles]]\nname = 'b'\n"),
        ("quoted names", section => $"[\"{section}\".'{Other} one']\ncommand = 'x'\n"),
        ("CRLF", section => $"a = 1\r\n\r\n[{section}.{Other}]\r\ncommand = 'x'\r\n"),
        ("mark and CRLF", _ => "\uFEFFa = 1\r\n"),
        ("tabs", section => $"[{section}.{Other}]\n\tcommand\t=\t'x'\n"),
        ("letters of several bytes", _ => "\"é😀\" = \"😀\" # 😀\n"),
        ("1 MB", _ => $"big = \"{new string('é', 500_000)}\"\n"),
        ("20,000 lines", _ => string.Concat(Enumerable.Range(0, 20_000).Select(number => $"k{number} = 1\n"))),
    ];

    private static readonly (string Name, Func<string, string?> Text)[] BrokenToml =
    [
        ("no value", _ => "a = \n"),
        ("cut off", _ => "a = \"x"),
        ("a key twice", _ => "a = 1\na = 2\n"),
        ("a table twice", _ => "[a]\n[a]\n"),
        ("section is inline", section => $"{section} = {{ {Other} = {{ command = 'x' }} }}\n"),
        ("section is a number", section => $"{section} = 1\n"),
        ("section is a list", section => $"[[{section}]]\na = 1\n"),
        ("entry is a text", section => $"[{section}]\nchat-sessions = 'x'\n"),
        ("JSON", _ => "{ \"a\": 1 }\n"),
    ];

    private static readonly (string Name, Func<string, string?> Text)[] Yaml =
    [
        ("absent", _ => null),
        ("empty", _ => ""),
        ("only a comment", _ => "# mine"),
        ("another setting", _ => "GOOSE_MODE: auto # x\n"),
        ("no line at the end", _ => "GOOSE_MODE: auto"),
        ("begin and end", _ => "---\na: 1\n...\n"),
        ("empty section", section => $"{section}: {{}}\nb: 1\n"),
        ("empty section with a comment", section => $"{section}: {{}} # none\nb: 1\n"),
        ("section without a value", section => $"{section}: # none\nb: 1\n"),
        ("section of nothing", section => $"{section}: null\n"),
        (
            "another server",
            section => $"{section}:\n  {Other}:\n    cmd: x # c\n    args:\n      - a\n      # b\n      - c\n\n# end\nz: 1\n"
        ),
        ("no indentation of lists", section => $"{section}:\n  {Other}:\n    args:\n    - a\n    - b\nz:\n- 1\n"),
        ("wide", section => $"{section}:\n      {Other}:\n            cmd: x\n"),
        ("whole text indented", section => $"  a: 1\n  {section}:\n     {Other}: {{ cmd: x }}\n"),
        ("block of text at the end", section => $"{section}:\n  {Other}:\n    text: |\n      hello\n\n\n"),
        ("block of text before", section => $"{section}:\n  {Other}:\n    text: >+\n      hello\n\nz: 1\n"),
        ("brackets", section => $"{section}:\n  {Other}: {{ cmd: x,\n    args: [a,\n      b] }}\nz: 1\n"),
        ("quoted names", section => $"\"{section}\":\n  '{Other}':\n    \"cmd\": 'x'\n"),
        ("CRLF", section => $"a: 1\r\n{section}:\r\n  {Other}:\r\n    cmd: x\r\n"),
        ("mark and CRLF", _ => "\uFEFFa: 1\r\n"),
        ("letters of several bytes", section => $"é😀: \"😀\" # 😀\n{section}:\n  ü: {{ cmd: ü }}\n"),
        ("anchors", section => $"a: &x\n  b: 1\n{section}:\n  {Other}: *x\n"),
        ("1 MB", section => $"big: \"{new string('é', 500_000)}\"\n{section}:\n  {Other}:\n    cmd: x\n"),
        ("20,000 lines", _ => string.Concat(Enumerable.Range(0, 20_000).Select(number => $"k{number}: 1\n"))),
    ];

    private static readonly (string Name, Func<string, string?> Text)[] BrokenYaml =
    [
        ("open bracket", _ => "a: [\n"),
        ("odd indentation", _ => "a:\n  b: c\n   d: e\n"),
        ("a list", _ => "- a\n"),
        ("a text", _ => "a\n"),
        ("all in brackets", _ => "{ a: 1 }\n"),
        ("two documents", _ => "a: 1\n---\nb: 1\n"),
        ("a key twice", _ => "a: 1\na: 2\n"),
        ("section in brackets", section => $"{section}: {{ {Other}: {{ cmd: x }} }}\n"),
        ("section is a list", section => $"{section}:\n- x\n"),
        ("section is another place", section => $"a: &x\n  b: {{}}\n{section}: *x\n"),
        ("entry is a text", section => $"{section}:\n  chat-sessions: x\n"),
    ];

    /// <summary>The names of configurations that get the entry.</summary>
    public static IEnumerable<string> Names(McpHost host) => Of(host).Good.Select(one => one.Name);

    /// <summary>The names of configurations that are refused.</summary>
    public static IEnumerable<string> BrokenNames(McpHost host) => Of(host).Broken.Select(one => one.Name);

    /// <summary>The bytes of a configuration; null if there is no file.</summary>
    public static byte[]? Bytes(McpHost host, string name)
    {
        var (good, broken) = Of(host);
        var text = good.Concat(broken).First(one => one.Name == name).Text(host.Section);
        return text is null ? null : Encoding.UTF8.GetBytes(text);
    }

    private static ((string Name, Func<string, string?> Text)[] Good, (string Name, Func<string, string?> Text)[] Broken) Of(
        McpHost host
    ) =>
        host.Format switch
        {
            JsonConfig => (Json, BrokenJson),
            TomlConfig => (Toml, BrokenToml),
            _ => (Yaml, BrokenYaml),
        };
}
