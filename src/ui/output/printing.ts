/**
 * Paper shows the whole notebook, also frames that never came near to what is in sight, and no event of the browser waits until
 * those are drawn. So the key that prints fills them first. The browser's own menu does not ask: what it starts to fill is there
 * when it is used again.
 */
import { chordOf } from "../keys.ts";

/** Fills a frame, and waits until it says how high it is. */
type Fill = () => Promise<unknown>;

const unfilled = new Set<Fill>();

/** Who prints does not wait longer than this for frames that do not come. */
const patience = 10_000;

/** Has a frame filled before the page is printed; gives what ends that. */
export function fillBeforePrint(fill: Fill): () => void {
  unfilled.add(fill);
  addEventListener("keydown", onKey);
  addEventListener("beforeprint", fillAll);
  return () => unfilled.delete(fill);
}

async function fillAll(): Promise<void> {
  if (unfilled.size === 0) return;
  const { dataset } = document.documentElement;
  // What is not laid out has no width, and so nothing in it a height.
  dataset["printing"] = "";
  const filled = Promise.all([...unfilled].map((fill) => fill()));
  const late = new Promise((resolve) => setTimeout(resolve, patience));
  await Promise.race([filled, late]);
  delete dataset["printing"];
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || chordOf(event) !== "Ctrl+P") return;
  // In the frame of another page the key prints that page.
  if (unfilled.size === 0 || parent !== window) return;
  event.preventDefault();
  if ("printing" in document.documentElement.dataset) return;
  void fillAll().then(() => print());
}
