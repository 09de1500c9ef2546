/** What pages and database workers of this browser speak through; undefined where the browser does not let tabs find each other, as Firefox does when it blocks cookies. */
export function openTabChannel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel("flowbook");
  } catch {
    return undefined;
  }
}
