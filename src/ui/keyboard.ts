import { actionList, canRun, type Action, type KeyScope } from "./actions.ts";
import { chordOf } from "./keys.ts";
import type { Workbench } from "./workbench.svelte.ts";

/** How long the second key of a sequence may take. */
const sequencePause = 800;
/** Keys that buttons, links and lists need for themselves. */
const ownKeys = new Set(["Enter", "Space", "ArrowUp", "ArrowDown"]);

/**
 * Listens for the keys of all actions. Whatever handled a key before (an editor, a menu, a table) keeps it. Gives a function
 * that ends it.
 */
export function listenForKeys(bench: Workbench): () => void {
  let before: { chord: string; at: number } | undefined;

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    if (document.querySelector("dialog[open]")) return;
    const chord = chordOf(event);
    const { target } = event;
    const form = target instanceof Element && target.closest("form");
    // Who is in a form means that form, and not the flow.
    if (form && chord === "Ctrl+Enter") {
      // A button is pressed by it, as everywhere.
      if (target.closest("button")) return;
      event.preventDefault();
      const submit = form.querySelector<HTMLElement>("[type=submit]");
      return submit ? submit.click() : form.requestSubmit();
    }
    const scopes = scopesOf(target, chord, bench);
    const sequence =
      before && event.timeStamp - before.at < sequencePause
        ? `${before.chord} ${chord}`
        : undefined;
    before = event.repeat ? undefined : { chord, at: event.timeStamp };
    const action =
      (sequence === undefined ? undefined : find(sequence, scopes, bench)) ??
      find(chord, scopes, bench);
    if (!action) return;
    event.preventDefault();
    before = undefined;
    action.run(bench);
  }

  /** A sheet that is asked for is not there yet: what is typed is meant for it, and for no cell and no field. */
  function keepForSheet(event: KeyboardEvent): void {
    const { sheet } = bench;
    if (sheet === undefined || document.querySelector("dialog[open]")) return;
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.key === "Escape") bench.sheet = undefined;
    else if (event.key === "Backspace")
      bench.typedAhead = bench.typedAhead.slice(0, -1);
    else if (event.key.length === 1) bench.typedAhead += event.key;
  }

  /** While a word is composed (Chinese, Japanese, Korean), its keys choose and take signs; an editor of code knows that itself. */
  function keepFromFields(event: KeyboardEvent): void {
    const { target } = event;
    if (event.isComposing && !(target as Element).closest(".cm-editor"))
      event.stopPropagation();
  }

  window.addEventListener("keydown", keepForSheet, true);
  window.addEventListener("keydown", keepFromFields, true);
  window.addEventListener("keydown", onKey);
  return () => {
    window.removeEventListener("keydown", keepForSheet, true);
    window.removeEventListener("keydown", keepFromFields, true);
    window.removeEventListener("keydown", onKey);
  };
}

/** The nearest scope first: Ctrl+Enter in a cell runs the cell, elsewhere the flow. */
function scopesOf(
  target: EventTarget | null,
  chord: string,
  bench: Workbench,
): readonly KeyScope[] {
  if (bench.session.screen !== "notebook") return ["anywhere"];
  const element = target instanceof Element ? target : document.body;
  const cell = element.closest("[data-cell]");
  if (element.closest("input, textarea, select, [contenteditable=true]"))
    return cell && !element.closest("[data-output]")
      ? ["cell", "anywhere"]
      : ["anywhere"];
  // Keys of one letter are for cells; beside them they may be those of a list.
  if (element !== document.body && !cell)
    return chord.startsWith("Ctrl+") ? ["command", "anywhere"] : ["anywhere"];
  if (cell && element !== cell && ownKeys.has(chord))
    return ["cell", "anywhere"];
  return ["command", "cell", "anywhere"];
}

function find(
  keys: string,
  scopes: readonly KeyScope[],
  bench: Workbench,
): Action | undefined {
  for (const scope of scopes) {
    const action = actionList.find(
      (candidate) => candidate.scope === scope && candidate.keys.includes(keys),
    );
    if (action && canRun(action, bench)) return action;
  }
  return undefined;
}
