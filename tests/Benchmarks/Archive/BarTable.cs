namespace Benchmarks.Archive;

/// <summary>What was measured, next to its bar.</summary>
internal sealed class BarTable
{
    private readonly List<(string What, string Bar, string Measured, bool? IsMet)> rows = [];

    /// <param name="isMet">Whether the bar is met; null where there is none.</param>
    public void Add(string what, string bar, string measured, bool? isMet = null) => rows.Add((what, bar, measured, isMet));

    public bool AllMet => rows.TrueForAll(row => row.IsMet != false);

    public void Write(TextWriter output)
    {
        var (what, bar) = (rows.Max(row => row.What.Length) + 2, rows.Max(row => row.Bar.Length) + 2);
        output.WriteLine($"\n{"what".PadRight(what)}{"bar".PadRight(bar)}measured");
        foreach (var row in rows)
            output.WriteLine($"{row.What.PadRight(what)}{row.Bar.PadRight(bar)}{row.Measured}{(row.IsMet == false ? "   NOT MET" : "")}");
    }
}

/// <summary>Times in milliseconds, the shortest first.</summary>
internal sealed class Times(IEnumerable<double> milliseconds)
{
    private readonly double[] sorted = [.. milliseconds.Order()];

    public double Median => At(0.5);

    public double P95 => At(0.95);

    public double Max => sorted[^1];

    public double Sum => sorted.Sum();

    private double At(double part) => sorted[(int)((sorted.Length - 1) * part)];
}
