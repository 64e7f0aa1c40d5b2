// A scripted model: a web server on loopback that calls a tool of ours, reads what the host passes on as the tool's result, and ends with a
// text. Tools that a host keeps behind a search of tools are searched for first.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const MOST_SEARCHES = 40;

/**
 * Answers requests until it is stopped. `next` says with which arguments to call the tool: of null at first, and then of each result that the
 * host passed on; null ends the conversation. `passed` is the last of these results, and `request` the whole text of the request that had it.
 * `requests` are the texts of all.
 */
export class ScriptedModel {
  passed = null;
  request = null;
  requests = [];
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
    this.requests.push(text);
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
