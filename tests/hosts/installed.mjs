// Installs the server into real hosts with `chat-mcp-server install`, each in an empty HOME, and asks their own programs whether they see it.
// Prints a table, and exits with 1 if a host does not list the server, or if `uninstall` leaves something of it:
//
//   node tests/hosts/installed.mjs --server PATH [--only codex,gemini-cli]
//
// PATH is the native file, or the .dll that `dotnet build` makes. Hosts are installed from npm at the first run.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CACHE, install, installNode, pathWith } from "./install.mjs";
import { run } from "./processes.mjs";

/**
 * `id` is the name for `install`, `package` the npm package, `file` what is written in HOME, `before` its content if there is some already. `ask` are
 * the arguments with which the program lists its servers, and `connected` what it then prints.
 */
const HOSTS = [
  {
    id: "claude-code",
    package: "@anthropic-ai/claude-code",
    program: "claude",
    file: ".claude.json",
    ask: ["mcp", "list"],
    connected: /chat-sessions: .*Connected/,
  },
  // It starts no server to list them; that it starts ours is checked by run.mjs, with the same entry.
  {
    id: "codex",
    package: "@openai/codex",
    program: "codex",
    file: ".codex/config.toml",
    before: '# mine\nmodel = "gpt-5.5" # fast\n',
    ask: ["mcp", "list"],
    connected: /chat-sessions .*enabled/,
  },
  {
    id: "gemini-cli",
    package: "@google/gemini-cli",
    program: "gemini",
    file: ".gemini/settings.json",
    // It starts servers only in folders that are trusted.
    before: '{\n  // mine\n  "security": { "folderTrust": { "enabled": false } }\n}\n',
    ask: ["mcp", "list"],
    connected: /chat-sessions: .*Connected/,
  },
  {
    id: "qwen-code",
    package: "@qwen-code/qwen-code",
    program: "qwen",
    file: ".qwen/settings.json",
    before: '{\n  // mine\n  "privacy": { "usageStatisticsEnabled": false }\n}\n',
    ask: ["mcp", "list"],
    connected: /chat-sessions: .*Connected/,
  },
  {
    id: "opencode",
    package: "opencode-ai",
    program: "opencode",
    file: ".config/opencode/opencode.json",
    before: '{\n\t// mine\n\t"autoupdate": false,\n}\n',
    ask: ["mcp", "list"],
    connected: /chat-sessions .*connected/,
  },
  {
    id: "copilot-cli",
    package: "@github/copilot",
    program: "copilot",
    file: ".copilot/mcp-config.json",
    // It starts no server to show it, either.
    ask: ["mcp", "get", "chat-sessions"],
    connected: /Status: .*Enabled|Command: .*chat-mcp-server/,
  },
];

const { values } = parseArgs({ options: { server: { type: "string" }, only: { type: "string" } } });
if (!values.server) {
  console.error("Usage: node tests/hosts/installed.mjs --server PATH [--only HOSTS]");
  process.exit(2);
}
const server = resolve(values.server);
const [command, first] = server.endsWith(".dll") ? ["dotnet", [server]] : [server, []];
// Codex takes no HOME in the temporary folder seriously, so that the folder is in the cache of the user.
mkdirSync(join(homedir(), ".cache"), { recursive: true });
const work = mkdtempSync(join(homedir(), ".cache", "chat-mcp-installed-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

console.error(`Hosts are installed in ${CACHE}.`);
const nodeBin = await installNode();
const rows = [];
for (const host of HOSTS.filter(({ id }) => !values.only || values.only.split(",").includes(id))) rows.push(await check(host));

const columns = ["host", "version", "install", "lists it", "uninstall"];
const line = (cells) => console.log(`| ${cells.join(" | ")} |`);
line(columns);
line(columns.map(() => "---"));
for (const row of rows) line(columns.map((column) => row[column]));
process.exitCode = rows.length === 0 || rows.some(({ isBad }) => isBad) ? 1 : 0;

async function check(host) {
  const home = join(work, host.id);
  const file = join(home, host.file);
  mkdirSync(dirname(file), { recursive: true });
  if (host.before) writeFileSync(file, host.before);
  const installed = await install(host.package, nodeBin);
  const env = {
    PATH: pathWith(installed.bin, nodeBin),
    HOME: home,
    DOTNET_ROOT: process.env.DOTNET_ROOT ?? "",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    COPILOT_AUTO_UPDATE: "false",
    NO_COLOR: "1",
  };
  const start = (program, args, seconds) => run(program, args, { cwd: home, env, seconds });
  const ours = (...args) => start(command, [...first, ...args], 60);

  const added = await ours("install", host.id, "--yes", "--", "--archive", "none");
  const written = existsSync(file) ? readFileSync(file, "utf8") : "";
  const isWritten = added.code === 0 && (host.before ?? "").split("\n").every((part) => written.includes(part.replace(/,$/, "")));
  const asked = await start(join(installed.bin, host.program), host.ask, 120);
  const answer = (asked.stdout + asked.stderr)
    .replaceAll(/\x1b\[[0-9;]*m/g, "")
    .replaceAll(command, "chat-mcp-server")
    .split("\n").filter((text) => host.connected.test(text))[0]?.trim();
  if (!answer) console.error(`${host.id}: ${asked.stdout}${asked.stderr}`);
  const kept = existsSync(file) ? readFileSync(file, "utf8") : "";
  const removed = await ours("uninstall", host.id, "--yes");
  const left = existsSync(file) ? readFileSync(file, "utf8") : null;
  // A program may write into its file when it starts; what it wrote stays.
  const isBack = removed.code === 0 && (kept === written ? left === (host.before ?? null) : !left.includes("chat-sessions"));
  if (!isBack) console.error(`${host.id}: ${removed.stdout}${removed.stderr}\n${left}`);
  return {
    host: host.id,
    version: installed.version,
    install: isWritten ? "yes" : `no: ${added.stdout}${added.stderr}`.replaceAll("\n", " "),
    "lists it": answer ? answer.replaceAll("|", "\\|") : "no",
    uninstall: isBack ? (kept === written ? "the same bytes" : "only ours is gone") : "no",
    isBad: !isWritten || !answer || !isBack,
  };
}
