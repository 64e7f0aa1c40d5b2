using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace Fidelity;

/// <summary>What the last edit of a file changed.</summary>
/// <param name="Position">The call that made it.</param>
/// <param name="File">The file, as the call names it.</param>
/// <param name="Lines">The lines that are only in the old text or only in the new one.</param>
internal sealed record Change(int Position, string File, IReadOnlyList<string> Lines);

/// <summary>
/// The files that the calls of a session write or edit: by tools that take a path and texts, by patches, and by commands of a shell. Only
/// what the agent itself wrote counts, not the output of a program that went into a file. An edit that was refused changed
/// nothing. A command that failed is taken to have written its documents, since what fails is mostly what it runs after that, but its
/// scripts and patches nothing.
/// </summary>
internal sealed partial class Changes
{
    /// <summary>Shorter lines, such as a bracket, are found anywhere.</summary>
    private const int ShortestLine = 4;

    private static readonly string[] PathNames = ["file_path", "path", "notebook_path", "filename", "file", "target_file"];
    private static readonly string[] OldNames = ["old_string", "old_str", "old_text"];
    private static readonly string[] NewNames = ["new_string", "new_str", "new_text", "new_source", "insert_text"];
    private static readonly string[] WholeNames = ["content", "contents", "file_text", "text"];

    private readonly Dictionary<string, Change> last = [];
    private readonly Dictionary<string, string> texts = [];

    /// <summary>The file that an editor has open, whose edits do not name it.</summary>
    private string? open;

    private Changes() { }

    /// <summary>The last change of each file, in the order of the files' first changes.</summary>
    public static IReadOnlyCollection<Change> Of(Session session)
    {
        var changes = new Changes();
        foreach (var use in session.ToolUses)
        {
            if (use.Call is { } call && !(use.Result is { } refusal && RefusalPattern().IsMatch(RecordedResult.Text(refusal.Result))))
                changes.Read(call, isFailed: use.Result is { } result && RecordedResult.IsFailure(call, result));
            if (use is { Call: { } reader, Result: { } read } && !RecordedResult.IsFailure(reader, read))
                changes.Note(reader, RecordedResult.Text(read.Result));
        }
        return changes.last.Values;
    }

    /// <summary>Notes what a file contains that a call prints as a whole.</summary>
    private void Note(ToolCallEvent call, string text)
    {
        var file = Shell.Command(call) is { } command
            ? PrintedPattern().Match(command) is { Success: true } printed
                ? printed.Groups["file"].Value
                : null
            : Argument(call.Arguments, [.. OldNames, .. NewNames, .. WholeNames, "command"]) is null
                ? Argument(call.Arguments, PathNames)
                : null;
        if (file is not null)
            texts.TryAdd(file, NumberPattern().Replace(text, ""));
    }

    private void Read(ToolCallEvent call, bool isFailed)
    {
        if (Shell.Command(call) is { } command && Argument(call.Arguments, PathNames) is null && !IsPatch(command))
            ReadCommand(call, command, isFailed);
        else if (isFailed)
            return;
        else if (Strings(call.Arguments).FirstOrDefault(IsPatch) is { } patch)
            ReadPatch(call, patch);
        else if (Argument(call.Arguments, PathNames) is { Length: > 0 } path)
            ReadEditor(call, path);
    }

    private static bool IsPatch(string text) => text.Contains("*** Begin Patch", StringComparison.Ordinal);

    private void ReadEditor(ToolCallEvent call, string path)
    {
        var edits = call.Arguments.Property("edits").Items().Append(call.Arguments);
        var pairs = edits
            .Select(edit => (Old: Argument(edit, OldNames), New: Argument(edit, NewNames)))
            .Where(pair => pair is not (null, null));
        if (pairs.Any())
            Add(call, path, pairs.Select(pair => (pair.Old ?? "", pair.New ?? "")));
        else if (
            WriterPattern().IsMatch(call.Name + Argument(call.Arguments, ["command"])) && Argument(call.Arguments, WholeNames) is { } text
        )
            Write(call, path, text);
    }

    /// <summary>A patch as <c>diff</c> or <c>apply_patch</c> writes it.</summary>
    private void ReadPatch(ToolCallEvent call, string patch)
    {
        string? file = null;
        var lines = new List<string>();
        foreach (var line in RecordedResult.Lines(patch))
        {
            if (PatchedPattern().Match(line) is { Success: true } patched)
            {
                Flush();
                file = patched.Groups["file"].Value.Trim();
            }
            else if (line is ['+' or '-', ..] && !line.StartsWith("---", StringComparison.Ordinal))
                lines.Add(line[1..]);
        }
        Flush();

        void Flush()
        {
            if (file is not (null or "/dev/null"))
                Add(call, file, lines);
            lines.Clear();
        }
    }

