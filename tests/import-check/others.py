#!/usr/bin/env python3
"""Compares what is in files of other agents with what an import makes of them.

    python3 tests/import-check/others.py chat-mcp-server FILE...

Each file is imported into an archive of its own. What its user said, and what its agent said, thought, called and got back,
is counted by code of this script that knows nothing of the importer, and compared with the exported events. A word that the
user or the agent said but that no event has is lost. A word of the user's events that the user did not say was put into the
user's mouth.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

KINDS = ("user", "text", "thinking", "call", "result")
ADDED = (
    "environment_details|system-reminder|system_reminder|ADDITIONAL_METADATA|USER_SETTINGS_CHANGE|attached_files|user_info|"
    "timestamp|qwen:user-prompt-submit-context|git-context"
)
SAID = "task|feedback|user_query|USER_REQUEST"


def load(path):
    text = pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    try:
        return [json.loads(text)]
    except ValueError:
        records = []
        for line in text.splitlines():
            try:
                records.append(json.loads(line))
            except ValueError:
                pass
        return records


def words(text):
    return re.findall(r"\w+", text)


def spoken(text):
    """The user's words in a text that a program may have wrapped."""
    text = re.sub(rf"<({ADDED})>.*?</\1>", "", text, flags=re.S)
    inner = re.findall(rf"<({SAID})>(.*?)</\1>", text, flags=re.S)
    return "\n".join(part for _, part in inner) if inner else text


def plain(content):
    """All text in a content, whatever its shape."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(plain(part) for part in content)
    if isinstance(content, dict):
        for name in ("text", "thinking", "think", "content", "output", "reasoning"):
            if isinstance(content.get(name), (str, list)):
                return plain(content[name])
    return ""


class Counts:
    def __init__(self):
        self.items = {kind: [] for kind in KINDS}

    def add(self, kind, text):
        if kind in ("call", "result") or text.strip():
            self.items[kind].append(text)

    def blocks(self, role, content):
        """A message whose content is a text or a list of blocks."""
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        said = []
        for block in content or []:
            block = {"type": "text", "text": block} if isinstance(block, str) else block
            kind = block.get("type") or ("text" if "text" in block else "")
            if kind in ("thinking", "reasoning"):
                self.add("thinking", plain(block.get("thinking") or block.get("text") or block.get("reasoning") or ""))
            elif kind in ("tool_use", "tool_call", "toolCall"):
                self.add("call", block.get("name") or "")
            elif kind.replace("-", "_").endswith("tool_result"):
                self.add("result", plain(block))
            elif kind in ("text", "input_text", "output_text"):
                if role == "user":
                    said.append(spoken(block.get("text") or ""))
                else:
                    self.add("text", block.get("text") or "")
        if said:
            self.add("user", "\n".join(said))

    def parts(self, role, parts):
        """A message of Gemini's API."""
        said = []
        for part in [parts] if isinstance(parts, (str, dict)) else parts or []:
            part = {"text": part} if isinstance(part, str) else part
            if "functionCall" in part:
                self.add("call", part["functionCall"].get("name") or "")
            elif "functionResponse" in part:
                self.add("result", json.dumps(part["functionResponse"].get("response")))
            elif part.get("thought"):
                self.add("thinking", part.get("text") or "")
            elif "text" in part:
                said.append(re.sub(rf"<({ADDED})>.*?</\1>", "", part["text"], flags=re.S) if role == "user" else part["text"])
        for text in ["\n".join(said)] if role == "user" else said:
            self.add("user" if role == "user" else "text", text)

    def chat(self, message):
        """A chat-completion message."""
        role = message.get("role")
        if role == "user":
            self.add("user", spoken(plain(message.get("content") or "")))
        elif role == "assistant":
            self.add("thinking", message.get("reasoning_content") or message.get("reasoning") or "")
            self.blocks("assistant", message.get("content") or "")
            calls = message.get("tool_calls") or []
            for call in json.loads(calls) if isinstance(calls, str) else calls:
                self.add("call", call.get("name") or "")
        elif role in ("tool", "function"):
            self.add("result", plain(message.get("content") or ""))


