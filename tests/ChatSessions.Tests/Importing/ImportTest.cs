using System.Globalization;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Importing;

/// <summary>Imports files that a test makes.</summary>
public abstract class ImportTest : TempFolder
{
    protected static string Lines(params string[] lines) => string.Join('\n', lines) + "\n";

    protected List<string> Broken { get; } = [];

    protected List<ImportedSession> ImportAll(string text, ImportFormat? format = null, string name = "file.jsonl") =>
        [
            .. SessionImport.Read(
                Write(name, text),
                format,
                FileSource.DefaultMaxSessionBytes,
                problem => Broken.Add(problem.Message),
                Cancelled
            ),
        ];

    protected ImportedSession Import(string text, ImportFormat? format = null, string name = "file.jsonl") =>
        Assert.Single(ImportAll(text, format, name));

    protected string Refusal(string text, ImportFormat? format = null, string name = "file.jsonl") =>
        Assert.Throws<ChatSessionException>(() => ImportAll(text, format, name)).Message;

    /// <summary>A session's events without their times, a short line each.</summary>
    internal static List<string> Shown(Session session) => [.. session.Events.Select(Shown)];

    internal static string Shown(SessionEvent one) =>
        one switch
        {
            UserInputEvent input => $"user: {input.Content}",
            TextEvent text => $"text: {text.Content}",
            ThinkingEvent thinking => $"thinking: {thinking.Content}",
            ToolCallEvent call => $"call {call.CallId} {call.Name} {call.Arguments}",
            ToolResultEvent result => $"result {result.CallId} {result.Name} {result.Result}",
            StopEvent stop => string.Create(
                CultureInfo.InvariantCulture,
                $"stop {(stop.IsError ? stop.Error ?? "error" : "ok")} {stop.Usage.TotalInputTokens}/{stop.Usage.TotalOutputTokens}/{stop.Usage.DurationMs}/{stop.Usage.Turns}"
            ),
            UnknownEvent { Type: "context" } =>
                $"context {one.Json.Property("role").AsString()}: {one.Json.Property("content").AsString()}",
            _ => one.Json.ToString().Replace($"\"timestamp\":{one.Json.Property("timestamp")},", "", StringComparison.Ordinal),
        };
}
