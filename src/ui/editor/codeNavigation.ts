/** Going to where a name is defined, and giving it another name everywhere. */
import { StateEffect, StateField, type Extension } from "@codemirror/state";
import {
  EditorView,
  keymap,
  showTooltip,
  type TooltipView,
} from "@codemirror/view";
import type { Renaming } from "../../types/protocol.ts";
import type { Surroundings } from "./surroundings.ts";
import * as words from "../words/editor.ts";

interface OpenRenaming {
  renaming: Renaming;
  at: number;
}

const setRenaming = StateEffect.define<OpenRenaming | null>();

/** F12 and Ctrl+click lead to the definition; F2 renames. */
export function codeNavigation(surroundings: Surroundings): Extension {
  async function goToDefinition(position: number): Promise<void> {
    const checker = await surroundings.checker();
    const span = await checker?.definition(position);
    if (span) surroundings.goTo(span);
    else surroundings.tell(words.noDefinition);
  }

  async function beginRenaming(view: EditorView): Promise<void> {
    const { state } = view;
    const at = state.selection.main.head;
    const checker = await surroundings.checker();
    const renaming = await checker?.renaming(at);
    if (view.state.doc !== state.doc) return;
    if (renaming)
      view.dispatch({
        effects: setRenaming.of({ renaming, at: state.wordAt(at)?.from ?? at }),
      });
    else surroundings.tell(words.nothingToRename);
  }

  const open = StateField.define<OpenRenaming | null>({
    create: () => null,
    update(before, transaction) {
      for (const effect of transaction.effects)
        if (effect.is(setRenaming)) return effect.value;
      return transaction.docChanged ? null : before;
    },
    provide: (field) =>
      showTooltip.from(field, (asked) =>
        asked
          ? {
              pos: asked.at,
              above: false,
              create: (view) => renameField(view, asked.renaming, surroundings),
            }
          : null,
      ),
  });

  return [
    open,
    keymap.of([
      {
        key: "F12",
        run(view) {
          void goToDefinition(view.state.selection.main.head);
          return true;
        },
      },
      {
        key: "F2",
        run(view) {
          void beginRenaming(view);
          return true;
        },
      },
    ]),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        if (!(event.ctrlKey || event.metaKey) || event.button !== 0)
          return false;
        const position = view.posAtCoords(event);
        if (position === null || !view.state.wordAt(position)) return false;
        event.preventDefault();
        void goToDefinition(position);
        return true;
      },
    }),
  ];
}

/** The field for the new name. */
function renameField(
  view: EditorView,
  renaming: Renaming,
  surroundings: Surroundings,
): TooltipView {
  const dom = document.createElement("form");
  dom.className = "flow-rename";
  const field = document.createElement("input");
  field.value = renaming.name;
  field.setAttribute("aria-label", words.newName(renaming.name));
  field.autocomplete = "off";
  field.spellcheck = false;
  const places =
    renaming.spans.length + (renaming.sqlCell === undefined ? 0 : 1);
  const cells = new Set(renaming.spans.map(({ cell }) => cell)).size;
  const note = document.createElement("small");
  note.setAttribute("role", "status");
  note.textContent = words.renameHint({ places, cells });
  dom.append(field, note);

  function close(): void {
    view.dispatch({ effects: setRenaming.of(null) });
    view.focus();
  }
  dom.addEventListener("submit", (event) => {
    event.preventDefault();
    const to = field.value.trim();
    const problem =
      to === renaming.name ? undefined : surroundings.rename(renaming, to);
    if (problem === undefined) close();
    else note.textContent = problem;
  });
  dom.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });
  return {
    dom,
    mount() {
      field.focus();
      field.select();
    },
  };
}
