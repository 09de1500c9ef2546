import { gapForSection } from "../../notebook/sections.ts";
import { isFoldedSection, moveTo } from "./cellActions.ts";
import type { Workbench } from "../workbench.svelte.ts";

/** How near to the edge of the view the pointer makes it scroll, and how far each time. */
const edge = 48;
const step = 12;

/** Moves a cell with the pointer: the gap that it would come into is marked, and Esc leaves everything as it was. */
export function dragCell(
  bench: Workbench,
  id: string,
  begun: PointerEvent,
): void {
  if (begun.button !== 0) return;
  const ending = new AbortController();
  const { signal } = ending;
  const cells = bench.session.notebook?.cells ?? [];
  const from = cells.findIndex((cell) => cell.id === id);
  const isSection = isFoldedSection(bench, cells[from]);
  const view = document.querySelector<HTMLElement>("main");
  let y = begun.clientY;
  document.documentElement.classList.add("dragging");

  function gapAt(position: number): number {
    const sections = [...document.querySelectorAll("[data-cell]")];
    const below = sections.find((section) => {
      const { top, height } = section.getBoundingClientRect();
      return position < top + height / 2;
    });
    // Cells that are folded away are not among the sections.
    const index = cells.findIndex(
      ({ id }) => id === below?.getAttribute("data-cell"),
    );
    const gap = index < 0 ? cells.length : index;
    return isSection ? gapForSection(cells, from, gap) : gap;
  }

  function end(isDropped: boolean): void {
    ending.abort();
    document.documentElement.classList.remove("dragging");
    const gap = bench.dropAt;
    bench.dropAt = undefined;
    if (!isDropped || gap === undefined) return;
    // Without the cell itself, the gaps below it are one nearer.
    const to = gap > from ? gap - 1 : gap;
    if (to !== from) void moveTo(bench, id, to);
  }

  function scroll(): void {
    if (signal.aborted || !view) return;
    const { top, bottom } = view.getBoundingClientRect();
    if (y < top + edge) view.scrollTop -= step;
    else if (y > bottom - edge) view.scrollTop += step;
    requestAnimationFrame(scroll);
  }

  window.addEventListener(
    "pointermove",
    (event) => {
      y = event.clientY;
      bench.dropAt = gapAt(y);
    },
    { signal },
  );
  window.addEventListener("pointerup", () => end(true), { signal });
  window.addEventListener("pointercancel", () => end(false), { signal });
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      end(false);
    },
    { signal, capture: true },
  );
  scroll();
}
