// Brings what is no package of npm and is named: the driver of SQLite, a Redis, browsers. What is there already is left alone.
// node scripts/prepare.mjs [driver] [redis] [chromium] [firefox] [webkit]
import {
  findChromium,
  findChromiumShell,
  findFirefox,
  hasWebkit,
} from "./browser.mjs";
import { ensureDependencies, ensureDriver } from "./dependencies.mjs";
import { findRedis } from "./redis.mjs";

const ways = {
  driver: ensureDriver,
  redis: findRedis,
  chromium: async () => {
    await findChromium();
    findChromiumShell();
  },
  firefox: findFirefox,
  webkit: hasWebkit,
};

ensureDependencies();
for (const name of process.argv.slice(2)) await ways[name]();
