import { createHash } from "node:crypto";
import { build, type Plugin } from "vite";

const query = "?sandbox-bundle";

/** A script of the sandbox as one classic script, and its hash for a Content-Security-Policy. */
export interface SandboxScript {
  text: string;
  /** As a policy names it: `sha256-...`. */
  hash: string;
  /** Every file that went into it. */
  files: readonly string[];
}

/**
 * Bundles a file into one classic script (IIFE): Chromium starts no module worker from a blob: URL in an opaque origin,
 * and an inline script of a frame must stand in the policy by its hash.
 */
export async function bundleSandboxScript(
  entry: string,
): Promise<SandboxScript> {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      minify: true,
      lib: { entry, formats: ["iife"], name: "flowbookSandbox" },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const chunk = outputs
    .flatMap((output) => ("output" in output ? output.output : []))
    .find((part) => part.type === "chunk");
  if (!chunk || chunk.type !== "chunk")
    throw new Error(`${entry} gave no script`);
  const text = chunk.code.trim();
  // Modules of the bundler's own begin with a NUL and are no files.
  const files = Object.keys(chunk.modules).filter(
    (file) => !file.startsWith("\0"),
  );
  return { text, hash: hashOf(text), files };
}

/** The hash of an inline script as a policy names it. */
export function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** `import text, { hash } from "./boot.ts?sandbox-bundle"` gives the bundled script as text, in `vite build` and `vite dev`. */
export function sandboxBundle(): Plugin {
  return {
    name: "flowbook-sandbox-bundle",
    enforce: "pre",
    async resolveId(source, importer) {
      if (!source.endsWith(query)) return null;
      const file = await this.resolve(source.slice(0, -query.length), importer);
      return file ? file.id + query : null;
    },
    async load(id) {
      if (!id.endsWith(query)) return null;
      const script = await bundleSandboxScript(id.slice(0, -query.length));
      for (const file of script.files) this.addWatchFile(file);
      return {
        code: `export default ${JSON.stringify(script.text)};\nexport const hash = ${JSON.stringify(script.hash)};\n`,
        map: null,
      };
    },
  };
}
