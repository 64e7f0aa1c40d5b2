// Adds this repository as a marketplace to real Claude Code and Codex, each in an empty HOME, installs the plugin, and has a scripted model look at
// what a session begins with. Prints a table, and exits with 1 if something is missing:
//
//   node tests/hosts/plugin.mjs --server PATH [--only claude-code,codex]
//
// PATH is the native file, or the .dll that `dotnet build` makes. Hosts are installed from npm at the first run.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hosts } from "./hosts.mjs";
import { CACHE, install, installNode, pathWith } from "./install.mjs";
import { ScriptedModel } from "./model.mjs";
import { run } from "./processes.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const PLUGIN = "chat-sessions@chat-mcp-server";
const HELLO = "Say that you are there.";

/**
 * `prepare` are the commands that must succeed, `ask` lists the servers of which one must be `listed`, `args` start a session, and `wanted` is what
 * its first requests must hold; they do not wait for the server's tools.
 */
const CHECKS = [
  {
    id: "claude-code",
    prepare: [
      ["plugin", "validate", ROOT],
      ["plugin", "validate", join(ROOT, "plugins/chat-sessions")],
      ["plugin", "marketplace", "add", ROOT],
      ["plugin", "install", PLUGIN],
    ],
    ask: ["mcp", "list"],
    listed: /plugin:chat-sessions:chat-sessions: .*Connected/,
    args: ["--print", HELLO, "--model", "sonnet"],
    wanted: {
      skill: /Look into earlier chat sessions/,
      "start of a session": /Recorded: 1 earlier session of this project, of 2026-04-22: \\+"Fix the leap days\\+"/,
    },
  },
  {
    id: "codex",
    prepare: [
      ["plugin", "marketplace", "add", ROOT],
      ["plugin", "add", PLUGIN],
    ],
    ask: ["mcp", "list"],
    listed: /chat-sessions +chat-mcp-server .*enabled/,
    args: ["exec", "--skip-git-repo-check", "--sandbox", "read-only", HELLO],
    wanted: { skill: /Look into earlier chat sessions/ },
  },
];

const { values } = parseArgs({ options: { server: { type: "string" }, only: { type: "string" } } });
if (!values.server) {
  console.error("Usage: node tests/hosts/plugin.mjs --server PATH [--only HOSTS]");
  process.exit(2);
}
const server = resolve(values.server);
// Codex takes no HOME in the temporary folder seriously.
mkdirSync(join(homedir(), ".cache"), { recursive: true });
const work = mkdtempSync(join(homedir(), ".cache", "chat-mcp-plugin-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
const bin = join(work, "bin");
write(join(bin, "chat-mcp-server"), `#!/bin/sh\nexec ${server.endsWith(".dll") ? "dotnet " : ""}'${server}' "$@"\n`);
chmodSync(join(bin, "chat-mcp-server"), 0o755);

console.error(`Hosts are installed in ${CACHE}.`);
const nodeBin = await installNode();
const rows = [];
for (const check of CHECKS.filter(({ id }) => !values.only || values.only.split(",").includes(id))) rows.push(await look(check));

const columns = ["host", "version", "installed", "server", "skill", "start of a session"];
const line = (cells) => console.log(`| ${cells.join(" | ")} |`);
line(columns);
line(columns.map(() => "---"));
for (const row of rows) line(columns.map((column) => row[column] ?? "–"));
process.exitCode = rows.length === 0 || rows.some((row) => Object.values(row).includes("no")) ? 1 : 0;

async function look(check) {
  const host = hosts.find(({ id }) => id === check.id);
  const installed = await install(host.package, nodeBin);
  const home = join(work, check.id);
  const project = join(home, "project");
  mkdirSync(project, { recursive: true });
  const model = new ScriptedModel(host.api, "get_chat_session", () => null);
  const setup = { home, model: await model.start(), server: { command: "", args: [] } };
  const env = {
    PATH: pathWith(bin, installed.bin, nodeBin),
    HOME: home,
    DOTNET_ROOT: process.env.DOTNET_ROOT ?? "",
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    CHAT_MCP_ARCHIVE: join(home, "archive.db"),
    ...host.env(setup),
  };
  const start = (program, args) => run(program, args, { cwd: project, env, seconds: 120 });
  try {
    // Its own server is the plugin's.
    for (const [name, content] of Object.entries(host.files(setup)))
      if (name.endsWith(".toml")) write(join(home, name), content.split("[mcp_servers")[0]);
    const earlier = join(work, "earlier.jsonl");
    write(earlier, transcript(project));
    const outputs = [await start("chat-mcp-server", ["import", earlier])];
    for (const args of check.prepare) outputs.push(await start(host.program, args));
    const asked = await start(host.program, check.ask);
    outputs.push(await start(host.program, check.args));
    const isWell = outputs.every(({ code }) => code === 0);
    if (!isWell) for (const { code, stdout, stderr } of outputs) console.error(`${check.id}: ${code}\n${stdout}${stderr}`);
    const has = (pattern) => (model.requests.some((text) => pattern.test(text)) ? "yes" : "no");
    return {
      host: check.id,
      version: installed.version,
      installed: isWell ? "yes" : "no",
      server: check.listed.test(asked.stdout) ? "yes" : "no",
      ...Object.fromEntries(Object.entries(check.wanted).map(([name, pattern]) => [name, has(pattern)])),
    };
  } finally {
    model.stop();
  }
}

/** A transcript of Claude Code with one question and its answer. */
function transcript(cwd) {
  const all = { sessionId: "0b1f6a52-6a3c-4b57-9d55-2f8f1c9a7e10", cwd, version: "2.1.0", isSidechain: false, userType: "external" };
  const records = [
    { type: "user", uuid: "u1", parentUuid: null, timestamp: "2026-04-22T08:00:00Z", message: { role: "user", content: "Fix the leap days" } },
    {
      type: "assistant",
      uuid: "a1",
      parentUuid: "u1",
      timestamp: "2026-04-22T08:00:05Z",
      message: { id: "m1", role: "assistant", content: [{ type: "text", text: "Done." }], stop_reason: "end_turn" },
    },
  ];
  return records.map((record) => `${JSON.stringify({ ...all, ...record })}\n`).join("");
}

function write(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
