import type { Plugin } from "vite";

const id = "\0no-colours";

/**
 * Leaves d3-color out of the page, 4 kB of what a notebook needs at first: d3-transition and d3-interpolate bring it for
 * attributes that go from one colour to another, and the page's colours are in its styles. What a notebook's code gets as `d3`
 * is bundled by itself, whole.
 */
export function withoutColours(): Plugin {
  return {
    name: "flowbook-without-colours",
    enforce: "pre",
    resolveId: (source, importer) =>
      source === "d3-color" &&
      /[\\/]d3-(transition|interpolate)[\\/]/.test(importer ?? "")
        ? id
        : null,
    load: (found) => (found === id ? noColours : null),
  };
}

/** No text is a colour, and nothing else is one: what asks goes on with numbers and texts. */
const noColours = `export function color() { return null; }
export { color as rgb, color as hsl, color as lab, color as hcl, color as cubehelix };
`;
