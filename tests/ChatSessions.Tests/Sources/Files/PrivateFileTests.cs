using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

public sealed class PrivateFileTests : TempFolder
{
    private const string User = "S-1-5-21-1-2-3-1001";
    private const string LocalSystem = "S-1-5-18";
    private const string Administrators = "S-1-5-32-544";
    private const string Everyone = "S-1-1-0";

    [Fact]
    public void A_new_file_and_its_folder_are_private_and_can_be_used()
    {
        var path = PathOf("folder/file");
        PrivateFile.CreateFolder(PathOf("folder"));
        using (var file = PrivateFile.Open(path, FileMode.CreateNew, FileAccess.Write))
            file.Write("text"u8);

        Assert.True(IsPrivate(path));
        Assert.Equal("text", File.ReadAllText(path));
        Assert.Throws<IOException>(() => PrivateFile.Open(path, FileMode.CreateNew, FileAccess.Write));
        using var again = PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal('t', again.ReadByte());
        Assert.Throws<IOException>(() => PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    [Fact]
    public void A_folder_that_exists_stays_as_it_is()
    {
        Directory.CreateDirectory(PathOf("folder"));
        Write("folder/file", "text");

        PrivateFile.CreateFolder(PathOf("folder"));

        Assert.Equal("text", File.ReadAllText(PathOf("folder/file")));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void What_others_may_read_is_narrowed_by_its_mode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var path = Write("file", "text");
        File.SetUnixFileMode(path, PrivateFile.Mode | UnixFileMode.OtherRead);

        Assert.False(IsPrivate(path));
        PrivateFile.Narrow(path);

        Assert.True(IsPrivate(path));
        Assert.Equal(PrivateFile.Mode, File.GetUnixFileMode(path));
        Assert.Equal("Run `chmod 600` on it", PrivateFile.Advice(path));
    }

    [Fact]
    public void The_access_list_names_the_user_the_system_and_administrators()
    {
        Assert.Equal($"D:P(A;;FA;;;{User})(A;;FA;;;{LocalSystem})(A;;FA;;;{Administrators})", AccessList.Text(User, isFolder: false));
        Assert.Equal(
            $"D:P(A;OICI;FA;;;{User})(A;OICI;FA;;;{LocalSystem})(A;OICI;FA;;;{Administrators})",
            AccessList.Text(User, isFolder: true)
        );
    }

    [Theory]
    [InlineData(true, User, LocalSystem, Administrators)]
    [InlineData(true, User, "S-1-5-21-1-2-3-1002", "S-1-3-4")]
    [InlineData(true)]
    [InlineData(false, User, Everyone)]
    [InlineData(false, "S-1-5-32-545")]
    [InlineData(false, "S-1-5-21-1-2-3-1003")]
    public void Others_are_all_but_the_user_the_owner_the_system_and_administrators(bool isPrivate, params string[] allowed) =>
        Assert.Equal(isPrivate, AccessList.IsPrivate(allowed, User, owner: "S-1-5-21-1-2-3-1002"));

    [Fact]
    [SupportedOSPlatform("windows")]
    public void On_Windows_nothing_is_inherited_from_a_folder_that_others_may_read()
    {
        MustBeWindows();
        Open(PathOf("."));

        PrivateFile.CreateFolder(PathOf("folder"));
        PrivateFile.Open(PathOf("file"), FileMode.CreateNew, FileAccess.Write).Dispose();
        File.WriteAllText(PathOf("folder/inherits"), "");

        Assert.Equal(Private, Allowed(new DirectoryInfo(PathOf("folder")).GetAccessControl()));
        Assert.Equal(Private, Allowed(new FileInfo(PathOf("file")).GetAccessControl()));
        Assert.Equal(Private, Allowed(new FileInfo(PathOf("folder/inherits")).GetAccessControl()));
    }

    [Fact]
    [SupportedOSPlatform("windows")]
    public void On_Windows_what_others_may_read_is_narrowed_by_its_list()
    {
        MustBeWindows();
        Open(PathOf("."));
        var path = Write("file", "text");
        Assert.False(IsPrivate(path));

        PrivateFile.Narrow(path);

        Assert.True(IsPrivate(path));
        Assert.Equal(Private, Allowed(new FileInfo(path).GetAccessControl()));
        Assert.StartsWith($"Run `icacls \"{path}\" ", PrivateFile.Advice(path), StringComparison.Ordinal);
    }

    private static void MustBeWindows() => Assert.SkipUnless(OperatingSystem.IsWindows(), "Run it on Windows, which has access lists.");

    private static bool IsPrivate(string path)
    {
        using var file = File.OpenRead(path);
        return PrivateFile.IsPrivate(file);
    }

    [SupportedOSPlatform("windows")]
    private static string[] Private => [.. new[] { WindowsIdentity.GetCurrent().User!.Value, LocalSystem, Administrators }.Order()];

    [SupportedOSPlatform("windows")]
    private static void Open(string folder)
    {
        var info = new DirectoryInfo(folder);
        var security = info.GetAccessControl();
        security.AddAccessRule(
            new(
                new SecurityIdentifier(Everyone),
                FileSystemRights.Read,
                InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
                PropagationFlags.None,
                AccessControlType.Allow
            )
        );
        info.SetAccessControl(security);
    }

    [SupportedOSPlatform("windows")]
    private static string[] Allowed(FileSystemSecurity security) =>
        [
            .. security
                .GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier))
                .Cast<FileSystemAccessRule>()
                .Select(rule => rule.IdentityReference.Value)
                .Distinct()
                .Order(),
        ];
}
