import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { bundleSandboxScript } from "./sandboxBundle.ts";

const inlineScripts = [
  "../src/engine/sandbox/boot.ts",
  "../src/ui/output/resizer.ts",
];

/**
 * The page's own Content-Security-Policy, as a `<meta>` in the built index.html.
 *
 * A srcdoc frame inherits it, so it has to list what the frames need as well: their inline scripts by hash, workers from
 * blob: URLs, and any host, since which host a sandbox may reach is decided by the frame's own, narrower policy.
 * `frame-src 'none'` lets srcdoc frames load, and stops every later navigation of them, by which a frame could leak.
 */
export function pagePolicy(): Plugin {
  return {
    name: "flowbook-page-policy",
    apply: "build",
    async transformIndexHtml() {
      const hashes: string[] = [];
      for (const file of inlineScripts) {
        const entry = fileURLToPath(new URL(file, import.meta.url));
        hashes.push(`'${(await bundleSandboxScript(entry)).hash}'`);
      }
      const policy = [
        "default-src 'none'",
        `script-src 'self' ${hashes.join(" ")} blob: 'wasm-unsafe-eval'`,
        "worker-src 'self' blob:",
        "connect-src * blob: data:",
        "frame-src 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      return [
        {
          tag: "meta",
          attrs: { "http-equiv": "Content-Security-Policy", content: policy },
          injectTo: "head-prepend",
        },
      ];
    },
  };
}
