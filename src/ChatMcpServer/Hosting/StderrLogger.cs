using System.Globalization;
using System.Text;
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

        /// <summary>Method names and the like come from the client: they neither forge entries nor steer a terminal.</summary>
        private static string OnOneLine(string text)
        {
            if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
                return text;
            var line = new StringBuilder(text.Length);
            foreach (char c in text)
            {
                if (c is '\n')
                    line.Append(" | ");
                else if (!char.IsControl(c))
                    line.Append(c);
                else if (c is not '\r')
                    line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            return line.ToString();
        }
    }
}
