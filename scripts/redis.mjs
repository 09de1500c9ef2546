// Finds the Redis that tests start, or installs it.
import { findOnPath, installPackages } from "./browser.mjs";

/** The path of a Redis or Valkey server; undefined if there is none to be had. */
export function findRedis() {
  const names = ["redis-server", "valkey-server"];
  const found = findOnPath(names);
  if (found) return found;
  console.log("No Redis found; installing it ...");
  installPackages("redis-server");
  return findOnPath(names);
}
