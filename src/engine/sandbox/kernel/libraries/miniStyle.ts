import type { MiniElement } from "./miniNode.ts";

/** The `style` of an element: properties in either spelling, kept in its attribute. */
export interface MiniStyle {
  setProperty(name: string, value: unknown, priority?: string): void;
  removeProperty(name: string): void;
  getPropertyValue(name: string): string;
  cssText: string;
  [property: string]: unknown;
}

/** The style of an element. */
export function makeStyle(element: MiniElement): MiniStyle {
  const read = () => {
    const properties = new Map<string, string>();
    for (const part of (element.getAttribute("style") ?? "").split(";")) {
      const colon = part.indexOf(":");
      if (colon > 0)
        properties.set(
          part.slice(0, colon).trim(),
          part.slice(colon + 1).trim(),
        );
    }
    return properties;
  };
  const change = (name: string, value: unknown, priority = "") => {
    const properties = read();
    if (value === null || value === undefined || value === "")
      properties.delete(name);
    else properties.set(name, `${value}${priority ? " !important" : ""}`);
    if (properties.size === 0) element.removeAttribute("style");
    else
      element.setAttribute(
        "style",
        Array.from(properties, ([key, text]) => `${key}: ${text}`).join("; "),
      );
  };
  const methods: MiniStyle = {
    setProperty: change,
    removeProperty: (name) => change(name, ""),
    getPropertyValue: (name) =>
      (read().get(name) ?? "").replace(/ !important$/, ""),
    get cssText() {
      return element.getAttribute("style") ?? "";
    },
    set cssText(text: string) {
      element.setAttribute("style", text);
    },
  };
  return new Proxy(methods, {
    get: (target, key) =>
      typeof key === "symbol" || key in target
        ? target[key as string]
        : methods.getPropertyValue(toKebab(key)),
    set(target, key, value) {
      if (key === "cssText") target.cssText = String(value);
      else if (typeof key === "string") change(toKebab(key), value);
      return true;
    },
  });
}

function toKebab(name: string): string {
  return name === "cssFloat"
    ? "float"
    : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
