using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>What a person gave to Claude Code with <c>@</c> or from the editor, and what a hook said that stopped the agent.</summary>
internal static class ClaudeCodeAttachment
{
    /// <summary>The text of an attachment, as a JSON string, below a line that says what it is; null if it is only for the program's own use.</summary>
    public static RawJson? TextOf(Fields attachment, SessionDraft draft)
    {
        var type = attachment.Text("type");
        var name =
            attachment.Text("displayPath")
            ?? attachment.Text("filename")
            ?? attachment.Text("path")
            ?? attachment.Text("uri")
            ?? attachment.Text("hookName");
        var content = attachment["content"];
        return type switch
        {
            "file" or "already_read_file" or "pdf_reference" or "compact_file_reference" => Under($"[file {name}]", FileOf(content, draft)),
            "directory" => Under($"[directory {name}]", content),
            "mcp_resource" => Under($"[resource {name}]", Contents.Text(content.Property("contents"), draft)),
            "selected_lines_in_ide" => Under($"[selected in the editor: {name}]", content),
            "opened_file_in_ide" => Under($"[open in the editor: {name}]", default),
            "hook_stopped_continuation" => Under($"[stopped by the hook {name}]", attachment["message"]),
            "hook_blocking_error" => Under(
                $"[blocked by the hook {name}]",
                attachment["blockingError"] is { Kind: System.Text.Json.JsonValueKind.Object } error
                    ? error.Property("blockingError")
                    : default
            ),
            _ => null,
        };
    }

    /// <summary>The text of a file, or the mark of a picture.</summary>
    private static RawJson FileOf(RawJson content, SessionDraft draft)
    {
        if (content.Property("file") is not { IsMissing: false } file)
            return content;
        if (file.Property("content") is { Kind: System.Text.Json.JsonValueKind.String } text)
            return text;
        var base64 = file.Property("base64").AsString();
        return base64 is null
            ? default
            : JsonText.Quote(draft.Omit(new("file", file.Property("type").AsString(), base64.Length / 4L * 3)).Text);
    }

    private static RawJson Under(string line, RawJson text) =>
        text.Kind == System.Text.Json.JsonValueKind.String ? JsonText.Join([JsonText.Quote(line), text]) : JsonText.Quote(line);
}