    private void ReadCommand(ToolCallEvent call, string command, bool isFailed)
    {
        if (OpenedPattern().Match(command) is { Success: true } opened)
        {
            open = opened.Groups["file"].Value;
            if (command.StartsWith("create", StringComparison.Ordinal))
                Write(call, open, "");
            return;
        }
        if (EditedPattern().Match(command) is { Success: true } edited)
        {
            if (open is not null)
                Add(call, open, [("", edited.Groups["text"].Value)]);
            return;
        }
        foreach (var (line, body) in Shell.Documents(command))
        {
            if (InterpreterPattern().IsMatch(line))
                ReadScript(call, isFailed ? "" : body);
            else if (PatcherPattern().IsMatch(line))
                ReadPatch(call, isFailed ? "" : body);
            else if (WrittenPattern().Match(line) is { Success: true } written)
                Write(call, written.Groups["file"].Value.Trim('"', '\''), body, isAdded: written.Groups["add"].Success);
        }
        foreach (var part in Shell.Parts(Shell.WithoutDocuments(command)))
            ReadPart(call, part, isFailed);
    }

    private void ReadPart(ToolCallEvent call, string part, bool isFailed)
    {
        var words = Shell.Words(part).ToList();
        if (words is ["sed", ..] && words.Exists(word => InPlacePattern().IsMatch(word)))
        {
            // A script is what follows -e, or else the first word that is no option.
            var operands = words.Skip(1).Where(word => !word.StartsWith('-')).ToList();
            var scripts = words.Zip(words.Skip(1)).Where(pair => pair.First == "-e").Select(pair => pair.Second).ToList();
            if (scripts.Count == 0)
                scripts = [.. operands.Take(1)];
            // With quotes that do not close, words of the script are left among the operands.
            foreach (var file in operands.Except(scripts).Where(operand => NamedFilePattern().IsMatch(operand)))
                Add(call, file, scripts.SelectMany(RecordedResult.Lines));
        }
        else if (
            words is ["echo" or "printf", ..]
            && words.FindIndex(word => word is ">" or ">>") is var at and > 0
            && at + 1 < words.Count
        )
            Write(call, words[at + 1], string.Join(' ', words[1..at]), isAdded: words[at] == ">>");
        else if (!isFailed && words.IndexOf("-c") is var option and > 0 && option + 1 < words.Count && InterpreterPattern().IsMatch(part))
            ReadScript(call, words[option + 1]);
    }

    /// <summary>
    /// A script that writes files. Of its texts over several lines, the lines that only one of them has are what it changes: one is usually
    /// what is looked for, the other what is put there. Without such texts, it is the lines with a string that is no file's name.
    /// </summary>
    private void ReadScript(ToolCallEvent call, string script)
    {
        var files = FilesOf(script).Distinct().ToList();
        if (files.Count == 0)
            return;
        var blocks = BlockPattern().Matches(script).Select(block => RecordedResult.Lines(block.Groups["text"].Value).Distinct()).ToList();
        var lines =
            blocks.Count > 0
                ? blocks.SelectMany(block => block).GroupBy(line => line.Trim()).Where(line => line.Count() == 1).Select(line => line.Key)
                : RecordedResult
                    .Lines(script)
                    .Where(line =>
                        line.AsSpan().ContainsAny('"', '\'')
                        && !files.Exists(file => line.Contains(file, StringComparison.Ordinal))
                        && !PrintPattern().IsMatch(line)
                    );
        foreach (var file in files)
            Add(call, file, lines);
    }

    private static IEnumerable<string> FilesOf(string script)
    {
        foreach (Match written in ScriptWritePattern().Matches(script))
        {
            if (written.Groups["file"].Success)
                yield return written.Groups["file"].Value;
            else if (
                Regex.Match(script, $@"\b{written.Groups["name"].Value}\s*=\s*(\w+\.)?(Path\()?['""](?<file>[^'""\n]+)['""]") is
                { Success: true } named
            )
                yield return named.Groups["file"].Value;
        }
    }

