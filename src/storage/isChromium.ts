/** Whether this is Chromium, which keeps all databases of a site in one LevelDB. No other browser has storage buckets. */
export function isChromium(): boolean {
  return "StorageBucketManager" in globalThis;
}
