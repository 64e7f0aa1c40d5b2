using ChatSessions.Recorded;
using ModelContextProtocol;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Logs to standard error, an entry a line: standard output belongs to the protocol, and the console logger of
/// Microsoft.Extensions.Logging costs a tenth of the cold start.
/// </summary>
public sealed class StderrLogger : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Category(categoryName);

    public void Dispose() { }

    private sealed class Category(string name) : ILogger
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
            // What the protocol foresees (no such method, no such resource) has been told to the client: a sentence is enough.
            string? detail = exception is McpException ? exception.Message : exception?.ToString();
            string text = detail is null ? message : $"{message} {detail}";
            Console.Error.WriteLine($"{Word(logLevel)} {name}: {OnOneLine(text)}");
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
