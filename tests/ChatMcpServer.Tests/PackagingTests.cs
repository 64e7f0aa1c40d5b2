using System.Text.Json;
using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatMcpServer.Tests.Documents;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>What the packages of a release say of the program.</summary>
public sealed partial class PackagingTests
{
    [Fact]
    public void Each_word_that_the_bundle_offers_for_agents_is_one_that_the_server_takes()
    {
        using var manifest = JsonDocument.Parse(Repository.Read("packaging/templates/manifest.json"));
        var field = manifest.RootElement.GetProperty("user_config").GetProperty("agents");
        var words = Quoted.Matches(field.GetProperty("description").GetString()!).Select(match => match.Groups[1].Value).ToList();

        Assert.Contains("none", words);
        // What an emptied field, and one of spaces, pass on.
        foreach (var word in words.Append(field.GetProperty("default").GetString()!).Concat(["", " "]))
        {
            var options = new GlobalOptions(_ => null);
            var serve = new ServeVerb(options);
            serve.Check(CommandLine.Root(options, [serve]).Parse(["serve", "--agents", word]));
        }
    }

    [Fact]
    public void Winget_starts_the_program_next_to_its_library()
    {
        var installer = Repository.Read("packaging/templates/winget/installer.yaml");

        Assert.Contains("\nArchiveBinariesDependOnPath: true\n", installer, StringComparison.Ordinal);
        // 1.9.0 is the first version of the manifests that has it.
        foreach (var part in (string[])["installer", "locale.en-US", "version"])
            Assert.Contains(
                "\nManifestVersion: 1.10.0\n",
                Repository.Read($"packaging/templates/winget/{part}.yaml"),
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void Zip_files_are_written_by_the_tar_of_Windows() =>
        Assert.Contains(
            "${process.env.SystemRoot}\\\\System32\\\\tar.exe",
            Repository.Read("packaging/pack.mjs"),
            StringComparison.Ordinal
        );

    [Fact]
    public void The_image_is_built_for_each_architecture_on_a_machine_of_its_kind()
    {
        var workflow = Repository.Read(".github/workflows/release.yml");

        Assert.DoesNotContain("qemu-action", workflow, StringComparison.Ordinal);
        Assert.Contains("{ architecture: amd64, runner: ubuntu-24.04 }", workflow, StringComparison.Ordinal);
        Assert.Contains("{ architecture: arm64, runner: ubuntu-24.04-arm }", workflow, StringComparison.Ordinal);
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted { get; }
}
