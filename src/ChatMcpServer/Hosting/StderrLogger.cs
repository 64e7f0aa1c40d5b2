using System.Text.Json;
using ChatSessions.Recorded;
using ModelContextProtocol;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Logs an entry a line: standard output belongs to the protocol, and the console logger of Microsoft.Extensions.Logging costs a tenth of
/// the cold start.
/// </summary>
/// <param name="write">Writes a line to standard error.</param>
public sealed class StderrLogger(Action<string> write) : ILoggerProvider
{
    /// <summary>Logs at once, so that a verb's log lines and its own sentences stay in order. A server uses a <see cref="LogLines"/>.</summary>
    public static StderrLogger AtOnce() => new(Console.Error.WriteLine);

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, write);

    public void Dispose() { }

    private sealed class Category(string name, Action<string> write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            // The SDK logs a call that its client has cancelled as one that failed.
            if (exception is OperationCanceledException && logLevel < LogLevel.Error)
                return;
            // It calls what we answer as an error unhandled, and logs it once more, as a request that failed.
            if (exception is McpException && logLevel == LogLevel.Error)
                return;
            string message = formatter(state, exception);
            // What the protocol foresees (no such method, params of the wrong type) is in the answer: a sentence is enough here.
            string? detail = exception is McpException or JsonException ? exception.Message : exception?.ToString();
            string text = detail is null ? message : $"{message} {detail}";
            write($"{Word(logLevel)} {name}: {OnOneLine(text)}");
        }

        private static string Word(LogLevel level) =>
            level switch
            {
                LogLevel.Critical => "critical:",
                LogLevel.Error => "error:",
                LogLevel.Warning => "warning:",
                LogLevel.Information => "info:",
                _ => "debug:",
            };

        /// <summary>Method names come from the client, ids from a session: they neither forge entries nor steer a terminal.</summary>
        private static string OnOneLine(string text) => OutgoingText.Show(text).Replace("\n", " | ").Replace("\t", " ");
    }
}
