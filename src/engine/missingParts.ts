import { partNotLoaded } from "../core/words.ts";

/**
 * Parts of the app are fetched when they are first wanted, and one may not be there: without a connection, or where the host has
 * a newer version only. From now on the error that comes of it says so in words; `tell` is told too, as many who want a part
 * have nobody to tell. The browser asks for it again when it is wanted again. The page and each worker call this once.
 */
export function nameMissingParts(tell?: (message: string) => void): void {
  self.addEventListener("vite:preloadError", (event) => {
    (event as Event & { payload: Error }).payload.message = partNotLoaded;
    tell?.(partNotLoaded);
  });
}
