namespace ChatMcpServer.Cli;

/// <summary>Scripts that ask <see cref="CompleteVerb"/> for each word. Where it has no answer, the shell completes names of files.</summary>
internal static class CompletionScripts
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _chat_mcp_server() {
                local word
                COMPREPLY=()
                while IFS= read -r word; do
                    printf -v word %q "$word"
                    COMPREPLY+=("$word")
                done < <("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
            }
            complete -o default -F _chat_mcp_server chat-mcp-server

            """,
        ["zsh"] = """
            #compdef chat-mcp-server
            _chat_mcp_server() {
                local -a found
                found=("${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
                if [[ -n "$found" ]]; then
                    compadd -- "${found[@]}"
                else
                    _files
                fi
            }
            if [[ "${funcstack[1]}" == _chat-mcp-server ]]; then
                _chat_mcp_server "$@"
            else
                compdef _chat_mcp_server chat-mcp-server
            fi

            """,
        ["fish"] = """
            function __chat_mcp_server_complete
                set -l words (commandline -opc)
                set -l current (commandline -ct)
                set -l found ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
                if set -q found[1]
                    printf '%s\n' $found
                else
                    __fish_complete_path "$current"
                end
            end
            complete -c chat-mcp-server -f -a '(__chat_mcp_server_complete)'

            """,
        ["powershell"] = """
            Register-ArgumentCompleter -Native -CommandName chat-mcp-server -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -le $cursorPosition } | ForEach-Object { $_.ToString() })
                $rest = @($words | Select-Object -Skip 1)
                # Some versions pass no empty word to a program.
                $found = if ($wordToComplete) { & $words[0] complete '--' @rest } else { & $words[0] complete --next '--' @rest }
                $found | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """,
    };

    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "powershell"];

    /// <summary>The script for a shell, or null.</summary>
    public static string? Find(string shell) => Scripts.GetValueOrDefault(shell)?.ReplaceLineEndings("\n");
}