def gemini(records, counts):
    messages = {}
    for record in records:
        for message in [record] + (record.get("messages") or []) + ((record.get("$set") or {}).get("messages") or []):
            if "$rewindTo" in message:
                names = list(messages)
                for name in names[names.index(message["$rewindTo"]) :] if message["$rewindTo"] in names else []:
                    del messages[name]
            elif message.get("type"):
                messages[message.get("id") or len(messages)] = message
    history = records[0].get("history") or records[0].get("contents") or []
    for message in [*messages.values(), *({"type": one["role"], "content": one["parts"]} for one in history)]:
        role = {"user": "user", "gemini": "model", "model": "model"}.get(message["type"])
        if role:
            counts.parts(role, message.get("content") or message.get("parts"))
        for thought in message.get("thoughts") or []:
            counts.add("thinking", f"{thought.get('subject') or ''} {thought.get('description') or ''}")
        for call in message.get("toolCalls") or []:
            counts.add("call", call["name"])
            if call.get("result") or call.get("resultDisplay"):
                counts.add("result", json.dumps(call.get("result") or call.get("resultDisplay")))


def qwen(records, counts):
    for record in records:
        if record["type"] == "user" and record.get("subtype") in (None, "mid_turn_user_message"):
            counts.parts("user", record["message"]["parts"])
        elif record["type"] in ("assistant", "tool_result"):
            counts.parts("model", record["message"]["parts"])


def copilot(records, counts):
    asked, prompts, called = [], [], set()
    for record in records:
        data, kind = record.get("data") or {}, record.get("type")
        if kind == "user.message":
            asked.append(data["content"])
            counts.add("user", data["content"])
        elif kind == "hook.start" and data.get("hookType") == "userPromptSubmitted":
            prompts.append(data["input"]["prompt"])
        elif kind == "assistant.message":
            counts.add("thinking", data.get("reasoningText") or "")
            counts.add("text", data.get("content") or "")
            for call in data.get("toolRequests") or []:
                if call["toolCallId"] not in called or call["toolCallId"].startswith("["):
                    counts.add("call", call["name"])
                called.add(call["toolCallId"])
        elif kind == "tool.execution_start" and data["toolCallId"] not in called:
            called.add(data["toolCallId"])
            counts.add("call", data["toolName"])
        elif kind == "tool.execution_complete":
            counts.add("result", plain(data.get("result") or data.get("error") or ""))
    for prompt in prompts:
        if prompt not in asked:
            counts.add("user", prompt)


def messages_in(records, counts):
    """Lines with a message each: pi, Droid, Cursor."""
    for record in records:
        message = record.get("message") if isinstance(record.get("message"), dict) else record
        role = message.get("role") or record.get("role")
        if record.get("type") == "completion" and record["finalText"] not in counts.items["text"]:
            counts.add("text", record["finalText"])
        elif record.get("type") == "tool_call":
            counts.add("call", record.get("toolName") or "")
        elif record.get("type") == "tool_result":
            counts.add("result", plain(record.get("value") or ""))
        elif role == "toolResult":
            counts.add("result", plain(message.get("content")))
        elif role in ("user", "assistant"):
            counts.blocks(role, message.get("content") or message.get("text") or "")


