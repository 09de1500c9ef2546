import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { bundleSandboxScript, hashOf } from "./sandboxBundle.ts";

const pathOf = (file: string): string =>
  fileURLToPath(new URL(file, import.meta.url));

/** The scripts that stand inline in frames: the bootstrap of the sandbox, and what tells an output's height. */
async function hashInlineScripts(): Promise<string[]> {
  const boot = await bundleSandboxScript(
    pathOf("../src/engine/sandbox/boot.ts"),
  );
  const resizer = await readFile(pathOf("../src/ui/output/resizer.js"), "utf8");
  for (const text of [boot.text, resizer])
    if (/<\/script|<!--/i.test(text))
      throw new Error("An inline script holds text that would end it.");
  return [boot.hash, hashOf(resizer)];
}

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
    transformIndexHtml: {
      order: "post",
      async handler(html) {
        const own = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(
          ([, text = ""]) => hashOf(text),
        );
        const hashes = [...own, ...(await hashInlineScripts())].map(
          (hash) => `'${hash}'`,
        );
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
    },
  };
}
