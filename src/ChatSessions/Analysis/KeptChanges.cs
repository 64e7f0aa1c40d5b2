using ChatSessions.Model;

namespace ChatSessions.Analysis;

/// <summary>What <see cref="FileChanges"/> keeps while it reads the calls of a session, one after the other.</summary>
internal sealed class KeptChanges
{
    /// <summary>The text of a longer file is not kept, so a later edit of it costs no more than the edit.</summary>
    private const int LongestKept = 64 * 1024;

    private readonly Dictionary<string, FileChange> last = [];
    private readonly Dictionary<int, List<ChangedText>> lines = [];
    private readonly HashSet<int> changing = [];

    /// <summary>For each file, the call with the last text that changes it. A script may be run later than it was written.</summary>
    private readonly Dictionary<string, int> lastTexts = [];
    private readonly HashSet<int> lastPositions = [];

    /// <summary>What was written to each file, and what those of them that are scripts write when they are run.</summary>
    private readonly Dictionary<string, string> texts = [];
    private readonly Dictionary<string, Script> scripts = [];
    private readonly Dictionary<string, Patch> patches = [];

    /// <summary>Files that were copied from, so they were there.</summary>
    private readonly HashSet<string> copied = [];

    private readonly HashSet<string> committed = [];

    private readonly FileNames names;

    /// <param name="recording">What is known of the program that recorded the session; null if nothing is.</param>
    public KeptChanges(Recording? recording) =>
        (names, Reads, Shell) = (new(recording?.Folder), new(Relative), KeptShell.Of(recording?.Format));

    /// <summary>The shell that runs the commands of the session, one after the other; null if each has a shell of its own.</summary>
    public KeptShell? Shell { get; }

    /// <summary>The files that calls read.</summary>
    public ReadFiles Reads { get; }

    /// <summary>The folder that the session was recorded in, or else the one that the first command goes to; null before that.</summary>
    public string? Root => names.Root;

    /// <summary>Notes that a command goes to a folder.</summary>
    public void GoTo(string folder)
    {
        if (names.Root is null)
            names.Root = folder;
    }

    /// <summary>The files by their last change; empty before the end.</summary>
    public IReadOnlyList<FileChange> Last { get; private set; } = [];

    public bool IsLast(int position) => lastPositions.Contains(position);

    public bool Changes(int position) => changing.Contains(position);

    public IReadOnlyList<ChangedText> LinesOf(int position) => lines.GetValueOrDefault(position, []);

    /// <summary>Ends the reading: the texts are needed no more.</summary>
    public void Finish()
    {
        texts.Clear();
        scripts.Clear();
        patches.Clear();
        copied.Clear();
        Last = [.. last.Values.OrderBy(change => change.Position)];
        lastPositions.UnionWith(Last.Select(change => change.Position).Concat(lastTexts.Values));
    }

    /// <summary>Replaces a part of what is known of a file's text.</summary>
    public void Edit(string file, string before, string after)
    {
        file = Relative(file);
        if (before.Length > 0 && texts.TryGetValue(file, out var text))
            texts[file] = text.Replace(before, after, StringComparison.Ordinal);
    }

    /// <summary>Notes that a file is deleted.</summary>
    /// <param name="isFolder">Whether it may also be a folder, whose files are deleted with it.</param>
    /// <param name="wasThere">Whether it was there before even if the session did not change it.</param>
    public void Delete(ToolCallEvent call, string file, bool isFolder = false, bool wasThere = false)
    {
        file = Relative(file).TrimEnd('/');
        var inside = isFolder ? FilesIn(file) : [];
        // Of a folder with files that the session changed, these are named.
        if (wasThere && inside.Count == 0)
        {
            changing.Add(call.Position);
            last.TryAdd(file, new(file, call.Position, 0, 0, 0, IsWritten: false));
        }
        foreach (var deleted in inside.Append(file))
            if (last.TryGetValue(deleted, out var change))
                last[deleted] = change with { DeletedAt = change.DeletedAt ?? call.Position };
    }

