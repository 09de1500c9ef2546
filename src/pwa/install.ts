import { holdVersion, ownVersion } from "./version.ts";

/** How often a page that stays open asks whether there is a newer version. */
const pause = 60 * 60 * 1000;

/**
 * Has the app kept for when there is no network, and tells when a newer version is there. The page that is open stays the
 * version that it is until it is loaded again. A browser that refuses service workers shows the app as it came.
 */
export async function install(onUpdate: () => void): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const version = ownVersion();
  if (version === undefined) return;
  holdVersion(version);
  try {
    const isFirst = serviceWorker.controller === null;
    let isKnown = isFirst;
    serviceWorker.addEventListener("controllerchange", () => {
      if (!isKnown) onUpdate();
      isKnown = false;
    });
    const registration = await serviceWorker.register("./serviceWorker.js", {
      updateViaCache: "none",
    });
    const look = (): void => void registration.update().catch(() => {});
    setInterval(look, pause);
    window.addEventListener("online", look);
  } catch {
    // Refused, as in some private windows and on hosts without https.
  }
}
