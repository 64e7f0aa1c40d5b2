namespace Fidelity;

/// <summary>What must hold of every answer.</summary>
internal static class Rules
{
    /// <summary>It costs no more than its budget.</summary>
    public const string Budget = "budget";

    /// <summary>What it says of its cuts is true: see <see cref="Fidelity.Honesty"/>.</summary>
    public const string Honesty = "honest";

    /// <summary>What was cut is to be had: see <see cref="Fidelity.Recovery"/>.</summary>
    public const string Recovery = "recover";

    /// <summary>The same question has the same answer, byte for byte.</summary>
    public const string Determinism = "determ";

    /// <summary>It keeps what a smaller budget keeps.</summary>
    public const string Monotony = "monot";

    /// <summary>A session that fits whole is not cut.</summary>
    public const string Full = "full";

    /// <summary>All, in the order of the table.</summary>
    public static readonly string[] All = [Budget, Honesty, Recovery, Determinism, Monotony, Full];
}