def grok(records, counts):
    streamed = {}
    for record in records:
        update = (record.get("params") or {}).get("update")
        if update:
            kind = {"user_message_chunk": "user", "agent_message_chunk": "text"}.get(update["sessionUpdate"])
            if kind:
                streamed[kind] = streamed.get(kind, "") + update["content"]["text"]
            continue
        if "type" not in record:
            counts.chat(record)
        elif record["type"] == "user" and record.get("synthetic_reason") in (None, "interjection"):
            counts.blocks("user", record["content"])
        elif record["type"] == "assistant":
            counts.chat({**record, "role": "assistant"})
        elif record["type"] == "reasoning":
            counts.add("thinking", plain(record["summary"]))
        elif record["type"] == "tool_result":
            counts.add("result", plain(record["content"]))
        elif record["type"] == "backend_tool_call":
            counts.add("call", "")
    for kind, text in streamed.items():
        counts.add(kind, text)


def kimi(records, counts):
    for record in records:
        event, message = record.get("event") or {}, record.get("message") or {}
        if message.get("role") == "user" and (message.get("origin") or {}).get("kind", "user") in ("user", "system_trigger"):
            counts.blocks("user", message["content"])
        elif event.get("type") == "content.part":
            part = event["part"]
            counts.add("thinking" if part["type"] == "think" else "text", plain(part))
        elif event.get("type") == "tool.call":
            counts.add("call", event["name"])
        elif event.get("type") == "tool.result":
            counts.add("result", plain((event.get("result") or {}).get("output") or ""))


def antigravity(records, counts):
    for record in records:
        if record.get("source") == "USER_EXPLICIT":
            counts.add("user", spoken(record.get("content") or ""))
        elif record.get("source") == "MODEL" and record.get("type") in (None, "PLANNER_RESPONSE"):
            counts.add("thinking", record.get("thinking") or "")
            counts.add("text", record.get("content") or "")
            for call in record.get("tool_calls") or []:
                counts.add("call", call["name"])
        elif record.get("source") == "MODEL":
            counts.add("result", record.get("content") or "")


def vscode(records, counts):
    for request in records[0]["requests"]:
        counts.add("user", request["message"]["text"])
        last = ""
        for part in request["response"] + [{"kind": "end"}]:
            kind = {"markdownContent": "text"}.get(part.get("kind"), part.get("kind") or "text")
            if kind != last and last in ("text", "thinking"):
                counts.add(last, joined)
            value = part.get("content", part.get("value", ""))
            value = value if isinstance(value, str) else value.get("value", "")
            joined = value if kind != last else joined + value
            last = kind
            if kind == "toolInvocationSerialized":
                counts.add("call", part.get("toolId") or "")


def claude_ai(records, counts):
    for message in (message for chat in records[0] for message in chat["chat_messages"]):
        counts.blocks("user" if message["sender"] == "human" else "assistant", message.get("content") or message.get("text"))


def chatgpt(records, counts):
    for chat in records[0]:
        for node in chat["mapping"].values():
            message = node.get("message") or {}
            content = message.get("content") or {}
            role = (message.get("author") or {}).get("role")
            if role in ("user", "assistant") and content.get("content_type") == "text":
                counts.add("user" if role == "user" else "text", plain(content.get("parts")))


def swe(records, counts):
    task = False
    history = records[0] if isinstance(records[0], list) else records[0].get("history") or records[0]["messages"]
    for message in history:
        if message.get("is_demo"):
            continue
        if message["role"] == "user" and task:
            counts.add("result", plain(message["content"]))
        elif message["role"] == "user":
            task = True
            counts.add("user", plain(message["content"]))
        elif message["role"] == "assistant":
            counts.add("text", plain(message["content"]))
            fenced = re.search(r"```\w+\n", plain(message["content"]))
            for _ in message.get("tool_calls") or ([0] if message.get("action") or fenced else []):
                counts.add("call", "")
        elif message["role"] == "tool":
            counts.add("result", plain(message["content"]))


def chats(lists, counts):
    for messages in lists:
        for message in messages:
            counts.chat(message)


