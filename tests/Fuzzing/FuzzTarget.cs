namespace Fuzzing;

/// <summary>A part of the program that takes input from outside, inputs for it, and what must hold of each.</summary>
internal abstract class FuzzTarget(string name) : IAsyncDisposable
{
    /// <summary>Its name on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>How many inputs the tests run: what takes a few seconds.</summary>
    public abstract int InputsInTests { get; }

    /// <summary>Makes an input. The same random numbers make the same input.</summary>
    public abstract byte[] Make(Random random);

    /// <summary>Runs an input. Throws if something other than an answer or one clear sentence comes of it.</summary>
    public abstract Task RunAsync(byte[] input, CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
