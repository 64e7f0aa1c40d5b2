// What our server answers: as a host got it, and as the server gives it to a host that shows every answer whole.
import { existsSync, readFileSync } from "node:fs";
import { run } from "./processes.mjs";

const TOOL = "get_chat_session";

/**
 * What between.mjs wrote down of a conversation: who the host said it is, the protocol version, and the tool's answers in order. An answer is
 * its texts; `isStructured` says that it also had structured content.
 */
export function recorded(record) {
  const entries = existsSync(record)
    ? readFileSync(record, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
  const said = entries.map(({ process, from, line }) => ({ process, from, ...JSON.parse(line) }));
  const client = said.map(({ params }) => params?.clientInfo ?? params?._meta?.["io.modelcontextprotocol/clientInfo"]).find(Boolean);
  const protocol = said.map(({ params }) => params?.protocolVersion ?? params?._meta?.["io.modelcontextprotocol/protocolVersion"]).find(Boolean);
  const answers = said
    .filter(({ method, params }) => method === "tools/call" && params.name === TOOL)
    .map((call) => said.find(({ from, process, id }) => from === "server" && process === call.process && id === call.id))
    .filter(Boolean)
    .map((answer) => ({ texts: texts(answer), isStructured: answer.result?.structuredContent !== undefined }));
  return { client, protocol, answers };
}

/** The answer to a host without a limit: all that there is to show for so many tokens. */
export async function wholeAnswer(server, args) {
  const clientInfo = { name: "claude-code", version: "1" };
  const input = [
    { id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: { name: TOOL, arguments: args } },
  ];
  const text = input.map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n").join("");
  const { stdout, stderr } = await run(server.command, server.args, { env: process.env, seconds: 60, input: text, lines: 2 });
  const answer = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .find(({ id }) => id === 2);
  if (!answer?.result) throw new Error(`The server did not answer. ${stderr.trim()}`);
  return texts(answer)[0];
}

function texts({ result, error }) {
  return result ? result.content.map(({ text }) => text) : [`error: ${error.message}`];
}