def openhands(records, counts):
    events = records[0] if isinstance(records[0], list) else records[0].get("items") or records
    for event in events:
        kind = (event or {}).get("kind")
        if kind == "MessageEvent":
            counts.blocks("user" if event["source"] == "user" else "assistant", event["llm_message"]["content"])
        elif kind == "ActionEvent":
            counts.blocks("assistant", event.get("thought") or [])
            counts.add("call", event.get("tool_name") or "")
        elif kind in ("ObservationEvent", "UserRejectObservation", "AgentErrorEvent") and (event.get("action_id") or event.get("tool_call_id")):
            counts.add("result", plain(event.get("observation") or ""))


def anthropic(records, counts):
    for message in records[0] if isinstance(records[0], list) else records[0].get("messages") or records:
        counts.blocks(message["role"], message["content"])


def openai(records, counts):
    chats([records[0] if isinstance(records[0], list) else records[0].get("messages") or records], counts)


READERS = {
    "gemini-cli": gemini,
    "qwen-code": qwen,
    "copilot-cli": copilot,
    "pi": messages_in,
    "droid": messages_in,
    "cursor": messages_in,
    "grok": grok,
    "kimi": kimi,
    "antigravity": antigravity,
    "vscode-copilot": vscode,
    "claude-ai": claude_ai,
    "chatgpt": chatgpt,
    "swe-agent": swe,
    "openhands": openhands,
    "anthropic": anthropic,
    "openai": openai,
    "tau-bench": lambda records, counts: chats([task["traj"] for task in records[0]], counts),
    "inspect": lambda records, counts: chats([sample["messages"] for sample in records[0]["samples"]], counts),
}


def imported(program, path):
    with tempfile.TemporaryDirectory() as folder:
        archive = ["--archive", f"{folder}/archive.db"]
        run = subprocess.run([program, "import", path, *archive], capture_output=True, text=True)
        subprocess.run([program, "archive", "export", f"{folder}/out", *archive], capture_output=True)
        sessions = [json.loads(file.read_text()) for file in sorted(pathlib.Path(folder, "out").rglob("*.json"))]
    return run, sessions


def events_of(sessions):
    counts, everything, kept = Counts(), [], 0
    for event in (event for session in sessions for event in session["events"]):
        kind = {"user_input": "user", "tool_call": "call", "tool_result": "result"}.get(event["type"], event["type"])
        if kind in KINDS:
            counts.add(kind, event.get("content") or "" if kind not in ("call", "result") else "")
        kept += kind == "record"
        everything.append(json.dumps(event, ensure_ascii=False))
        everything.append(event.get("content") or "")
    return counts, collections.Counter(words("\n".join(everything))), kept


def main(program, paths):
    faults = 0
    for path in paths:
        run, sessions = imported(program, path)
        if not sessions:
            print(f"-     {path}: {(run.stderr or run.stdout).strip().splitlines()[-1][:150]}")
            continue
        format = sessions[0]["source"]["format"]
        if format not in READERS:
            print(f"?     {path}: no reader of {format}")
            continue
        expected = Counts()
        READERS[format](load(path), expected)
        found, everything, kept = events_of(sessions)
        wrong = [
            f"{kind} {len(found.items[kind])} of {len(expected.items[kind])}"
            for kind in KINDS
            if len(found.items[kind]) != len(expected.items[kind])
        ]
        lost = [
            word
            for kind in ("user", "text", "thinking")
            for word in set(words("\n".join(expected.items[kind])))
            if word not in everything
        ]
        said = set(words("\n".join(expected.items["user"])))
        heard = re.sub(r"\[[\w/ .,-]+(not kept|[\w.]+)\]", "", "\n".join(found.items["user"]))
        more = sorted({word for word in words(heard) if word not in said})
        fault = bool(wrong or lost or more)
        faults += fault
        numbers = ", ".join(f"{len(found.items[kind])} {kind}" for kind in KINDS)
        print(f"{'FAULT' if fault else 'ok':5} {format:15} {path}: {numbers}; {kept} records", *wrong)
        if lost:
            print(f"      lost: {lost[:12]}")
        if more:
            print(f"      not the user's: {more[:12]}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
