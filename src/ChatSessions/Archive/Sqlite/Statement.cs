using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// A prepared statement without ADO.NET: a row costs 1.5 µs instead of 3.8, and bytes are bound and read without a copy.
/// Parameters are <c>?1</c>, <c>?2</c> and so on; columns count from 0.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt handle;

    public Statement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out handle), database);
    }

    /// <summary>Runs statements that return no rows.</summary>
    public static void Execute(SqliteConnection connection, string sql) =>
        SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(connection.Handle!, sql), connection.Handle!);

    public Statement Bind(int parameter, long value)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_int64(handle, parameter, value), database);
        return this;
    }

    public Statement Bind(int parameter, long? value)
    {
        if (value is { } number)
            return Bind(parameter, number);
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_null(handle, parameter), database);
        return this;
    }

    public Statement Bind(int parameter, string text)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_text(handle, parameter, Encoding.UTF8.GetBytes(text)), database);
        return this;
    }

    public Statement BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_text(handle, parameter, utf8), database);
        return this;
    }

    public Statement BindBlob(int parameter, ReadOnlySpan<byte> bytes)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_blob(handle, parameter, bytes), database);
        return this;
    }

    /// <summary>Moves to the next row; false if there is none, and then the statement can be run again.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(handle);
        if (result == raw.SQLITE_ROW)
            return true;
        Reset();
        return result == raw.SQLITE_DONE ? false : throw Failure(result);
    }

    /// <summary>Runs the statement and ignores its rows.</summary>
    public void Run()
    {
        while (Read()) { }
    }

    /// <summary>Runs the statement and returns the number in its first row, which only a damaged archive does not have.</summary>
    public long RequireNumber() =>
        ReadNumber() ?? throw new SqliteException("A row that every archive has is missing.", raw.SQLITE_CORRUPT);

    /// <summary>Runs the statement and returns the number in its first row; null if there is no row.</summary>
    public long? ReadNumber()
    {
        if (!Read())
            return null;
        var number = Number(0);
        Reset();
        return number;
    }

    /// <summary>Abandons the rows that were not read, and releases the read lock.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public long Number(int column) => raw.sqlite3_column_int64(handle, column);

    public long? NumberOrNull(int column) =>
        raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_int64(handle, column);

    /// <summary>The whole text, including NULs; invalid UTF-8 becomes replacement characters.</summary>
    public string Text(int column)
    {
        if (raw.sqlite3_column_type(handle, column) != raw.SQLITE_TEXT)
            throw new SqliteException("A column that must hold text does not.", raw.SQLITE_CORRUPT);
        return Encoding.UTF8.GetString(raw.sqlite3_column_blob(handle, column));
    }

    public string? TextOrNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL ? null : Text(column);

    /// <summary>The bytes, valid until the next row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose() => handle.Dispose();

    private SqliteException Failure(int result) => new(raw.sqlite3_errmsg(database).utf8_to_string(), result & 0xFF, result);
}
