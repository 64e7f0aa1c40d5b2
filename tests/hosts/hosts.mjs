// The hosts: how each is installed, configured and started, with a scripted model in place of its own and our server as its only one.
import { messages, responses, completions, contents } from "./apis.mjs";

export const PROMPT = "Read the chat session with get_chat_session, then say that you are done.";
const KEY = "not-a-key";

/**
 * `name` is what people call it, `package` its npm package, `program` its command. `api` is what its model speaks. `files` are written into
 * its HOME before it starts; `server` is { command, args }, and `model` the address of the scripted model. `isFitted` says that it shows less
 * than 10,000 tokens of an answer, so that the server makes its answers shorter; see docs/hosts.md.
 */
export const hosts = [
  {
    id: "claude-code",
    name: "Claude Code",
    package: "@anthropic-ai/claude-code",
    program: "claude",
    api: messages,
    files: ({ server }) => ({ "mcp.json": { mcpServers: { chats: { type: "stdio", ...server } } } }),
    args: ({ home }) => [
      "--print",
      PROMPT,
      "--model",
      "sonnet",
      "--mcp-config",
      `${home}/mcp.json`,
      "--strict-mcp-config",
      "--allowedTools",
      "mcp__chats",
    ],
    // With another address than Anthropic's it offers all tools at once; as people use it, they are behind a search.
    env: ({ model }) => ({
      ANTHROPIC_BASE_URL: model,
      ANTHROPIC_API_KEY: KEY,
      ENABLE_TOOL_SEARCH: "true",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
    }),
  },
  {
    id: "codex",
    name: "Codex",
    package: "@openai/codex",
    program: "codex",
    api: responses,
    files: ({ server, model }) => ({
      ".codex/config.toml": [
        // It shows less of an answer to models that it does not know.
        'model = "gpt-5.5"',
        'model_provider = "scripted"',
        'approval_policy = "never"',
        "[model_providers.scripted]",
        'name = "Scripted"',
        `base_url = "${model}/v1"`,
        'wire_api = "responses"',
        'env_key = "SCRIPTED_KEY"',
        "[mcp_servers.chats]",
        `command = ${JSON.stringify(server.command)}`,
        `args = ${JSON.stringify(server.args)}`,
        'default_tools_approval_mode = "approve"',
        // Otherwise its first request may come before our tools are there.
        "required = true",
      ].join("\n"),
    }),
    args: () => ["exec", "--skip-git-repo-check", "--sandbox", "read-only", PROMPT],
    env: () => ({ SCRIPTED_KEY: KEY }),
  },
  {
    id: "gemini",
    name: "Gemini CLI",
    package: "@google/gemini-cli",
    program: "gemini",
    api: contents,
    files: ({ server }) => ({
      ".gemini/settings.json": {
        security: { auth: { selectedType: "gemini-api-key" } },
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true },
        mcpServers: { chats: { ...server, trust: true } },
      },
    }),
    args: () => ["--prompt", PROMPT, "--model", "gemini-2.5-pro", "--approval-mode", "yolo", "--skip-trust"],
    env: ({ model }) => ({ GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: model }),
  },
  {
    id: "qwen",
    name: "Qwen Code",
    package: "@qwen-code/qwen-code",
    program: "qwen",
    isFitted: true,
    api: completions,
    files: ({ server }) => ({
      ".qwen/settings.json": {
        privacy: { usageStatisticsEnabled: false },
        general: { disableAutoUpdate: true },
        mcpServers: { chats: { ...server, trust: true } },
      },
    }),
    args: () => [PROMPT, "--auth-type", "openai", "--model", "qwen3-coder-plus", "--approval-mode", "yolo"],
    env: ({ model }) => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${model}/v1` }),
  },
  {
    id: "opencode",
    name: "opencode",
    package: "opencode-ai",
    program: "opencode",
    api: completions,
    files: ({ server, model }) => ({
      ".config/opencode/opencode.json": {
        autoupdate: false,
        share: "disabled",
        permission: "allow",
        provider: {
          scripted: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${model}/v1`, apiKey: KEY },
            models: { scripted: { tool_call: true, limit: { context: 200_000, output: 8_000 } } },
          },
        },
        mcp: { chats: { type: "local", command: [server.command, ...server.args], enabled: true } },
      },
    }),
    args: () => ["run", "--model", "scripted/scripted", PROMPT],
    env: () => ({ OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_LSP_DOWNLOAD: "1" }),
  },
  {
    id: "copilot",
    name: "Copilot CLI",
    package: "@github/copilot",
    program: "copilot",
    isFitted: true,
    api: completions,
    files: ({ server }) => ({ ".copilot/mcp-config.json": { mcpServers: { chats: { type: "local", ...server, tools: ["*"] } } } }),
    args: () => ["--prompt", PROMPT, "--allow-all-tools", "--disable-builtin-mcps"],
    // Offline, it needs no login.
    env: ({ model }) => ({
      COPILOT_OFFLINE: "true",
      COPILOT_PROVIDER_BASE_URL: `${model}/v1`,
      COPILOT_PROVIDER_API_KEY: KEY,
      COPILOT_MODEL: "gpt-4.1",
      COPILOT_AUTO_UPDATE: "false",
    }),
  },
];
