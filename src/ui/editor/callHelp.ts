import {
  StateEffect,
  StateField,
  type Extension,
  type EditorState,
} from "@codemirror/state";
import {
  EditorView,
  keymap,
  showTooltip,
  ViewPlugin,
  type Tooltip,
  type ViewUpdate,
} from "@codemirror/view";
import type { CallHelp } from "../../types/protocol.ts";
import { withCode } from "./describe.ts";
import { isAlwaysCode } from "./queryValues.ts";
import type { Surroundings } from "./surroundings.ts";
import * as words from "../words/editor.ts";

const show = StateEffect.define<CallHelp | null>();

const shown = StateField.define<CallHelp | null>({
  create: () => null,
  update(help, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(show)) return effect.value;
    return help && transaction.docChanged
      ? { ...help, from: transaction.changes.mapPos(help.from) }
      : help;
  },
  provide: (field) => showTooltip.from(field, toTooltip),
});

/** Shows the parameters of the call that is being written: after `(` and `,`, and for as long as the cursor stays in it. */
export function callHelp(
  surroundings: Surroundings,
  isCode = isAlwaysCode,
): Extension {
  function beginsCall(update: ViewUpdate): boolean {
    const { state } = update;
    return beginsArgument(update) && isCode(state, state.selection.main.head);
  }
  const asking = ViewPlugin.define((view) => {
    let newest = 0;
    async function ask(): Promise<void> {
      const number = ++newest;
      const { state } = view;
      const checker = await surroundings.checker();
      const help = await checker?.callHelp(state.selection.main.head);
      if (number === newest && view.state.doc === state.doc)
        view.dispatch({ effects: show.of(help ?? null) });
    }
    return {
      update(update: ViewUpdate) {
        const isOpen = update.state.field(shown) !== null;
        const isMoved = update.docChanged || update.selectionSet;
        if (update.focusChanged && !view.hasFocus) {
          newest += 1;
          // An update cannot begin another one.
          if (isOpen) queueMicrotask(() => close(view));
        } else if (isMoved && (isOpen || beginsCall(update))) void ask();
      },
      destroy() {
        newest += 1;
      },
    };
  });
  return [shown, asking, keymap.of([{ key: "Escape", run: close }])];
}

function close(view: EditorView): boolean {
  if (view.state.field(shown, false) === null) return false;
  view.dispatch({ effects: show.of(null) });
  return true;
}

/** Whether what was typed just now begins an argument of a call. */
function beginsArgument({
  docChanged,
  state,
  transactions,
}: ViewUpdate): boolean {
  if (!docChanged || !transactions.some((one) => one.isUserEvent("input")))
    return false;
  return /[(,]\s?$/.test(before(state));
}

function before(state: EditorState): string {
  const { head } = state.selection.main;
  return state.sliceDoc(Math.max(0, head - 2), head);
}

function toTooltip(help: CallHelp | null): Tooltip | null {
  if (!help) return null;
  return {
    pos: help.from,
    above: true,
    create: () => ({ dom: describeCall(help) }),
  };
}

function describeCall({ forms, form, parameter }: CallHelp): HTMLElement {
  const box = document.createElement("div");
  box.className = "flow-doc flow-call";
  const chosen = forms[form] ?? forms[0];
  if (!chosen) return box;
  const code = document.createElement("code");
  code.append(chosen.before);
  chosen.parameters.forEach(({ text }, index) => {
    if (index > 0) code.append(", ");
    const part = document.createElement(index === parameter ? "b" : "span");
    part.textContent = text;
    code.append(part);
  });
  code.append(chosen.after);
  box.append(code);
  const doc = chosen.parameters[parameter]?.doc || chosen.doc;
  if (doc !== "") {
    const text = document.createElement("p");
    text.append(...withCode(doc));
    box.append(text);
  }
  if (forms.length > 1) {
    const count = document.createElement("small");
    count.textContent = words.overloadCount({
      shown: form + 1,
      all: forms.length,
    });
    box.append(count);
  }
  return box;
}
