// Whether a host's model got an answer whole and once.

/** Null if the answer was passed on whole and once, or else what is wrong. */
export function fault({ texts, isStructured }, passed, request) {
  if (isStructured) return "gets structured content too: KnownHost.cs does not know this name";
  const answer = texts.join("\n");
  const shown = shownOf(texts, passed);
  if (shown < answer.length) return `lacks ${number(answer.length - shown)} of ${number(answer.length)} characters, from ${number(shown)} on`;
  const times = count(request, probeOf(answer));
  return times === 1 ? null : `the model gets the answer ${times} times`;
}

export function isWhole(texts, passed) {
  return shownOf(texts, passed) === texts.join("\n").length;
}

/** How many characters of the answer were passed on before the first that was not. Hosts join its texts in their own ways. */
function shownOf(texts, passed) {
  let from = 0;
  let shown = 0;
  for (const text of texts) {
    const at = passed.indexOf(text, from);
    // What a host put before the answer, or in place of it, is not known: the answer's first words say where it begins.
    if (at < 0) return shown + commonStart(text, passed.slice(Math.max(0, passed.indexOf(text.slice(0, 40), from))));
    from = at + text.length;
    shown += text.length;
  }
  return shown + texts.length - 1;
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

export function number(value) {
  return value.toLocaleString("en");
}
