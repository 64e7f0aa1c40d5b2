using System.Text;
using System.Text.Json.Nodes;
using ChatMcpServer.Installing;
using Xunit;

namespace ChatMcpServer.Tests.Installing;

/// <summary>The entry in every host's configuration: added, changed and removed, with nothing else touched.</summary>
public sealed class HostConfigTests : OnHostMachine
{
    public static TheoryData<string, string> Made =>
        new(Hosts.All.SelectMany(host => MadeConfigs.Names(host).Select(name => (host.Name, name))));

    public static TheoryData<string, string> Broken =>
        new(Hosts.All.SelectMany(host => MadeConfigs.BrokenNames(host).Select(name => (host.Name, name))));

    [Theory]
    [MemberData(nameof(Made))]
    public void The_entry_is_added_to_any_configuration_and_removing_it_gives_back_the_same_bytes(string name, string made)
    {
        var host = Hosts.Find(name)!;
        var path = Machine.Write(host, MadeConfigs.Bytes(host, made));
        var before = Machine.Files();

        Apply(Machine.Add(host), HostOutcome.Add);

        Assert.True(JsonNode.DeepEquals(host.Entry(HostMachine.Command), Machine.Entry(host)));
        if (MadeConfigs.Bytes(host, made) is { } bytes)
            AssertKept(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(File.ReadAllBytes(path)));
        Assert.Equal(HostOutcome.Nothing, Machine.Add(host).Outcome);

        Apply(Machine.Remove(host), HostOutcome.Remove);

        Assert.Equal(before, Machine.Files());
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_configuration_that_is_not_understood_is_refused_with_the_lines_to_write(string name, string made)
    {
        var host = Hosts.Find(name)!;
        var path = Machine.Write(host, MadeConfigs.Bytes(host, made));
        var before = Machine.Files();

        var plan = Machine.Add(host);

        Assert.Equal(HostOutcome.Refused, plan.Outcome);
        Assert.StartsWith($"{path} ", plan.Sentence, StringComparison.Ordinal);
        // Lines to add would be a second section.
        Assert.Matches(
            File.ReadAllText(path).Contains(host.Section, StringComparison.Ordinal)
                ? $"so nothing was changed. To do it by hand, (correct the file, so that its {host.Section} has this entry|write this .*):$"
                : "so nothing was changed. To do it by hand, add these lines:$",
            plan.Sentence
        );
        Assert.Contains("/opt/chat-mcp-server", plan.Lines, StringComparison.Ordinal);
        Assert.NotEqual(HostOutcome.Remove, Machine.Remove(host).Outcome);
        Assert.Equal(before, Machine.Files());
    }

    [Theory]
    [MemberData(nameof(HostNames))]
    public void An_entry_of_another_version_gets_the_new_path_and_keeps_what_its_user_chose(string name)
    {
        var host = Hosts.Find(name)!;
        var old = new HostCommand("/old/chat-mcp-server", ["--sessions", "/s"]);
        Machine.Write(host, Encoding.UTF8.GetBytes(WithField(host, old, "note", "mine")));

        Apply(Machine.Add(host), HostOutcome.Change);

        var entry = Machine.Entry(host)!;
        Assert.Equal("mine", (string?)entry["note"]);
        Assert.Equal("/opt/chat-mcp-server --sessions /s", HostCommand.Of(entry)!.ToString());

        Apply(Machine.Add(host, new("/opt/chat-mcp-server", ["serve", "--archive", "/a"])), HostOutcome.Change);

        Assert.Equal("/opt/chat-mcp-server serve --archive /a", HostCommand.Of(Machine.Entry(host)!)!.ToString());
        Assert.Equal("mine", (string?)Machine.Entry(host)!["note"]);
    }

    [Theory]
    [MemberData(nameof(HostNames))]
    public void An_entry_that_starts_something_else_is_replaced_and_removed_only_by_force(string name)
    {
        var host = Hosts.Find(name)!;
        Machine.Write(host, Encoding.UTF8.GetBytes(WithField(host, new("/bin/other", ["x"]), "note", "mine")));
        var before = Machine.Files();

        var refused = Machine.Add(host);

        Assert.Equal(HostOutcome.Refused, refused.Outcome);
        Assert.EndsWith("starts something else. Rename it, or replace it with --force.", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(HostOutcome.Refused, Machine.Remove(host).Outcome);
        Assert.Equal(before, Machine.Files());

        Apply(Machine.Add(host, isForced: true), HostOutcome.Change);

        Assert.Equal(HostMachine.Command.ToString(), HostCommand.Of(Machine.Entry(host)!)!.ToString());
        Assert.Null(Machine.Entry(host)!["note"]);
    }

    [Theory]
    [MemberData(nameof(HostNames))]
    public void What_changed_after_the_entry_was_added_stays_when_it_is_removed(string name)
    {
        var host = Hosts.Find(name)!;
        var path = Machine.Write(host, MadeConfigs.Bytes(host, "another server"));
        var before = File.ReadAllText(path);
        Apply(Machine.Add(host), HostOutcome.Add);
        var comment = host.Format is JsonConfig ? "// later\n" : "# later\n";
        File.WriteAllText(path, comment + File.ReadAllText(path));

        Apply(Machine.Remove(host), HostOutcome.Remove);

        Assert.Equal(comment + before, File.ReadAllText(path));
    }

    [Theory]
    [MemberData(nameof(HostNames))]
    public void Several_installations_are_all_taken_back(string name)
    {
        var host = Hosts.Find(name)!;
        Machine.Write(host, MadeConfigs.Bytes(host, "another setting") ?? MadeConfigs.Bytes(host, "empty"));
        var before = Machine.Files();
        Apply(Machine.Add(host, new("/old/chat-mcp-server", ["serve"])), HostOutcome.Add);
        Apply(Machine.Add(host), HostOutcome.Change);

        Apply(Machine.Remove(host), HostOutcome.Remove);

        Assert.Equal(before.Single(), Machine.Files().Single(file => !file.Key.EndsWith(".bak", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(HostNames))]
    public void A_project_has_its_own_configuration_where_the_host_knows_one(string name)
    {
        var host = Hosts.Find(name)!;
        Assert.SkipWhen(host.ProjectFiles is null, "The host reads nothing in a project.");
        var before = Machine.Files();

        Apply(Machine.Add(host, scope: HostScope.Project), HostOutcome.Add);

        Assert.All(Machine.Files().Keys, file => Assert.StartsWith("project", file, StringComparison.Ordinal));

        Apply(Machine.Remove(host, scope: HostScope.Project), HostOutcome.Remove);

        Assert.Equal(before, Machine.Files());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Machine.Project));
    }

    [Theory]
    [MemberData(nameof(HostNames))]
    public void Options_with_any_character_are_written_and_read_back(string name)
    {
        var host = Hosts.Find(name)!;
        var command = new HostCommand(
            "/opt/😀/chat-mcp-server",
            ["serve", "--sessions", "/tmp/😀 é\\\"'#: \u0001\u007F\u0085\u2028\t\n\uFEFFx"]
        );

        Apply(Machine.Add(host, command), HostOutcome.Add);

        Assert.True(JsonNode.DeepEquals(host.Entry(command), Machine.Entry(host)));
        var text = File.ReadAllText(Machine.FileOf(host));
        Assert.Contains("/tmp/😀 é", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\\uD83D", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HostOutcome.Nothing, Machine.Add(host, command).Outcome);
    }

    [Theory]
    [InlineData("codex", "model = \"x\"\nmcp_servers = { other = { command = \"x\" } }\n", "{ other", "into the braces of mcp_servers")]
    [InlineData("goose", "a: 1\nextensions: {other: {type: builtin}}\n", "{other", "into the braces of extensions")]
    public void The_lines_for_a_form_that_is_not_edited_fit_into_it(string name, string text, string brace, string where)
    {
        var host = Hosts.Find(name)!;
        Machine.Write(host, Encoding.UTF8.GetBytes(text));

        var plan = Machine.Add(host);

        Assert.Equal(HostOutcome.Refused, plan.Outcome);
        Assert.EndsWith($" To do it by hand, write this {where}:", plan.Sentence, StringComparison.Ordinal);
        Machine.Write(host, Encoding.UTF8.GetBytes(text.Replace(brace, $"{{ {plan.Lines}, {brace[1..]}", StringComparison.Ordinal)));
        Assert.True(JsonNode.DeepEquals(host.Entry(HostMachine.Command), Machine.Entry(host)));
        Assert.NotNull(host.Format.Find(File.ReadAllText(Machine.FileOf(host)), new(host.Section, "other")));
    }

    [Theory]
    [MemberData(nameof(HostNames))]
    public void The_lines_for_a_read_only_file_with_other_servers_are_no_second_section(string name)
    {
        var host = Hosts.Find(name)!;
        var path = Machine.Write(host, MadeConfigs.Bytes(host, "another server"));
        File.SetAttributes(path, FileAttributes.ReadOnly);

        var plan = Machine.Add(host);

        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Matches("To do it by hand, write this (into the braces of|under|at the end)", plan.Sentence);
        Assert.DoesNotContain($"{host.Section}\"", plan.Lines, StringComparison.Ordinal);
        Assert.DoesNotContain($"{host.Section}:", plan.Lines, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_format_cannot_write_is_refused_without_lines()
    {
        var plan = Machine.Add(Hosts.Find("codex")!, new("/opt/chat-mcp-server", ["serve", "--sessions", "/tmp/\uD83D"]));

        Assert.Equal(HostOutcome.Refused, plan.Outcome);
        Assert.EndsWith(", so nothing was changed.", plan.Sentence, StringComparison.Ordinal);
        Assert.Null(plan.Lines);
    }

    [Fact]
    public void An_administrator_who_decides_on_servers_is_named()
    {
        var managed = Path.Combine(Machine.Home, "managed-mcp.json");
        File.WriteAllText(managed, "{}");
        var host = Hosts.Find("claude-code")! with { Managed = _ => managed };

        var plan = Machine.Add(host);

        Assert.Equal(HostOutcome.Refused, plan.Outcome);
        Assert.Contains($"the administrator of this machine decides in {managed}", plan.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_is_passed_on_by_its_name_and_joins_those_that_are_there()
    {
        foreach (var host in Hosts.All.Where(host => host.Reference is not null))
        {
            Apply(Machine.Add(host, With(host, "FIRST_KEY")), HostOutcome.Add);
            Apply(Machine.Add(host, With(host, "LLAMA_CLOUD_API_KEY")), HostOutcome.Change);

            var text = File.ReadAllText(Machine.FileOf(host));
            Assert.Contains(host.Reference!("FIRST_KEY"), text, StringComparison.Ordinal);
            Assert.Contains(host.Reference("LLAMA_CLOUD_API_KEY"), text, StringComparison.Ordinal);
            Assert.Equal(HostOutcome.Nothing, Machine.Add(host, With(host, "FIRST_KEY")).Outcome);
        }

        static HostCommand With(McpHost host, string name) => HostMachine.Command with { Variables = [(name, host.Reference!(name))] };
    }

    [Fact]
    public void Entries_that_have_grown_in_any_way_are_removed_as_a_whole()
    {
        var codex = Hosts.Find("codex")!;
        Machine.Write(
            codex,
            """
            [mcp_servers.chat-sessions]
            command = "chat-mcp-server" # mine

            [mcp_servers.chat-sessions.env]
            A = "b"

            [other]
            c = 1

            """u8.ToArray()
        );

        Apply(Machine.Remove(codex), HostOutcome.Remove);

        Assert.Equal("\n[other]\nc = 1\n", File.ReadAllText(Machine.FileOf(codex)).ReplaceLineEndings("\n"));
    }

    private static string WithField(McpHost host, HostCommand command, string field, string value)
    {
        var place = new EntryPlace(host.Section, Hosts.EntryName);
        return host.Format.Change(host.Format.Add("", place, host.Entry(command)), place, field, JsonValue.Create(value)!);
    }

    /// <summary>All lines of a text are still there in their order, but for commas, and the ends of lines are alike.</summary>
    private static void AssertKept(string before, string after)
    {
        var lines = after.Split('\n').Select(Bare).ToList();
        var at = 0;
        foreach (var line in before.Split('\n').Select(Bare).Where(line => line.Trim().Length > 0))
        {
            var found = lines.FindIndex(at, candidate => candidate == line || IsOpened(line, candidate));
            Assert.True(found >= 0, $"'{(line.Length > 200 ? line[..200] : line)}' is lost.");
            at = found;
        }
        Assert.Equal(before.Contains('\r'), after.Contains('\r'));
        Assert.Equal(before.Contains('\r') ? after.Count(letter => letter == '\n') : 0, after.Count(letter => letter == '\r'));
        Assert.Equal(before.StartsWith('\uFEFF'), after.StartsWith('\uFEFF'));

        static string Bare(string line) => line.TrimEnd('\r').Replace(",", "").TrimEnd();
        // A line with braces or brackets in which something was written.
        static bool IsOpened(string line, string candidate)
        {
            var start = candidate.AsSpan().CommonPrefixLength(line);
            var rest = line[start..].Trim('}', ' ', '{', ']', 'n', 'u', 'l', '\n');
            return start > 0 && (rest.Length == 0 || line.Contains('{'));
        }
    }
}