    /// <summary>The whole file is written. If it was written before, only what differs is a change.</summary>
    private void Write(ToolCallEvent call, string file, string text, bool isAdded = false)
    {
        if (!FilePattern().IsMatch(file))
            return;
        var old = isAdded ? "" : texts.GetValueOrDefault(file, "");
        Add(call, file, [(old, text)]);
        texts[file] = isAdded ? texts.GetValueOrDefault(file, "") + text : text;
    }

    private void Add(ToolCallEvent call, string file, IEnumerable<(string Old, string New)> edits)
    {
        var lines = new List<string>();
        foreach (var (old, @new) in edits)
        {
            var (before, after) = (LinesOf(old), LinesOf(@new));
            lines.AddRange(before.Except(after).Concat(after.Except(before)));
            if (old.Length > 0 && texts.TryGetValue(file, out var text))
                texts[file] = text.Replace(old, @new, StringComparison.Ordinal);
        }
        Add(call, file, lines);
    }

    private void Add(ToolCallEvent call, string file, IEnumerable<string> lines) =>
        last[file] = new(call.Position, file, [.. lines.Select(Haystack.Needle).Where(line => line.Length >= ShortestLine).Distinct()]);

    private static List<string> LinesOf(string text) => [.. RecordedResult.Lines(text).Select(line => line.Trim())];

    private static string? Argument(RawJson arguments, string[] names) =>
        names.Select(name => arguments.Property(name).AsString()).FirstOrDefault(text => text is not null);

    private static IEnumerable<string> Strings(RawJson value) =>
        value.Kind == JsonValueKind.String
            ? [value.AsString()!]
            : value.Properties().Select(property => property.Value).Concat(value.Items()).SelectMany(Strings);

    [GeneratedRegex("has introduced new syntax error|No replacement was performed|String to replace not found|has not been read yet")]
    private static partial Regex RefusalPattern();

    [GeneratedRegex(@"^(cd \S+ && )?cat (?<file>[^\s|<>;&]+)$")]
    private static partial Regex PrintedPattern();

    [GeneratedRegex(@"^ *\d+[\t→]", RegexOptions.Multiline)]
    private static partial Regex NumberPattern();

    [GeneratedRegex("write|create|edit|save|put|insert|append|update", RegexOptions.IgnoreCase)]
    private static partial Regex WriterPattern();

    [GeneratedRegex(@"^(\+\+\+ (b/)?|\*\*\* (Update|Add|Delete) File: )(?<file>[^\t]+)")]
    private static partial Regex PatchedPattern();

    [GeneratedRegex(@"^(open|create) ""?(?<file>[^\s""]+)")]
    private static partial Regex OpenedPattern();

    [GeneratedRegex(@"^(edit|insert)\b[^\n]*\n(?<text>.*?)\n?(end_of_edit|end_of_insert)?\s*$", RegexOptions.Singleline)]
    private static partial Regex EditedPattern();

    [GeneratedRegex(@"^(\S*/)?python[\d.]*\b")]
    private static partial Regex InterpreterPattern();

    [GeneratedRegex(@"^(git apply|patch)\b")]
    private static partial Regex PatcherPattern();

    [GeneratedRegex(@"(>(?<add>>)?|\btee\s+((?<add>-a)\s+)?)\s*(?<file>[^\s<>|&;]+)")]
    private static partial Regex WrittenPattern();

    [GeneratedRegex("^(-[a-zA-Z]*i|--in-place)")]
    private static partial Regex InPlacePattern();

    [GeneratedRegex(
        @"open\(\s*((?<quote>['""])(?<file>[^'""\n]+)\k<quote>|(?<name>\w+))\s*,\s*(mode\s*=\s*)?['""][wa]|Path\(\s*['""](?<file>[^'""\n]+)['""]\s*\)\.write_text\(|(?<name>\w+)\.write_text\("
    )]
    private static partial Regex ScriptWritePattern();

    [GeneratedRegex(@"('''|"""""")(?<text>.*?\n.*?)\1", RegexOptions.Singleline)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^\s*(print\(|import |from )")]
    private static partial Regex PrintPattern();

    [GeneratedRegex(@"^[^\s\\'"":,()]*[./][^\s\\'"":,()]+$")]
    private static partial Regex NamedFilePattern();

    /// <summary>A name that is known before the command runs, and of a file that stays.</summary>
    [GeneratedRegex(@"^(?!/dev/)[^$`*]+$")]
    private static partial Regex FilePattern();
}
