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
  return text.split(/(?<!`)`+([^`]+)`+/).map((part, index) => {
    if (index % 2 === 0) return document.createTextNode(part);
    const code = document.createElement("code");
    code.textContent = part.trim();
    return code;
  });
}
