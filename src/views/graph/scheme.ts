import type { Scheme } from "./palette.ts";

/** Whether an element of the page is drawn in light or in dark. */
export function schemeOf(element: Element): Scheme {
  const { colorScheme } = getComputedStyle(element);
  if (colorScheme === "light" || colorScheme === "dark") return colorScheme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Tells when the page has changed to another scheme, until the function that it gives is called. */
export function watchScheme(changed: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(changed);
  system.addEventListener("change", changed);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    system.removeEventListener("change", changed);
    chosen.disconnect();
  };
}
