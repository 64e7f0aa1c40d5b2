using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>
/// A JSON value as received: its UTF-8 text, decoded only when needed, so that nothing is lost between reading and writing (numbers too
/// large for a double, lone surrogates, any depth, the order and spelling of names).
/// </summary>
/// <param name="utf8">Exactly one valid JSON value; empty if the value is missing.</param>
public readonly struct RawJson(ReadOnlyMemory<byte> utf8)
{
    /// <summary>Deep enough for any real session. System.Text.Json's default of 64 refuses some.</summary>
    internal static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>Checks that a text is a single JSON value. Only a byte order mark and white space may surround it.</summary>
    /// <exception cref="JsonException">The text is not a single JSON value.</exception>
    internal static RawJson Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];
        var reader = new Utf8JsonReader(utf8.Span, AnyDepth);
        reader.Read();
        var value = Slice(utf8, ref reader);
        reader.Read(); // Throws if anything but white space follows.
        return value;
    }

    /// <summary>The deepest value that <see cref="ToElement"/> converts.</summary>
    internal const int ElementDepth = 512;

    /// <summary>The value's JSON text, as received.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; } = utf8;

    /// <summary>Whether there is no such value at all. A recorded <c>null</c> is not missing.</summary>
    public bool IsMissing => Utf8.IsEmpty;

    /// <summary>The kind of the value; <see cref="JsonValueKind.Undefined"/> if it is missing.</summary>
    public JsonValueKind Kind =>
        IsMissing
            ? JsonValueKind.Undefined
            : Utf8.Span[0] switch
            {
                (byte)'"' => JsonValueKind.String,
                (byte)'{' => JsonValueKind.Object,
                (byte)'[' => JsonValueKind.Array,
                (byte)'t' => JsonValueKind.True,
                (byte)'f' => JsonValueKind.False,
                (byte)'n' => JsonValueKind.Null,
                _ => JsonValueKind.Number,
            };

    /// <summary>The decoded string, including lone surrogates; null if the value is not a string.</summary>
    public string? AsString() => Kind == JsonValueKind.String ? Unescape(Utf8.Span[1..^1]) : null;

    /// <summary>
    /// The text of a field that should be a string. For any other value this is its JSON, so that readers still see it; null if the field
    /// is missing or null.
    /// </summary>
    internal string? AsText() => Kind is JsonValueKind.Undefined or JsonValueKind.Null ? null : AsString() ?? ToString();

    /// <summary>
    /// The value of a property, the last one if the name is repeated. Missing if there is none, or if this is not an object.
    /// </summary>
    public RawJson Property(string name)
    {
        var found = default(RawJson);
        var utf8Name = Encoding.UTF8.GetBytes(name);
        var walk = new JsonWalk(this);
        while (walk.NextProperty())
            found = NameIs(walk.Name, utf8Name) ? walk.Value : found;
        return found;
    }

    /// <summary>The properties of an object in order; empty if the value is not an object.</summary>
    public IReadOnlyList<KeyValuePair<string, RawJson>> Properties()
    {
        if (Kind != JsonValueKind.Object)
            return [];
        var properties = new List<KeyValuePair<string, RawJson>>();
        var walk = new JsonWalk(this);
        while (walk.NextProperty())
            properties.Add(new(Unescape(walk.Name), walk.Value));
        return properties;
    }

    /// <summary>The items of an array in order; empty if the value is not an array.</summary>
    public IReadOnlyList<RawJson> Items()
    {
        if (Kind != JsonValueKind.Array)
            return [];
        var items = new List<RawJson>();
        var walk = new JsonWalk(this);
        while (walk.NextItem())
            items.Add(walk.Value);
        return items;
    }

    /// <summary>
    /// The value as a <see cref="JsonElement"/>, for code that needs System.Text.Json's type; undefined if it is missing. Bytes that are
    /// not UTF-8 are replaced. A value nested deeper than 512 becomes a string with its JSON, because the time of JsonDocument grows with
    /// the square of the depth: minutes for a megabyte of brackets.
    /// </summary>
    public JsonElement ToElement()
    {
        if (IsMissing)
            return default;
        // An element with bytes that are not UTF-8 would throw when it is read.
        var utf8 = System.Text.Unicode.Utf8.IsValid(Utf8.Span) ? Utf8 : Encoding.UTF8.GetBytes(ToString());
        try
        {
            return Parse(utf8.Span, maxDepth: ElementDepth);
        }
        catch (JsonException) // It is valid JSON, so it can only be too deep.
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
                writer.WriteStringValue(utf8.Span);
            return Parse(buffer.WrittenSpan, maxDepth: 1);
        }

        static JsonElement Parse(ReadOnlySpan<byte> utf8, int maxDepth) =>
            JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth });
    }

    /// <summary>The value as a whole number; null if it is not one, or does not fit into 64 bits.</summary>
    internal long? AsInt64() =>
        Kind != JsonValueKind.Number ? null
        : long.TryParse(Utf8.Span, out var whole) ? whole
        : AsDouble() is { } number && Math.Abs(number) < 1L << 53 && number == Math.Floor(number) ? (long)number
        : null;

    /// <summary>The value as a number; null if it is not one, or is too large for a double.</summary>
    internal double? AsDouble() =>
        Kind == JsonValueKind.Number
        && double.TryParse(Utf8.Span, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    /// <summary>The value as a boolean; null if it is not one.</summary>
    internal bool? AsBoolean() =>
        Kind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>The JSON text, as received.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);

    /// <summary>
    /// The value that begins at the reader's position, as a slice of the reader's text. The reader moves to the value's last token.
    /// </summary>
    internal static RawJson Slice(ReadOnlyMemory<byte> utf8, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new RawJson(utf8[start..(int)reader.BytesConsumed]);
    }

    /// <summary>
    /// Compares a property's name, as written between its quotes, with another. (ValueTextEquals throws on an escaped lone surrogate.)
    /// </summary>
    internal static bool NameIs(ReadOnlySpan<byte> recorded, ReadOnlySpan<byte> name) =>
        recorded.SequenceEqual(name)
        || (
            recorded.Length > name.Length
            && recorded.Length <= 6 * name.Length
            && recorded.Contains((byte)'\\')
            && Encoding.UTF8.GetBytes(Unescape(recorded)).AsSpan().SequenceEqual(name)
        );

    /// <summary>
    /// Decodes the text between a JSON string's quotes. System.Text.Json throws on lone surrogates, but recorded text contains them, and
    /// .NET strings can too.
    /// </summary>
    internal static string Unescape(ReadOnlySpan<byte> utf8)
    {
        var escape = utf8.IndexOf((byte)'\\');
        if (escape < 0)
            return Encoding.UTF8.GetString(utf8);
        var rented = ArrayPool<char>.Shared.Rent(utf8.Length);
        var length = 0;
        while (escape >= 0)
        {
            length += Encoding.UTF8.GetChars(utf8[..escape], rented.AsSpan(length));
            rented[length++] = utf8[escape + 1] switch
            {
                (byte)'n' => '\n',
                (byte)'t' => '\t',
                (byte)'r' => '\r',
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'u' => (char)
                    ushort.Parse(utf8.Slice(escape + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, provider: null),
                var itself => (char)itself,
            };
            utf8 = utf8[(escape + (utf8[escape + 1] == 'u' ? 6 : 2))..];
            escape = utf8.IndexOf((byte)'\\');
        }
        length += Encoding.UTF8.GetChars(utf8, rented.AsSpan(length));
        var text = new string(rented, 0, length);
        ArrayPool<char>.Shared.Return(rented);
        return text;
    }

    /// <summary>The length of the text that <see cref="Unescape"/> returns.</summary>
    internal static int UnescapedLength(ReadOnlySpan<byte> utf8)
    {
        var length = 0;
        for (int escape; (escape = utf8.IndexOf((byte)'\\')) >= 0; utf8 = utf8[(escape + (utf8[escape + 1] == 'u' ? 6 : 2))..])
            length += Encoding.UTF8.GetCharCount(utf8[..escape]) + 1;
        return length + Encoding.UTF8.GetCharCount(utf8);
    }
}
