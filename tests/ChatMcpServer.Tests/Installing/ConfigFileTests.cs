using System.Runtime.Versioning;
using ChatMcpServer.Installing;
using Xunit;

namespace ChatMcpServer.Tests.Installing;

/// <summary>The file of a configuration: links, permissions, and files that are left as they are.</summary>
public sealed class ConfigFileTests : OnHostMachine
{
    [Theory]
    [MemberData(nameof(HostNames))]
    [UnsupportedOSPlatform("windows")]
    public void A_link_stays_a_link_and_the_file_behind_it_keeps_its_permissions(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs links and file modes.");
        var host = Hosts.Find(name)!;
        var path = Machine.Write(host, null);
        var dotfiles = Directory.CreateDirectory(Path.Combine(Machine.Home, "dotfiles")).FullName;
        var target = Path.Combine(dotfiles, "config");
        File.WriteAllBytes(target, MadeConfigs.Bytes(host, "another server")!);
        File.CreateSymbolicLink(Path.Combine(dotfiles, "middle"), "config");
        File.CreateSymbolicLink(path, Path.Combine(dotfiles, "middle"));
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(target, mode);
        var before = Machine.Files();

        Apply(Machine.Add(host), HostOutcome.Add);

        Assert.Equal(Path.Combine(dotfiles, "middle"), File.ResolveLinkTarget(path, returnFinalTarget: false)!.FullName);
        Assert.Equal(mode, File.GetUnixFileMode(target));
        Assert.Contains("/opt/chat-mcp-server", File.ReadAllText(target), StringComparison.Ordinal);
        var backup = Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.bak"));
        Assert.Equal(mode, File.GetUnixFileMode(backup));

        Apply(Machine.Remove(host), HostOutcome.Remove);

        Assert.Equal(before, Machine.Files());
        Assert.NotNull(File.ResolveLinkTarget(path, returnFinalTarget: false));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_new_file_is_for_its_user_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs file modes.");
        var host = Hosts.Find("claude-code")!;

        Apply(Machine.Add(host), HostOutcome.Add);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Machine.FileOf(host)));
    }

    [Theory]
    [MemberData(nameof(HostNames))]
    public void A_read_only_file_is_refused(string name)
    {
        var host = Hosts.Find(name)!;
        var path = Machine.Write(host, MadeConfigs.Bytes(host, "another server"));
        File.SetAttributes(path, FileAttributes.ReadOnly);

        var plan = Machine.Add(host);

        Assert.Equal(HostOutcome.Refused, plan.Outcome);
        Assert.StartsWith($"{path} is read-only, so nothing was changed.", plan.Sentence, StringComparison.Ordinal);
        File.SetAttributes(path, FileAttributes.Normal);
    }

    [Fact]
    public void A_file_of_which_an_entry_is_to_be_removed_is_refused_too_if_it_is_read_only()
    {
        var host = Hosts.Find("cursor")!;
        Apply(Machine.Add(host), HostOutcome.Add);
        File.SetAttributes(Machine.FileOf(host), FileAttributes.ReadOnly);

        var plan = Machine.Remove(host);

        Assert.Equal(HostOutcome.Refused, plan.Outcome);
        Assert.EndsWith("Remove the entry chat-sessions from it.", plan.Sentence, StringComparison.Ordinal);
        File.SetAttributes(Machine.FileOf(host), FileAttributes.Normal);
    }

    [Fact]
    public void What_is_not_text_is_refused()
    {
        var host = Hosts.Find("cursor")!;
        Machine.Write(host, [0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0]);

        Assert.Contains(" is not in UTF-8, so nothing was changed.", Machine.Add(host).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_refused()
    {
        var host = Hosts.Find("cursor")!;
        Directory.CreateDirectory(Machine.FileOf(host));

        Assert.Contains(" is a folder, so nothing was changed.", Machine.Add(host).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_into_the_store_of_Nix_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs links.");
        var host = Hosts.Find("cursor")!;
        File.CreateSymbolicLink(Machine.Write(host, null), "/nix/store/none-home/mcp.json");

        var plan = Machine.Add(host);

        Assert.Contains(" is managed by Nix, so nothing was changed.", plan.Sentence, StringComparison.Ordinal);
        Assert.NotNull(plan.Lines);
    }

    [Fact]
    public void A_file_that_another_program_changes_in_the_meantime_is_not_overwritten()
    {
        var host = Hosts.Find("claude-code")!;
        var path = Machine.Write(host, "{}"u8.ToArray());
        var plan = Machine.Add(host);
        File.WriteAllText(path, """{"later":1}""");

        var exception = Assert.Throws<ConfigException>(() => plan.Target.Apply(plan, TimeProvider.System));

        Assert.Equal("was changed by another program just now", exception.Message);
        Assert.Equal("""{"later":1}""", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(Machine.Home));
    }
}
