import type { PackageCode } from "./package.ts";

/**
 * The hash that pins a package: SHA-384 of a list with the path and the SHA-384 of every module, sorted by path. So one line
 * in the front matter stands for each byte of what is run. The host is not part of it.
 */
export async function integrityOf({ modules }: PackageCode): Promise<string> {
  const lines = await Promise.all(
    modules.map(async ({ address, text }) => {
      const { pathname, search } = new URL(address);
      return `${pathname}${search} ${await hash(text)}`;
    }),
  );
  return hash(lines.sort().join("\n"));
}

/** As in the `integrity` of a script's element: `sha384-` and base64. */
async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-384",
    new TextEncoder().encode(text),
  );
  return `sha384-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}

/** Whether a text is such a hash. */
export function isIntegrity(text: unknown): text is string {
  return typeof text === "string" && /^sha384-[\w+/]{64}$/.test(text);
}
