using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace ChatSessions.Sources.Files;

/// <summary>
/// The access lists of private files on Windows: the user, the system and administrators may do everything, others nothing, and nothing is
/// inherited from the folder. The system and administrators can take any file anyway; without them, backups would miss these files.
/// </summary>
internal static class AccessList
{
    private const string LocalSystem = "S-1-5-18";
    private const string Administrators = "S-1-5-32-544";

    /// <summary>Stands for the owner of the file.</summary>
    private const string OwnerRights = "S-1-3-4";

    /// <summary>
    /// The list as Windows writes it: P lets nothing be inherited from the folder, FA is full access, and OICI makes files and folders in a
    /// folder inherit the entry. See https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format.
    /// </summary>
    /// <param name="user">The number of the user, such as S-1-5-21-….</param>
    public static string Text(string user, bool isFolder) =>
        "D:P" + string.Concat(new[] { user, LocalSystem, Administrators }.Select(one => $"(A;{(isFolder ? "OICI" : "")};FA;;;{one})"));

    /// <summary>Whether a list that allows something to these numbers allows nothing to others than the user and the file's owner.</summary>
    public static bool IsPrivate(IEnumerable<string> allowed, string user, string? owner) =>
        allowed.All(one => one is LocalSystem or Administrators or OwnerRights || one == user || one == owner);

    [SupportedOSPlatform("windows")]
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var rights = access switch
        {
            FileAccess.Read => FileSystemRights.Read,
            FileAccess.Write => FileSystemRights.Write,
            _ => FileSystemRights.Read | FileSystemRights.Write,
        };
        // A buffer of one byte is never used.
        return new FileInfo(path).Create(mode, rights, share, bufferSize: 1, FileOptions.None, Make());
    }

    /// <summary>Creates a folder, and those above it that do not exist.</summary>
    [SupportedOSPlatform("windows")]
    public static void CreateFolder(string path)
    {
        var security = new DirectorySecurity();
        security.SetSecurityDescriptorSddlForm(Text(User(), isFolder: true), AccessControlSections.Access);
        new DirectoryInfo(path).Create(security);
    }

    [SupportedOSPlatform("windows")]
    public static void Narrow(string path)
    {
        var file = new FileInfo(path);
        try
        {
            if (!IsPrivate(file.GetAccessControl()))
                file.SetAccessControl(Make());
        }
        catch (Exception exception) when (IsOfDisk(exception))
        {
            throw Unreadable(path, exception);
        }
    }

    [SupportedOSPlatform("windows")]
    public static bool IsPrivate(FileStream file)
    {
        try
        {
            return IsPrivate(file.GetAccessControl());
        }
        catch (Exception exception) when (IsOfDisk(exception))
        {
            throw Unreadable(file.Name, exception);
        }
    }

    /// <summary>The user is a number in it, which every shell passes on unchanged.</summary>
    [SupportedOSPlatform("windows")]
    public static string CommandFor(string path) => $"icacls \"{path}\" /inheritance:r /grant:r *{User()}:F";

    [SupportedOSPlatform("windows")]
    private static bool IsPrivate(FileSecurity security) =>
        IsPrivate(
            security
                .GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier))
                .Cast<FileSystemAccessRule>()
                .Where(rule => rule.AccessControlType == AccessControlType.Allow)
                .Select(rule => rule.IdentityReference.Value),
            User(),
            security.GetOwner(typeof(SecurityIdentifier))?.Value
        );

    [SupportedOSPlatform("windows")]
    private static FileSecurity Make()
    {
        var security = new FileSecurity();
        security.SetSecurityDescriptorSddlForm(Text(User(), isFolder: false), AccessControlSections.Access);
        return security;
    }

    [SupportedOSPlatform("windows")]
    private static string User()
    {
        using var user = WindowsIdentity.GetCurrent();
        return user.User!.Value;
    }

    /// <summary>What is thrown for a disk that has no access lists.</summary>
    private static bool IsOfDisk(Exception exception) => exception is NotSupportedException or InvalidOperationException;

    private static IOException Unreadable(string path, Exception exception) =>
        new($"the access list of {path} cannot be read or changed: {exception.Message}", exception);
}
