using System.Text.Json;
using ModelContextProtocol;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Logs each entry as one line on standard error, since standard output belongs to the protocol. The console logger of
/// Microsoft.Extensions.Logging would cost a tenth of the cold start.
/// </summary>
/// <param name="write">Writes a line to standard error.</param>
/// <param name="lowest">The lowest level to log.</param>
public sealed class StderrLogger(Action<string> write, LogLevel lowest, LogFormat format = LogFormat.Text) : ILoggerProvider
{
    /// <summary>How the categories of the SDK's loggers begin.</summary>
    private const string Sdk = "ModelContextProtocol";

    /// <summary>The SDK's event for a method that does not exist.</summary>
    private const string NoHandler = "LogNoHandlerFoundForRequest";

    /// <summary>Logs without a queue, so that a verb's log lines and its messages stay in order. A server uses <see cref="LogLines"/>.</summary>
    public static StderrLogger AtOnce(LogLevel lowest) => new(Console.Error.WriteLine, lowest);

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, write, lowest, format);

    public void Dispose() { }

    private sealed class Category(string name, Action<string> write, LogLevel lowest, LogFormat format) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            // The SDK logs a call that its client cancelled as a failure.
            if (exception is OperationCanceledException && logLevel < LogLevel.Error)
                return;
            // The SDK logs our error answers as unhandled, and then again as failed requests.
            if (exception is McpException && logLevel == LogLevel.Error)
                return;
            // The client reads its mistake in the answer. It is no warning to the server's operator.
            if (name.StartsWith(Sdk, StringComparison.Ordinal) && (IsMistakeOfClient(exception) || eventId.Name == NoHandler))
                logLevel = LogLevel.Information;
            if (!IsEnabled(logLevel))
                return;
            string message = formatter(state, exception);
            // Protocol errors (unknown method, params of the wrong type) are in the answer, so the message is enough here.
            string? detail = exception is McpException or JsonException ? exception.Message : exception?.ToString();
            string text = detail is null ? message : $"{message} {detail}";
            write(LogLine.Of(format, Word(logLevel), name, text));
        }

        private static bool IsMistakeOfClient(Exception? exception) =>
            exception is JsonException or McpProtocolException { ErrorCode: not McpErrorCode.InternalError };

        private static string Word(LogLevel level) =>
            level switch
            {
                LogLevel.Critical => "critical",
                LogLevel.Error => "error",
                LogLevel.Warning => "warning",
                LogLevel.Information => "info",
                _ => "debug",
            };
    }
}
