// Runs real hosts against our server, each with a scripted model, and checks that their model gets an answer whole and once:
//   node tests/hosts/run.mjs --server artifacts/chat-mcp-server [--only codex,gemini]
// Hosts are installed from npm at the first run; delete the folder that is printed to get later versions. Exits with 1 if an answer is not whole.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { recorded, wholeAnswer } from "./answers.mjs";
import { hosts } from "./hosts.mjs";
import { CACHE, install, installNode, pathWith } from "./install.mjs";
import { ScriptedModel } from "./models.mjs";
import { run } from "./processes.mjs";
import { madeSession, SESSION_ID } from "./session.mjs";

// The default; what a host without a known limit should show; the most that can be asked for, which most hosts do not show whole.
const CASES = [{}, { max_tokens: 10_000 }, { max_tokens: 25_000 }];
const SHOWN_BY_MOST = 10_000;
const SECONDS = 120;
const BETWEEN = fileURLToPath(new URL("between.mjs", import.meta.url));

const { server: path, only } = options();
const work = mkdtempSync(join(tmpdir(), "chat-mcp-hosts-work-"));
const rows = [];
try {
  const sessions = join(work, "sessions.json");
  writeFileSync(sessions, JSON.stringify(madeSession()));
  const server = serverAt(path, ["--sessions", sessions, "--archive", "none"]);
  const cases = [];
  for (const limit of CASES) cases.push({ limit, whole: await wholeAnswer(server, argumentsOf(limit)) });

  console.error(`Hosts are installed in ${CACHE}.`);
  const nodeBin = await installNode();
  for (const host of hosts.filter(({ id }) => only.length === 0 || only.includes(id))) rows.push(...(await tryHost(host, server, cases, nodeBin)));
} finally {
  rmSync(work, { recursive: true, force: true });
}
printTable(rows);
process.exitCode = rows.some(({ isBad }) => isBad) ? 1 : 0;

async function tryHost(host, server, cases, nodeBin) {
  try {
    const installed = await install(host.package, nodeBin);
    const home = join(work, host.id);
    mkdirSync(join(home, "project"), { recursive: true });
    const rows = [];
    for (const { limit, whole } of cases) {
      console.error(`${host.name} ${installed.version}, max_tokens ${limit.max_tokens ?? "by default"}`);
      rows.push(judge(host, limit, whole, installed.version, await converse(host, home, server, limit, installed.bin, nodeBin)));
    }
    return rows;
  } catch (error) {
    console.error(`${host.name} is skipped. ${error.message}`);
    return [{ host: host.name, note: `skipped: ${error.message}` }];
  }
}

/** One conversation: what the server answered and what the model got. */
async function converse(host, home, server, limit, bin, nodeBin) {
  const record = join(home, `record-${limit.max_tokens ?? "default"}.jsonl`);
  const model = new ScriptedModel(host.api, { tool: "get_chat_session", args: argumentsOf(limit) });
  const setup = {
    home,
    model: await model.start(),
    server: { command: process.execPath, args: [BETWEEN, record, server.command, ...server.args] },
  };
  try {
    for (const [name, content] of Object.entries(host.files(setup))) write(join(home, name), content);
    const env = { PATH: pathWith(bin, nodeBin), HOME: home, LANG: "C.UTF-8", NO_COLOR: "1", ...host.env(setup) };
    const output = await run(host.program, host.args(setup), { cwd: join(home, "project"), env, seconds: SECONDS });
    return { ...recorded(record), passed: model.result, request: model.request, output };
  } finally {
    model.stop();
  }
}

function judge(host, limit, whole, version, { client, protocol, texts, isStructured, passed, request, output }) {
  const row = { host: host.name, version, client: client?.name, protocol, asked: limit.max_tokens ?? "default", characters: passed?.length };
  const bad = (note) => ({ ...row, whole: "no", note, isBad: true });

  // A host that cannot run here says nothing about our server.
  if (!client) throw new Error(`It did not start our server. ${lastLine(output)}`);
  if (!texts) return bad(`did not call the tool. ${lastLine(output)}`);
  if (passed === null) return bad(`did not pass the answer on. ${lastLine(output)}`);
  if (isStructured) return bad("gets structured content too: KnownHost.cs does not know this name");

  const answer = texts.join("\n");
  const lost = whereLost(texts, passed);
  if (lost !== null) return bad(`lacks ${(answer.length - lost).toLocaleString("en")} of ${answer.length.toLocaleString("en")} characters, from ${lost.toLocaleString("en")} on`);
  const times = count(request, probeOf(answer));
  if (times !== 1) return bad(`the model gets the answer ${times} times`);
  if (texts[0] === whole) return { ...row, whole: "yes" };

  const note = texts.at(-1);
  const fitted = /^Cut to max_tokens=(\d+) /.exec(note);
  if (!fitted) return bad("is another answer than the server's, without a line that says so");
  const mayBeFitted = host.isFitted || limit.max_tokens > SHOWN_BY_MOST;
  return mayBeFitted ? { ...row, whole: "yes", note: `fitted to max_tokens=${fitted[1]}` } : bad(`is cut: ${note}`);
}

/** How many characters of the answer were passed on before the first one that was not; null if all were. */
function whereLost(texts, passed) {
  let from = 0;
  let found = 0;
  for (const text of texts) {
    const at = passed.indexOf(text, from);
    if (at < 0) return found + commonStart(text, passed.slice(Math.max(0, passed.indexOf(text.slice(0, 40), from))));
    from = at + text.length;
    found += text.length;
  }
  return null;
}

function commonStart(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** A part of the answer that it holds once, and that looks the same as JSON, even if that is put into JSON again. */
function probeOf(answer) {
  const parts = answer.match(/[a-z0-9 .:/-]{30,}/g) ?? [];
  const middle = parts.slice(Math.floor(parts.length / 2));
  return middle.find((part) => count(answer, part) === 1);
}

function count(text, part) {
  return text.split(part).length - 1;
}

function lastLine({ stdout, stderr }) {
  const lines = (stderr + stdout).trim().split("\n");
  return lines.at(-1).slice(0, 200);
}

function argumentsOf(limit) {
  return { session_id: SESSION_ID, ...limit };
}

/** A program, or the .dll that `dotnet build` makes. */
function serverAt(path, args) {
  const file = resolve(path);
  return file.endsWith(".dll") ? { command: "dotnet", args: [file, ...args] } : { command: file, args };
}

function write(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}

function printTable(rows) {
  const columns = ["host", "version", "client", "protocol", "asked", "characters", "whole", "note"];
  const heads = { client: "clientInfo", asked: "max_tokens", characters: "characters passed on" };
  const cell = (value) => (typeof value === "number" ? value.toLocaleString("en") : (value ?? ""));
  console.log(`| ${columns.map((column) => heads[column] ?? column).join(" | ")} |`);
  console.log(`|${columns.map(() => "---").join("|")}|`);
  for (const row of rows) console.log(`| ${columns.map((column) => cell(row[column])).join(" | ")} |`);
}

function options() {
  const { values } = parseArgs({ options: { server: { type: "string" }, only: { type: "string" } } });
  const only = values.only?.split(",") ?? [];
  const unknown = only.filter((id) => !hosts.some((host) => host.id === id));
  if (values.server && unknown.length === 0) return { server: values.server, only };
  const names = hosts.map(({ id }) => id).join(", ");
  console.error(unknown.length > 0 ? `There is no host '${unknown[0]}'. There are ${names}.` : `Usage: node tests/hosts/run.mjs --server PATH [--only HOSTS]\nHOSTS: ${names}`);
  process.exit(2);
}
