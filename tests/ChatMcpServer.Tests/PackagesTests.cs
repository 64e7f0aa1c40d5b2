using System.Text.Json;
using System.Xml.Linq;
using ChatMcpServer.Tests.Documents;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>What the build takes from others.</summary>
public sealed class PackagesTests
{
    private static readonly XElement Build = XElement.Parse(Repository.Read("Directory.Build.props"));

    public static TheoryData<string> Projects =>
        [
            .. Directory
                .EnumerateFiles(Repository.Full("src"), "*.csproj", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Repository.Full("tests"), "*.csproj", SearchOption.AllDirectories))
                .Select(path => Path.GetRelativePath(Repository.Root, path)),
        ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_package_of_a_project_is_pinned_by_version_and_hash(string project)
    {
        var path = Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json");
        using var locked = JsonDocument.Parse(Repository.Read(path));

        var packages = locked
            .RootElement.GetProperty("dependencies")
            .EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() != "Project")
            .ToList();

        Assert.Equal("true", Value("RestorePackagesWithLockFile"));
        Assert.NotEmpty(packages);
        Assert.All(
            packages,
            package =>
            {
                Assert.NotEmpty(package.Value.GetProperty("resolved").GetString()!);
                Assert.NotEmpty(package.Value.GetProperty("contentHash").GetString()!);
            }
        );
    }

    [Fact]
    public void A_known_vulnerability_of_any_package_ends_the_build()
    {
        Assert.Equal(("true", "all", "low"), (Value("NuGetAudit"), Value("NuGetAuditMode"), Value("NuGetAuditLevel")));
        Assert.Equal("$(WarningsAsErrors);NU1901;NU1902;NU1903;NU1904", Value("WarningsAsErrors"));
    }

    [Fact]
    public void A_source_that_knows_of_no_vulnerabilities_or_does_not_answer_does_not() =>
        Assert.Equal("$(WarningsNotAsErrors);NU1900;NU1905", Value("WarningsNotAsErrors"));

    private static string? Value(string property) => Build.Descendants(property).SingleOrDefault()?.Value;
}