    /// <summary>The files of a folder that were changed.</summary>
    private List<string> FilesIn(string folder) =>
        [.. last.Keys.Where(file => file.StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal))];

    /// <summary>Notes that a folder gets another name.</summary>
    public void MoveFolder(ToolCallEvent call, string from, string to)
    {
        (from, to) = (Relative(from).TrimEnd('/'), Relative(to).TrimEnd('/'));
        // Into a folder that is there already.
        if (FilesIn(to).Count > 0)
            to = $"{to}/{from[(from.LastIndexOf('/') + 1)..]}";
        foreach (var file in FilesIn(from).Where(file => last[file].DeletedAt is null))
            Copy(call, file, to + file[from.Length..], isMoved: true, isSure: true);
    }

    /// <summary>Files with changes that no commit has. Those of a commit are not taken back with the working tree.</summary>
    public IEnumerable<FileChange> Uncommitted => last.Values.Where(change => !committed.Contains(change.File));

    /// <summary>Notes that what was changed so far in a folder may be in a commit.</summary>
    public void Commit(string folder) => committed.UnionWith(last.Keys.Where(file => file.StartsWith(folder, StringComparison.Ordinal)));

    /// <summary>Notes that all changes of a file are taken back.</summary>
    public void Revert(ToolCallEvent call, string file)
    {
        last[file] = last[file] with { DeletedAt = null, RevertedAt = last[file].RevertedAt ?? call.Position };
        texts.Remove(file);
        scripts.Remove(file);
        patches.Remove(file);
    }

    /// <summary>Notes that a file has again what was taken back at a position.</summary>
    public void Restore(string file, int position)
    {
        if (last[file].RevertedAt == position)
            last[file] = last[file] with { RevertedAt = null };
    }

    /// <summary>Notes what a script that was written to a file changes.</summary>
    /// <param name="nameOf">What a file is called that the script names.</param>
    public void RunFile(ToolCallEvent call, string file, Func<string, string> nameOf)
    {
        if (scripts.TryGetValue(Relative(file), out var written))
            Run(call, written, nameOf);
    }

    /// <summary>The script in a text; null if it writes no file.</summary>
    public static Script? FindScript(ToolCallEvent call, string text, string argument, RawJson json, int offset) =>
        PythonScript.FilesWrittenBy(text) is { Count: > 0 } files
            ? new(call, files, argument, json, PythonScript.LinesOfOneText(text), offset)
            : null;

    /// <summary>Notes what a script changes that a call runs.</summary>
    /// <param name="nameOf">What a file is called that the script names.</param>
    public void Run(ToolCallEvent call, Script script, Func<string, string> nameOf)
    {
        if (!lines.ContainsKey(script.Call.Position))
            Note(script.Call.Position, script.Argument, script.Json, script.Lines, script.Offset);
        foreach (var file in script.Files.Select(nameOf))
        {
            var before = lastTexts.GetValueOrDefault(file);
            Add(call, file, 0, 0);
            lastTexts[file] = Math.Max(before, script.Call.Position);
        }
        changing.Add(script.Call.Position);
    }

    /// <summary>A script, and the call that its text is in.</summary>
    public sealed record Script(
        ToolCallEvent Call,
        IReadOnlyCollection<string> Files,
        string Argument,
        RawJson Json,
        List<LineStretch> Lines,
        int Offset
    );

    /// <summary>The patch that was written to a file; null if none was.</summary>
    public Patch? FindPatch(string file) => patches.GetValueOrDefault(Relative(file));

    /// <summary>Notes that a file becomes what another one is.</summary>
    /// <param name="isSure">Whether the copy was made even if nothing is known of the file that is copied.</param>
    public void Copy(ToolCallEvent call, string from, string to, bool isMoved, bool isSure)
    {
        (from, to) = (Relative(from), Relative(to));
        var isOwn = last.ContainsKey(from);
        if (!isSure && !isOwn && !copied.Contains(from))
            return;
        var before = lastTexts.GetValueOrDefault(to, -1);
        var text = lastTexts.GetValueOrDefault(from, -1);
        Add(call, to, 0, 0, isWritten: !copied.Contains(to));
        // The text that the file now has is where it was written first.
        if (Math.Max(before, text) is >= 0 and var known)
            lastTexts[to] = known;
        Take(texts);
        Take(scripts);
        Take(patches);
        copied.Add(from);
        if (isMoved)
            Delete(call, from);

        void Take<T>(Dictionary<string, T> kept)
        {
            if (kept.GetValueOrDefault(from) is { } value)
                kept[to] = value;
            else
                kept.Remove(to);
            if (isMoved)
                kept.Remove(from);
        }
    }

    /// <summary>The whole file is written. If it was written or read before, only what differs is a change.</summary>
    public void Write(ToolCallEvent call, string file, string text, string argument, RawJson json, int offset, bool isAdded = false)
    {
        // A name that is known before the command runs, and of a file that stays.
        if (file.StartsWith("/dev/", StringComparison.Ordinal) || file.AsSpan().ContainsAny('$', '`', '*'))
            return;
        file = Relative(file);
        var isOwn = texts.TryGetValue(file, out var before);
        before ??= isAdded ? null : Reads.Find(file);
        var isKnown = before is not null;
        var old = isAdded ? "" : before ?? "";
        var changed = LineDifference.Between(old, text);
        if (isKnown && !isAdded)
            Note(call.Position, argument, json, changed.Added, offset);
        Add(call, file, changed.AddedCount, changed.RemovedCount, isWritten: !isAdded && (isOwn || !isKnown));
        if (text.Length + (isAdded ? before?.Length : 0) > LongestKept)
            texts.Remove(file);
        else
            texts[file] = isAdded ? before + text : text;
        scripts.Remove(file);
        if (file.EndsWith(".py", StringComparison.Ordinal) && FindScript(call, text, argument, json, offset) is { } script)
            scripts[file] = script;
        patches.Remove(file);
        if (!isAdded && Patch.IsIn(text))
            patches[file] = new(call, text, argument, json, offset);
    }

    /// <summary>Notes that a call changes a file.</summary>
    /// <param name="from">The call that has the text of the change, if it is another one.</param>
    public void Add(
        ToolCallEvent call,
        string file,
        int added,
        int removed,
        bool isWritten = false,
        bool isSameCall = false,
        ToolCallEvent? from = null
    )
    {
        changing.Add(call.Position);
        changing.Add((from ?? call).Position);
        file = Relative(file);
        lastTexts[file] = (from ?? call).Position;
        // A file that was deleted and is made again is another one.
        if (last.TryGetValue(file, out var change) && change is { Calls: 0, DeletedAt: not null })
            change = null;
        if (change?.RevertedAt is not null)
            change = change with { Calls = 0, Added = 0, Removed = 0, RevertedAt = null, Position = -1 };
        last[file] = change is not null
            ? change with
            {
                Position = call.Position,
                Calls = change.Calls + (isSameCall || change.Position == call.Position ? 0 : 1),
                Added = change.Added + added,
                Removed = change.Removed + removed,
                DeletedAt = null,
            }
            : new(file, call.Position, 1, added, removed, isWritten);
    }

    /// <summary>Notes the lines of a call's text that change something.</summary>
    public void Note(int position, string argument, RawJson json, List<LineStretch> changed, int offset = 0)
    {
        if (changed.Count == 0 || json.IsMissing)
            return;
        if (!lines.TryGetValue(position, out var texts))
            lines.Add(position, texts = []);
        texts.Add(new(argument, json, [.. changed.Select(one => one with { Start = one.Start + offset, End = one.End + offset })]));
    }

    /// <summary>What a file is called in the session.</summary>
    public string Relative(string file) => names.Of(file);
}
