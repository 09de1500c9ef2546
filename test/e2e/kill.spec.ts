import { ChainWorld } from "../kill/killRounds.ts";
import { killDelay, seeded } from "../kill/random.ts";
import { expect, test as base } from "./fixture.ts";

/** A notebook with a chain of tasks, in a browser that can be killed. */
const test = base.extend<{ chain: ChainWorld }>({
  chain: async ({ baseURL }, use) => {
    const chain = await ChainWorld.make({
      url: baseURL!,
      size: { steps: 30, heavyEvery: 10, heavyRows: 10_000 },
      executablePath:
        process.env["CHROMIUM_SHELL_PATH"] ?? process.env["CHROMIUM_PATH"],
    });
    await use(chain);
    await chain.close();
  },
});

const killsEach = 20;
/** What a log loses at its end when the browser is killed while it writes there. */
const torn = 100;

test.describe.configure({ mode: "parallel", timeout: 600_000 });

for (const part of ["one", "two"])
  test(`after each of ${killsEach} kills of the browser a notebook has exactly what it shows as Success, though one log in three is torn, and Resume goes on to the end (${part})`, async ({
    chain,
  }) => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = seeded(seed);
    for (let kill = 1; kill <= killsEach; kill += 1) {
      const { faults } = await chain.killAndCheck(
        "browser",
        killDelay(random),
        kill % 3 === 1 ? () => chain.tear(torn) : undefined,
      );
      expect(faults, `kill ${kill} with seed ${seed}`).toEqual([]);
    }
    expect(await chain.finish(), `with seed ${seed}`).toEqual([]);
  });
