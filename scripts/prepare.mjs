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

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in ways));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(", ")}. There are: ${Object.keys(ways).join(", ")}.`,
  );
  process.exit(1);
}
ensureDependencies();
for (const name of names) await ways[name]();
