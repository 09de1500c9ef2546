/** The negative control: a store that is damaged between a kill and the next start must be found bad. */
import { ChainWorld, type ChainOptions } from "./killRounds.ts";
import { damageStore, keepStore, type Damage } from "./damage.ts";
import { killDelay } from "./random.ts";

/** What was found after that damage; nothing, if the checks are blind to it. */
export async function damageAndCheck(
  options: ChainOptions,
  damage: Damage,
  random: () => number,
): Promise<string[]> {
  const world = await ChainWorld.make(options);
  // Of the app's origin, and opens no notebook.
  const elsewhere = `${options.url}icon.svg`;
  const { heavyEvery } = options.size;
  try {
    let kept: number | undefined;
    for (;;) {
      await world.runAndKill("browser", killDelay(random));
      const page = await world.restart();
      await page.goto(elsewhere);
      const { round, step } = world.place;
      const stepsDone = round * options.size.steps + step;
      const isDue = kept !== undefined && stepsDone > kept + 2 * heavyEvery;
      if (isDue && (await damageStore(page, world.notebook, damage))) break;
      if (kept === undefined && step > 2 * heavyEvery) {
        await keepStore(page, world.notebook);
        kept = stepsDone;
      }
      const faults = await world.check();
      if (faults.length > 0)
        throw new Error(`Bad before any damage: ${faults.join("; ")}`);
    }
    // It has to be seen in what is there; what was there before would give it away.
    world.forgetDone();
    return await world.check();
  } finally {
    await world.close();
  }
}
