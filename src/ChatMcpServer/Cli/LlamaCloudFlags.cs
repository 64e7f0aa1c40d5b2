using System.CommandLine;
using ChatSessions.Model;
using ChatSessions.Sources.LlamaCloud;

namespace ChatMcpServer.Cli;

/// <summary>The options that say how LlamaCloud is reached.</summary>
/// <param name="environment">Returns the value of a variable; null if it is not set.</param>
internal sealed class LlamaCloudFlags(Func<string, string?> environment)
{
    public const string KeyVariable = "LLAMA_CLOUD_API_KEY";
    private const string OtherKeyVariable = "LLAMA_PARSE_API_KEY";
    private const int LongestKeyFile = 64 * 1024;

    private readonly Option<string> keyFile = new("--api-key-file")
    {
        HelpName = "PATH",
        Description = $"A file with the LlamaCloud API key. Default: {KeyVariable}, or {OtherKeyVariable}",
        Recursive = true,
    };

    private readonly VariableFlag baseUrl = VariableFlag.OfAll(
        "LLAMA_CLOUD_BASE_URL",
        "--base-url",
        "URL",
        "Address of LlamaCloud. Default: LLAMA_CLOUD_BASE_URL"
    );

    private readonly VariableFlag project = VariableFlag.OfAll(
        "LLAMA_CLOUD_PROJECT_ID",
        "--project-id",
        "UUID",
        "LlamaCloud project. Default: LLAMA_CLOUD_PROJECT_ID"
    );

    private readonly VariableFlag organization = VariableFlag.OfAll(
        "LLAMA_CLOUD_ORGANIZATION_ID",
        "--organization-id",
        "UUID",
        "LlamaCloud organization. Default: LLAMA_CLOUD_ORGANIZATION_ID"
    );

    /// <summary>The option whose value is a path.</summary>
    public string PathOption => keyFile.Name;

    /// <summary>A variable that is set, for the warning when there is no key; null if none is set.</summary>
    public string? VariableInNeedOfKey =>
        NeedKey.Select(one => one.Variable).FirstOrDefault(name => !string.IsNullOrEmpty(environment(name)));

    private VariableFlag[] NeedKey => [baseUrl, project, organization];

    /// <summary>Declares the options for a command and its subcommands.</summary>
    public void AddTo(Command command)
    {
        command.Add(keyFile);
        foreach (var (flag, _) in NeedKey)
            command.Add(flag);
    }

    /// <summary>How to reach LlamaCloud; null if there is no key.</summary>
    /// <param name="hasCallers">Whether callers bring keys of their own.</param>
    /// <exception cref="ChatSessionException">A flag or a variable is invalid.</exception>
    public LlamaCloudOptions? Read(ParseResult flags, bool hasCallers)
    {
        var given = NeedKey.Where(one => flags.GetValue(one.Flag) is not null).ToDictionary(one => one.Variable, one => one.Flag);
        var keyPath = flags.GetValue(keyFile);
        var key = keyPath is null ? null : ReadKey(keyPath);
        if (given.Count > 0 && key is null && KeyOrigin(flags) is null && !hasCallers)
            throw Invalid($"{given.First().Value.Name} needs a LlamaCloud API key. Set {KeyVariable}, or pass {keyFile.Name} PATH.");
        try
        {
            return LlamaCloudOptions.FromEnvironment(variable =>
                variable == KeyVariable && key is not null ? key
                : given.TryGetValue(variable, out var flag) ? flags.GetValue(flag)
                : environment(variable)
            );
        }
        catch (ChatSessionException exception)
        {
            // The library names only the variables; if a flag was passed, the message must name the flag.
            var message = given.Aggregate(exception.Message, (text, option) => text.Replace(option.Key, option.Value.Name));
            throw Invalid(
                key is null ? message : message.Replace($"Set {KeyVariable} to the key only", $"Write only the key into {keyPath}")
            );
        }
    }

    /// <summary>How to reach LlamaCloud with keys of callers; a project of the local user's key says nothing of theirs.</summary>
    /// <exception cref="ChatSessionException">The address is invalid.</exception>
    public LlamaCloudOptions WithoutKey(ParseResult flags) =>
        baseUrl.Given(flags, environment) is not var (name, address) ? new() { ApiKey = null }
        : Uri.TryCreate(address, UriKind.Absolute, out var url) ? new() { ApiKey = null, BaseUrl = url }
        : throw Invalid($"{name} '{address}' is not an address such as {LlamaCloudOptions.DefaultBaseUrl.OriginalString}.");

    /// <summary>The flag or variable that the key comes from; null if there is no key.</summary>
    public string? KeyOrigin(ParseResult flags) =>
        flags.GetValue(keyFile) is { } path ? $"{keyFile.Name} {path}"
        : HasKey(KeyVariable) ? KeyVariable
        : HasKey(OtherKeyVariable) ? OtherKeyVariable
        : null;

    /// <summary>
    /// Says that a variable for the key has a placeholder in it, as assistants pass it on if the variable that it names is not set. Null if
    /// there is a key, or no placeholder.
    /// </summary>
    public string? UnfilledKey(ParseResult flags)
    {
        if (KeyOrigin(flags) is not null)
            return null;
        var variable = Array.Find([KeyVariable, OtherKeyVariable], name => !string.IsNullOrEmpty(environment(name)));
        return variable is null
            ? null
            : $"{variable} is a placeholder that nobody filled in, so LlamaCloud is not used. Set it to the key where the assistant is started, "
                + "or remove it from the assistant's configuration.";
    }

    private bool HasKey(string variable) => environment(variable) is { Length: > 0 } key && !LlamaCloudOptions.IsPlaceholder(key);

    private string ReadKey(string path)
    {
        try
        {
            using var file = new StreamReader(path);
            var text = new char[LongestKeyFile];
            var key = new string(text, 0, file.ReadBlock(text)).Trim();
            return key.Length == 0 ? throw Invalid($"{keyFile.Name} {path} is empty. Write the LlamaCloud API key into it.")
                : LlamaCloudOptions.IsPlaceholder(key)
                    ? throw Invalid($"{keyFile.Name} {path} has a placeholder. Write the LlamaCloud API key into it.")
                : key;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid($"Cannot read {keyFile.Name} {path}. Pass a file that contains only the LlamaCloud API key.");
        }
    }

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
