/// <reference types="vite/client" />
/// <reference types="svelte" />

declare module "*?sandbox-bundle" {
  /** The bundled classic script. */
  const text: string;
  export default text;
  /** Its hash as a Content-Security-Policy names it: `sha256-...`. */
  export const hash: string;
}
