import { codeParts } from "../codeParts.ts";

/** What is shown of a name: its type, and what its comment says. */
export function describe(signature: string, doc: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "flow-doc";
  const code = document.createElement("code");
  code.textContent = signature;
  box.append(code);
  if (doc !== "") {
    const text = document.createElement("p");
    text.append(...withCode(doc));
    box.append(text);
  }
  return box;
}

/** Text with what stands between backquotes as code. */
export function withCode(text: string): Node[] {
  return text
    .split(/(?<!`)`+([^`]+)`+/)
    .map((part, index) =>
      index % 2 === 0
        ? document.createTextNode(part)
        : codeElement(part.trim()),
    );
}

/** A message with what is code in it as code. */
export function messageNodes(message: string): Node[] {
  return codeParts(message).map(({ text, isCode }) =>
    isCode ? codeElement(text) : document.createTextNode(text),
  );
}

function codeElement(text: string): HTMLElement {
  const code = document.createElement("code");
  code.textContent = text;
  return code;
}
