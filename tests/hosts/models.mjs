// Scripted models: a web server on loopback that speaks the APIs of OpenAI, Anthropic and Google. It calls a tool of ours, reads what the
// host passes on as the tool's result, and ends with a text. Tools that a host keeps behind a search of tools are searched for first.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const MOST_SEARCHES = 40;

/**
 * Answers requests until it is stopped. `next` says with which arguments to call the tool: of null at first, and then of each result that the
 * host passed on; null ends the conversation. `passed` is the last of these results, and `request` the whole text of the request that had it.
 */
export class ScriptedModel {
  passed = null;
  request = null;
  #args;
  #calls = 0;
  #searches = 0;
  #server;

  constructor(api, tool, next) {
    this.api = api;
    this.tool = tool;
    this.next = next;
    this.#args = next(null);
  }

  async start() {
    this.#server = createServer((request, response) => this.#serve(request, response));
    await new Promise((started) => this.#server.listen(0, "127.0.0.1", started));
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request, response) {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    if (request.method === "POST" && this.api.isRequest(request.url)) return this.#answer(text, new Stream(request.url, response));
    response.writeHead(404, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: `The scripted model does not serve ${request.url}.` } }));
  }

  async #answer(text, stream) {
    const body = JSON.parse(text);
    const tools = this.api.tools(body);
    const results = this.api.results(body);
    const named = (pattern) => tools.find(({ name }) => pattern.test(name));
    const call = (tool, id, args) => this.api.call(stream, body, { ...tool, id }, args);

    if (results.has(this.#call)) {
      this.passed = results.get(this.#call);
      this.request = text;
      this.#args = this.next(this.passed);
      this.#calls++;
    }
    if (this.#args === null) return this.api.say(stream, body, "Done.");

    const tool = tools.find(({ name }) => name.endsWith(this.tool));
    if (tool) return call(tool, this.#call, this.#args);

    // Qwen Code never offers what a search found: another tool calls it by its name.
    const [found] = results.get(this.#search)?.match(new RegExp(`\\w*${this.tool}`)) ?? [];
    const caller = named(/^tool_call$/);
    if (found && caller) return call(caller, this.#call, { name: found, arguments: this.#args });

    const search = named(/^tool_?search$/i);
    if (search && this.#searches < MOST_SEARCHES) {
      // The host may still be starting our server: no real model answers as fast as this one.
      if (this.#searches++ > 0) await pause(500);
      return call(search, this.#search, { query: `${this.tool} transcript of a chat session` });
    }
    // Hosts also ask for titles and the like, without our tools.
    return this.api.say(stream, body, "Past sessions");
  }

  get #call() {
    return `call_chats_${this.#calls}`;
  }

  get #search() {
    return `call_search_${this.#searches}`;
  }
}

/** What one request is answered with: events, or one JSON text if the host did not ask for a stream. */
class Stream {
  constructor(url, response) {
    this.url = url;
    this.response = response;
  }

  /** Anthropic and OpenAI's Responses also give an event's type on a line of its own. */
  events(events) {
    this.response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events) {
      const type = event.type ? `event: ${event.type}\n` : "";
      this.response.write(`${type}data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
    }
    this.response.end();
  }

  json(value) {
    this.response.writeHead(200, { "content-type": "application/json" });
    this.response.end(JSON.stringify(value));
  }
}

/** The text in what hosts pass on: a text, or a list of parts. */
function textOf(content) {
  if (typeof content === "string") return content;
  if (Array.isArray(content)) return content.map(textOf).join("\n");
  if (typeof content?.text === "string") return content.text;
  return JSON.stringify(content) ?? "";
}

/** Anthropic Messages, which Claude Code speaks. */
export const messages = {
  isRequest: (url) => /\/v1\/messages(\?|$)/.test(url),

  tools: (body) => (body.tools ?? []).map(({ name }) => ({ name })),

  results: (body) =>
    new Map(
      body.messages
        .flatMap((message) => (Array.isArray(message.content) ? message.content : []))
        .filter((block) => block.type === "tool_result")
        .map((block) => [block.tool_use_id, textOf(block.content)]),
    ),

  say: (stream, body, text) => sendMessage(stream, body, { type: "text", text }),

  call: (stream, body, { id, name }, input) => sendMessage(stream, body, { type: "tool_use", id, name, input }),
};

function sendMessage(stream, body, block) {
  const isCall = block.type === "tool_use";
  const stop = { stop_reason: isCall ? "tool_use" : "end_turn", stop_sequence: null };
  const usage = { input_tokens: 10, output_tokens: 10 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: body.model, content: [], stop_reason: null, stop_sequence: null, usage };
  if (!body.stream) return stream.json({ ...message, content: [block], ...stop });
  const delta = isCall ? { type: "input_json_delta", partial_json: JSON.stringify(block.input) } : { type: "text_delta", text: block.text };
  stream.events([
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: isCall ? { ...block, input: {} } : { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: stop, usage },
    { type: "message_stop" },
  ]);
}

/** OpenAI Responses, which Codex speaks. Tools come one by one, in namespaces, or as what a search found. */
export const responses = {
  isRequest: (url) => /\/responses(\?|$)/.test(url),

  tools: (body) => [
    ...responsesTools(body.tools),
    ...body.input.filter((item) => item.type === "tool_search_output").flatMap((item) => responsesTools(item.tools)),
  ],

  results: (body) => new Map(body.input.filter((item) => item.type.endsWith("_call_output")).map((item) => [item.call_id, textOf(item.output)])),

  say: (stream, body, text) =>
    sendItem(stream, body, { type: "message", role: "assistant", id: "msg_1", content: [{ type: "output_text", text, annotations: [] }] }),

  call: (stream, body, { id, name, namespace, kind }, args) =>
    sendItem(
      stream,
      body,
      kind === "tool_search"
        ? { type: "tool_search_call", call_id: id, execution: "client", status: "completed", arguments: args }
        : { type: "function_call", id: "fc_1", call_id: id, name, namespace, arguments: JSON.stringify(args) },
    ),
};

function responsesTools(tools, namespace) {
  return (tools ?? []).flatMap((tool) =>
    tool.type === "namespace" ? responsesTools(tool.tools, tool.name) : [{ name: tool.name ?? tool.type, namespace, kind: tool.type }],
  );
}

function sendItem(stream, body, item) {
  const usage = { input_tokens: 10, input_tokens_details: null, output_tokens: 10, output_tokens_details: null, total_tokens: 20 };
  const response = { id: "resp_1", object: "response", model: body.model, output: [item], usage };
  stream.events([
    { type: "response.created", response: { ...response, output: [] } },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  ]);
}

/** OpenAI Chat Completions, which Qwen Code, opencode and Copilot CLI speak. */
export const completions = {
  isRequest: (url) => /\/chat\/completions(\?|$)/.test(url),

  tools: (body) => (body.tools ?? []).map((tool) => ({ name: tool.function?.name ?? tool.type })),

  results: (body) =>
    new Map(body.messages.filter((message) => message.role === "tool").map((message) => [message.tool_call_id, textOf(message.content)])),

  say: (stream, body, content) => sendChoice(stream, body, { role: "assistant", content }, "stop"),

  call: (stream, body, { id, name }, args) => {
    const call = { index: 0, id, type: "function", function: { name, arguments: JSON.stringify(args) } };
    sendChoice(stream, body, { role: "assistant", content: null, tool_calls: [call] }, "tool_calls");
  },
};

function sendChoice(stream, body, message, finish_reason) {
  const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
  const completion = { id: "chatcmpl-1", created: 1, model: body.model };
  if (!body.stream) return stream.json({ ...completion, object: "chat.completion", choices: [{ index: 0, message, finish_reason }], usage });
  const chunk = { ...completion, object: "chat.completion.chunk" };
  stream.events([
    { ...chunk, choices: [{ index: 0, delta: message, finish_reason: null }] },
    { ...chunk, choices: [{ index: 0, delta: {}, finish_reason }] },
    { ...chunk, choices: [], usage },
    "[DONE]",
  ]);
}

/** Google's generateContent, which Gemini CLI speaks. */
export const contents = {
  isRequest: (url) => /:(streamGenerateContent|generateContent)(\?|$)/.test(url),

  tools: (body) => (body.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? []).map(({ name }) => ({ name })),

  results: (body) =>
    new Map(
      body.contents
        .flatMap((content) => content.parts ?? [])
        .filter((part) => part.functionResponse)
        .map(({ functionResponse: { id, response } }) => [id, textOf(response.output ?? response)]),
    ),

  say: (stream, body, text) => sendCandidate(stream, { text }),

  call: (stream, body, { id, name }, args) => sendCandidate(stream, { functionCall: { id, name, args } }),
};

function sendCandidate(stream, part) {
  const answer = {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 10, totalTokenCount: 20 },
  };
  if (stream.url.includes(":generateContent")) stream.json(answer);
  else stream.events([answer]);
}
