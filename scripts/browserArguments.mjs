/** How Chromium is started for tests and measurements: as any user, and without asking hosts of its own. */
export const browserArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * What Chromium makes for a window that no test looks at, each with a process of its own: a renderer kept for the next site, and
 * the box under the address bar. The last list of features that is given is the one that counts, so the others are those that
 * Playwright turns off.
 */
const withoutFeatures = [
  "SpareRendererForSitePerProcess",
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
];

/** The same for tests, which start and leave many pages: fewer processes, a quarter less work. Not for measurements. */
export const testArguments = [
  ...browserArguments,
  "--in-process-gpu",
  `--disable-features=${withoutFeatures.join(",")}`,
];
