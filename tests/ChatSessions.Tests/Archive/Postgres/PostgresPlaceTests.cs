using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using Npgsql;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

public sealed class PostgresPlaceTests
{
    [Theory]
    [InlineData("postgres://ann:s3cret-pw@db.example:5433/chats", "postgres://ann@db.example:5433/chats")]
    [InlineData("postgresql://ann:s3cret-pw@db.example/chats?sslmode=verify-full", "postgres://ann@db.example:5432/chats")]
    [InlineData("postgres://ann@[::1]:5433/chats", "postgres://ann@::1:5433/chats")]
    [InlineData("postgres://ann@/chats?host=%2Frun%2Fpostgresql&password=s3cret-pw", "postgres://ann@/chats?host=/run/postgresql")]
    [InlineData("Host=db.example;Username=ann;Password=s3cret-pw;Database=chats", "postgres://ann@db.example:5432/chats")]
    [InlineData("database=chats; host = db.example ;username=ann", "postgres://ann@db.example:5432/chats")]
    [InlineData("postgres://ann:p%40ss%3As3cret-pw@db.example/chats", "postgres://ann@db.example:5432/chats")]
    public void A_place_is_read_in_each_form_and_shown_without_its_password(string written, string shown)
    {
        Assert.True(PostgresPlace.IsOne(written));
        Assert.Equal(shown, PostgresPlace.Parse(written).ToString());
        Assert.Equal(shown, SessionArchive.Show(written));
    }

    [Fact]
    public void The_password_reaches_the_connection() =>
        Assert.Contains("p@ss:s3cret", PostgresPlace.Parse("postgres://ann:p%40ss%3As3cret@db.example/chats").ConnectionString);

    [Theory]
    [InlineData("postgres://ann@db.example/chats", 10, 60, 1_800)]
    [InlineData("postgres://ann@db.example/chats?connect_timeout=3", 3, 60, 1_800)]
    [InlineData("Host=db.example;Username=ann;CommandTimeout=7", 10, 7, 7)]
    [InlineData("host=db.example;username=ann;timeout=4;command timeout=0", 4, 0, 0)]
    public void A_place_says_how_long_to_wait_or_has_what_is_usual(string written, int connect, int usual, int maintenance)
    {
        var place = PostgresPlace.Parse(written);

        var read = new NpgsqlConnectionStringBuilder(place.ConnectionString);
        Assert.Equal((connect, usual), (read.Timeout, read.CommandTimeout));
        Assert.Equal((usual, maintenance), (place.Seconds, place.MaintenanceSeconds));
    }

    [Theory]
    [InlineData("/home/ann/archive.db")]
    [InlineData("archive.db")]
    [InlineData("C:\\data\\archive.db")]
    [InlineData("postgres/archive.db")]
    [InlineData("postgres.db")]
    [InlineData("postgresql")]
    [InlineData("ghost=1.db")]
    public void Everything_else_is_a_file(string path)
    {
        Assert.False(SessionArchive.IsServer(path));
        Assert.Equal(path, SessionArchive.Show(path));
    }

    [Theory]
    [InlineData("postgres://ann:s3cret-pw@db.example/chats?colour=red")]
    [InlineData("postgres://ann:s3cret-pw@db.example:port/chats")]
    [InlineData("postgres://ann:s3cret-pw@db.example:99999999999/chats")]
    [InlineData("postgres://ann:s3cret-pw@db.example/chats?sslmode=s3cret-pw")]
    [InlineData("postgres:///chats?password=s3cret-pw")]
    [InlineData("Host=db.example;Colour=red;Password=s3cret-pw")]
    [InlineData("Host=db.example;Password=s3cret-pw;no pair")]
    public void An_invalid_place_is_refused_and_not_repeated(string place)
    {
        var error = Assert.Throws<ChatSessionException>(() => SessionArchive.Open(place));

        Assert.Equal(ChatSessionError.InvalidArgument, error.Error);
        Assert.StartsWith("Invalid place of a PostgreSQL archive: it", error.Message);
        Assert.DoesNotContain("s3cret", error.ToString());
    }

    [Theory]
    [InlineData("postgres://ann@localhost/chats?hots=x", "it has a setting 'hots', which there is not. There are sslmode, ")]
    [InlineData("postgres://ann:s3cret-pw@localhost/chats?sslmode=foo", "its setting 'sslmode' has an invalid value.")]
    [InlineData("postgres://ann@/chats?host=/run&port=abc", "its setting 'port' has an invalid value.")]
    [InlineData("postgres://ann:s3cret-pw@localhost:abc/chats", "its port is not a number from 1 to 65535")]
    [InlineData("postgres://ann:s3cret-pw@localhost:0/chats", "its port is not a number from 1 to 65535")]
    [InlineData("Host=localhost;Databse=chats;Password=s3cret-pw", "it has a setting 'databse', which there is not.")]
    [InlineData("Hots=localhost;Database=chats;Password=s3cret-pw", "it has a setting 'hots', which there is not.")]
    [InlineData("Host=localhost;Password=s3cret-pw;Timeout=soon", "its setting 'timeout' has an invalid value.")]
    [InlineData("postgres:/chats@localhost/x", "it begins with postgres, but not with postgres://.")]
    [InlineData("postgres//chats:s3cret-pw@localhost/x", "it begins with postgres, but not with postgres://.")]
    [InlineData("postgresql:localhost/x", "it begins with postgres, but not with postgres://.")]
    // Each of these may be a password that was written without its quotes or escapes.
    [InlineData("postgres://ann:pass?s3cret@localhost/chats", "it has a ? before the @; in a password, write ? as %3F.")]
    [InlineData("postgres://ann:pass/s3cret@localhost/chats", "its port is not a number")]
    [InlineData("postgres://ann@localhost/chats?password=pass&s3cret=1", "what follows the password is no setting")]
    [InlineData("Host=localhost;Password=pass;s3cret=1", "what follows the password is no setting")]
    [InlineData("Host=localhost;Pwd=pass;s3cret=1", "what follows the password is no setting")]
    public void What_is_wrong_with_a_place_is_named_but_nothing_that_may_be_a_password(string place, string says)
    {
        Assert.True(SessionArchive.IsServer(place));
        var error = Assert.Throws<ChatSessionException>(() => SessionArchive.Open(place));

        Assert.StartsWith($"Invalid place of a PostgreSQL archive: {says}", error.Message);
        Assert.DoesNotContain("s3cret", error.ToString());
    }
}
