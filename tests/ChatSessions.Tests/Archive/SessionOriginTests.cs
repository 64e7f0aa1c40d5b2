using ChatSessions.Archive;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Archive;

public class SessionOriginTests
{
    [Theory]
    [InlineData("ClaudeCode", "claude-code")]
    [InlineData("OpenAi", "openai")]
    [InlineData("File", "file")]
    [InlineData("claude-code", "claude-code")]
    [InlineData("a-format-of-later", "a-format-of-later")]
    public void What_any_archive_has_written_is_read(string stored, string name) => Assert.Equal(name, SessionOrigin.OfStored(stored).Name);

    [Theory]
    [InlineData("")]
    [InlineData("Claude Code")]
    public void What_no_archive_writes_is_damage(string stored) =>
        Assert.Equal(ChatSessionError.InvalidSession, Assert.Throws<ChatSessionException>(() => SessionOrigin.OfStored(stored)).Error);
}
