namespace ChatSessions.Redaction;

/// <summary>Finds one kind of secret. It is asked only where one of its keywords is in a text.</summary>
/// <param name="id">Shown in place of what it finds.</param>
/// <param name="keywords">
/// Lower case, at least three characters, ASCII. Upper case matches too. A text without any of them has no secret of this kind.
/// </param>
internal abstract class SecretRule(string id, IReadOnlyList<string> keywords)
{
    public string Id => id;

    public IReadOnlyList<string> Keywords => keywords;

    /// <summary>Whether the keywords count only where no letter, digit or underscore is before them.</summary>
    public virtual bool BeginsWord => false;

    /// <summary>Whether what is around a value makes it a secret. What is known by its own form has a better name then.</summary>
    public virtual bool IsByContext => true;

    /// <summary>Adds the secrets that belong to a keyword.</summary>
    /// <param name="at">Where the keyword is.</param>
    public abstract Looked Find(string text, int at, List<FoundSecret> found);

    protected void Add(List<FoundSecret> found, int start, int length)
    {
        if (length > 0)
            found.Add(new(start, length, id));
    }
}

/// <summary>How far a rule has looked.</summary>
/// <param name="Until">Keywords before this need not be looked at again: a text full of them would take too long.</param>
/// <param name="IsFound">Whether they are in what was found.</param>
internal readonly record struct Looked(int Until, bool IsFound);
