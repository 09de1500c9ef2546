import { createSubscriber } from "svelte/reactivity";
import type { FrameTheme } from "./frameDocument.ts";

const subscribe = createSubscriber((update) => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const attribute = new MutationObserver(update);
  system.addEventListener("change", update);
  attribute.observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
  return () => {
    system.removeEventListener("change", update);
    attribute.disconnect();
  };
});

/** The colours of the page as they are now, as plain CSS values; read in an effect, it runs again when they change. */
export function pageTheme(): FrameTheme {
  subscribe();
  const root = getComputedStyle(document.documentElement);
  const isDark =
    root.colorScheme === "dark" ||
    (root.colorScheme !== "light" &&
      matchMedia("(prefers-color-scheme: dark)").matches);
  const body = getComputedStyle(document.body);
  return {
    scheme: isDark ? "dark" : "light",
    ink: body.color,
    accent: resolved("var(--accent)"),
    font: body.fontFamily,
  };
}

/** A colour of the page's as the browser computes it: variables do not reach into a frame. */
function resolved(colour: string): string {
  const probe = document.createElement("span");
  probe.style.color = colour;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
