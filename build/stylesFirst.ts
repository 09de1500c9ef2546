import type { Plugin } from "vite";

/** Puts the styles before the scripts in index.html, and above them: the first paint needs nothing else, and a slow line brings little at once. */
export function stylesFirst(): Plugin {
  return {
    name: "flowbook-styles-first",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html) {
        const pattern = /[ \t]*<link rel="stylesheet"[^>]*>\n?/g;
        const styles = html.match(pattern) ?? [];
        const script = /[ \t]*<script type="module"/;
        return html
          .replace(pattern, "")
          .replace(script, (found) => styles.join("") + found)
          .replaceAll(
            /<(?:script type="module"|link rel="modulepreload")/g,
            '$& fetchpriority="low"',
          );
      },
    },
  };
}
