import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import {
  Builder,
  By,
  Capabilities,
  Key as Keys,
  until,
} from "selenium-webdriver";
import type { Engine, Key, Modifier, Tab } from "./engine.ts";

const keys: Readonly<Record<Key | Modifier, string>> = {
  End: Keys.END,
  Enter: Keys.ENTER,
  Escape: Keys.ESCAPE,
  Control: Keys.CONTROL,
  Shift: Keys.SHIFT,
};

const patience = 20_000;

/**
 * WebKitGTK's small browser, driven by WebDriver on a screen that nobody sees. A driver has one session at most, and a session
 * one set of storage: each tab has a driver of its own.
 */
export async function startWebkit(): Promise<Engine> {
  const screen = spawn(
    "Xvfb",
    ["-displayfd", "3", "-screen", "0", "1280x900x24"],
    { stdio: ["ignore", "ignore", "ignore", "pipe"] },
  );
  const [display] = (await once(screen.stdio[3]!, "data")) as [Buffer];
  return {
    open: () => openTab(`:${String(display).trim()}`),
    close: () => end(screen),
  };
}

async function openTab(display: string): Promise<Tab> {
  const port = await findFreePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    stdio: "ignore",
    env: { ...process.env, DISPLAY: display },
  });
  const server = `http://127.0.0.1:${port}`;
  await answers(`${server}/status`);
  const session = await new Builder()
    .usingServer(server)
    .withCapabilities(new Capabilities({ browserName: "MiniBrowser" }))
    .build();
  await session.manage().setTimeouts({ script: 90_000 });
  const tab: Tab = {
    thrown: [],
    goto: (address) => session.get(address),
    reload: () => session.navigate().refresh(),
    evaluate: async (action, argument) => {
      const { value, error } = await session.executeAsyncScript<{
        value: never;
        error?: string;
      }>(
        `const [argument, done] = arguments;
         Promise.resolve(argument ?? undefined).then(${action}).then(
           (value) => done({ value }),
           (error) => done({ error: String(error?.message ?? error) }),
         );`,
        argument,
      );
      if (error !== undefined) throw new Error(error);
      return value;
    },
    click: async (selector) => {
      const element = await session.wait(
        until.elementLocated(By.css(selector)),
        patience,
      );
      await element.click();
    },
    type: (text) => session.actions().sendKeys(text).perform(),
    press: async (key, ...held) => {
      let actions = session.actions();
      for (const modifier of held) actions = actions.keyDown(keys[modifier]);
      actions = actions.sendKeys(keys[key]);
      for (const modifier of held) actions = actions.keyUp(keys[modifier]);
      await actions.perform();
    },
    close: async () => {
      await session.quit();
      await end(driver);
    },
  };
  return tab;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves when something answers there. */
async function answers(address: string): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    try {
      await fetch(address);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, "exit");
}
