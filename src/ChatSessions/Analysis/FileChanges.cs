using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>
/// Which calls of a session write or edit files: by tools that take a path and texts, by patches, and by commands of a shell. Only what
/// the agent itself wrote, copied or moved counts, not a program's output that went into a file. An edit that failed changed nothing,
/// and neither did what a shell could not read. A command that failed is taken to have written its documents and its copies, since what
/// fails is mostly what it runs after that, but its scripts nothing, its patches only the files that <c>patch</c> names, and to have
/// deleted nothing. What Git takes back no longer counts.
/// </summary>
internal sealed class FileChanges
{
    /// <summary>Arguments longer than this are not read.</summary>
    private const int LongestArguments = 256 * 1024;

    private readonly KeptChanges kept;
    private readonly ArgumentChanges arguments;
    private readonly PatchChanges patches;
    private readonly EditorChanges editor;
    private readonly CommandChanges commands;

    public FileChanges(Session session)
    {
        kept = new(session.Summary.Recording);
        arguments = new(kept);
        patches = new(kept);
        editor = new(kept);
        commands = new(kept, patches, editor);
        foreach (var use in session.ToolUses)
        {
            if (use.Call is { } call && call.Arguments.Utf8.Length <= LongestArguments)
                Read(call, use);
        }
        kept.Finish();
    }

    /// <summary>The files that were written or edited, by their last change.</summary>
    public IReadOnlyList<FileChange> Last => kept.Last;

    /// <summary>
    /// Whether a call is the last that writes or edits one of its files, or has the text of the script that did it last.
    /// </summary>
    public bool IsLast(int position) => kept.IsLast(position);

    /// <summary>Whether a call writes or edits a file.</summary>
    public bool Changes(int position) => kept.Changes(position);

    /// <summary>
    /// The lines of a call's texts that change something: those that only the old or only the new text has, or that were not in what was
    /// written to the file before. None for a file that is written for the first time, because all of it is new.
    /// </summary>
    public IReadOnlyList<ChangedText> ChangedLines(ToolUse use) => kept.LinesOf(use.Position);

    private void Read(ToolCallEvent call, ToolUse use)
    {
        if (EditorChanges.IsTool(call.Name))
            editor.Read(call, use);
        // Looks only at names at first, because most calls of a long session change nothing.
        var walk = new JsonWalk(call.Arguments);
        var hasPatch = call.Arguments.Kind == JsonValueKind.String && PatchChanges.IsPatch(call.Arguments);
        var (hasPath, hasCommand) = (false, false);
        while (walk.NextProperty())
        {
            hasPath |= ArgumentChanges.IsPathName(walk.Name);
            hasPatch |= PatchChanges.IsPatch(walk.Value);
            hasCommand |= walk.Name.SequenceEqual("command"u8) || walk.Name.SequenceEqual("cmd"u8);
        }
        if (hasPatch)
            patches.ReadArguments(call, use);
        else if (hasPath)
        {
            if (ArgumentChanges.HaveText(call.Arguments))
                arguments.Read(call, use);
            else
                kept.Reads.Add(use, ArgumentChanges.PathIn(call.Arguments));
        }
        else if (hasCommand && commands.MayChange(call.Arguments.Utf8.Span) && ShellCommand.Find(call) is { } command)
            commands.Read(command, use);
        else if (hasCommand && call.Arguments.Utf8.Span.IndexOf("cat "u8) >= 0)
            kept.Reads.Add(use, path: null);
    }
}
