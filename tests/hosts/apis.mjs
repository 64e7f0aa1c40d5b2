// The APIs of models, of which each host speaks one: how a request offers tools and gives their results, and how a text or a call is answered.

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
