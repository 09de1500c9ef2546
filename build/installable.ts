import { VitePWA, type ManifestOptions } from "vite-plugin-pwa";
import { largeFiles } from "./exampleFiles.ts";

const tables = {
  "text/csv": [".csv"],
  "application/vnd.apache.parquet": [".parquet"],
  "application/vnd.sqlite3": [".sqlite", ".sqlite3", ".db"],
};
const notebooks = {
  "text/markdown": [".md"],
  "application/x-ipynb+json": [".ipynb"],
};

/** The web app manifest. Every address is relative: the app is a folder. */
export const manifest = {
  id: "./",
  name: "Flowbook",
  short_name: "Flowbook",
  description: "A notebook for data flows that runs entirely in a browser tab.",
  start_url: "./",
  scope: "./",
  display: "standalone",
  theme_color: "#1d5fbf",
  background_color: "#f5f6f8",
  categories: ["productivity", "developer"],
  icons: [
    { src: "./icon-192.png", sizes: "192x192", type: "image/png" },
    { src: "./icon-512.png", sizes: "512x512", type: "image/png" },
    {
      src: "./icon-maskable-512.png",
      sizes: "512x512",
      type: "image/png",
      purpose: "maskable",
    },
    { src: "./icon.svg", sizes: "any", type: "image/svg+xml" },
  ],
  file_handlers: [{ action: "./", accept: { ...notebooks, ...tables } }],
  launch_handler: { client_mode: "navigate-new" },
  share_target: {
    action: "./share",
    method: "POST",
    enctype: "multipart/form-data",
    params: {
      files: [
        {
          name: "files",
          accept: [
            ...Object.keys({ ...notebooks, ...tables }),
            ...Object.values({ ...notebooks, ...tables }).flat(),
          ],
        },
      ],
    },
  },
} satisfies Partial<ManifestOptions>;

/** The manifest, and the service worker with the list of all files but those that it keeps when they are first used. */
export function installable() {
  return VitePWA({
    strategies: "injectManifest",
    srcDir: "src",
    filename: "serviceWorker.ts",
    injectRegister: false,
    includeManifestIcons: false,
    injectManifest: {
      globPatterns: ["**/*"],
      globIgnores: [
        ...["**/*.map", "screenshot.png", "serviceWorker.js", "robots.txt"],
        ...largeFiles,
      ],
      dontCacheBustURLsMatching: /^assets\//,
      maximumFileSizeToCacheInBytes: 20_000_000,
    },
    manifest,
  });
}
