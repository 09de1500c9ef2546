/** Kills a browser in the middle of a run, opens the same profile again, checks, goes on; again and again. */
import type { Page } from "@playwright/test";
import { chainNotebook, type ChainSize, type Place } from "./chain.ts";
import { tearLog } from "./damage.ts";
import { isBefore, openAndCheck, openChain } from "./checkChain.ts";
import {
  makeProfile,
  removeProfile,
  startBrowser,
  type KillableBrowser,
} from "./killableBrowser.ts";

/** What is killed: all processes of the browser, or those of its tab. */
export type Victim = "browser" | "tab";

/** One kill and what was found after it. */
export interface KillReport {
  victim: Victim;
  /** Milliseconds from the moment at which the run had begun. */
  delay: number;
  /** What the page had shown as done before. */
  before: Place;
  /** What it shows after. */
  after: Place;
  faults: string[];
}

export interface ChainOptions {
  /** Where the app is. */
  url: string;
  size: ChainSize;
  executablePath?: string | undefined;
}

/** A profile with the notebook in it, and the browser that has it open. */
export class ChainWorld {
  readonly #options: ChainOptions;
  readonly #text: string;
  readonly profile: string;
  #browser: KillableBrowser;
  #page: Page;
  #address = "";
  /** What the notebook was seen to have done. */
  #least = nothing;
  /** Whether there is no round to go on with. */
  #isBetweenRounds = true;

  private constructor(
    options: ChainOptions,
    profile: string,
    browser: KillableBrowser,
  ) {
    this.#options = options;
    this.#text = chainNotebook(options.size);
    this.profile = profile;
    this.#browser = browser;
    this.#page = browser.page;
  }

  /** A new profile with the notebook open. */
  static async make(options: ChainOptions): Promise<ChainWorld> {
    const profile = makeProfile();
    const browser = await startBrowser(profile, options.executablePath);
    const world = new ChainWorld(options, profile, browser);
    await world.openNew();
    return world;
  }

  /** Opens the notebook's text as a new notebook. */
  async openNew(): Promise<void> {
    await openChain(this.#page, this.#options.url);
    await this.#page.evaluate((text) => window.flowbook.open(text), this.#text);
    this.#address = this.#page.url();
    this.#least = nothing;
    this.#isBetweenRounds = true;
  }

  /** The notebook's own name, as its store has it. */
  get notebook(): string {
    return new URL(this.#address).hash.slice("#n.".length);
  }

  /** Resumes or runs, one round after the other, and kills after that many milliseconds. Gives what went wrong before. */
  async runAndKill(victim: Victim, delay: number): Promise<string[]> {
    const { round } = this.#least;
    await this.#page.evaluate(startRounds, {
      round,
      isNew: this.#isBetweenRounds,
    });
    const [faults] = await Promise.all([
      this.#watch(this.#page),
      new Promise((resolve) => setTimeout(resolve, delay)).then(() =>
        this.#kill(victim),
      ),
    ]);
    return faults;
  }

  /** Takes in what the page shows as done, until it is gone. Gives what stopped it before, if anything. */
  async #watch(page: Page): Promise<string[]> {
    const faults = new Set<string>();
    for (;;) {
      const seen = await page.evaluate(shownNow).catch(() => undefined);
      if (!seen) return [...faults];
      const done = this.#doneAt(seen.place);
      if (isBefore(this.#least, done)) this.#least = done;
      if (seen.stopped !== undefined) faults.add(seen.stopped);
    }
  }

  /** What is promised to be there when a page shows this: a run that shows no Success may be lost, but it began after the whole of the one before. */
  #doneAt({ round, step }: Place): Place {
    if (step > 0 || round === 0) return { round, step };
    return { round: round - 1, step: round > 1 ? this.#options.size.steps : 0 };
  }

  async #kill(victim: Victim): Promise<void> {
    if (victim === "tab") this.#page = await this.#browser.killTab();
    else await this.#browser.kill();
  }

  /** Starts the browser again after it was killed, with an empty page. */
  async restart(): Promise<Page> {
    const { executablePath } = this.#options;
    this.#browser = await startBrowser(this.profile, executablePath);
    this.#page = this.#browser.page;
    return this.#page;
  }

  /** Opens the notebook and checks it. */
  async check(): Promise<string[]> {
    const { place, isOver, faults } = await openAndCheck(
      this.#page,
      this.#address,
      this.#options.size,
      { text: this.#text, least: this.#least },
    );
    this.#least = place;
    this.#isBetweenRounds = isOver;
    return faults;
  }

  /** A kill, and what there is after it. `between` may do something to what is stored, while no browser is on it. */
  async killAndCheck(
    victim: Victim,
    delay: number,
    between?: () => Promise<void>,
  ): Promise<KillReport> {
    const faults = await this.runAndKill(victim, delay);
    const before = this.#least;
    await between?.();
    if (victim === "browser") await this.restart();
    faults.push(...(await this.check()));
    return { victim, delay, before, after: this.#least, faults };
  }

  /** Cuts the end off the log of the browser's storage, as a browser leaves it that was killed while it wrote there. */
  async tear(bytes: number): Promise<void> {
    await tearLog(this.profile, bytes);
    this.forgetDone();
  }

  /** From now on, what was seen done need not be there any more: it was taken from the disk. */
  forgetDone(): void {
    this.#least = nothing;
  }

  /** Runs the round to its end and checks it. */
  async finish(): Promise<string[]> {
    const { steps } = this.#options.size;
    await this.#page.evaluate(runRound, {
      round: this.#least.round,
      isNew: this.#isBetweenRounds,
    });
    const faults = await this.check();
    if (!this.#isBetweenRounds || this.#least.step !== steps)
      faults.push(`the last round ended after ${this.#least.step} steps`);
    return faults;
  }

  get place(): Place {
    return this.#least;
  }

  /** Ends the browser and removes the profile. */
  async close(): Promise<void> {
    await this.#browser.kill();
    await removeProfile(this.profile);
  }
}

const nothing: Place = { round: 0, step: 0 };

interface Begin {
  /** The newest round. */
  round: number;
  /** Whether the next is to begin; else that one goes on. */
  isNew: boolean;
}

/** In the page: begins a round or goes on with one, and then round after round, until the end. */
function startRounds({ round, isNew }: Begin): void {
  const { flowbook } = window;
  const goOn = async () => {
    if (!isNew) await flowbook.resume();
    for (let next = round + 1; ; next += 1)
      await flowbook.run({ parameters: { round: next } });
  };
  goOn().catch((thrown: unknown) => {
    Object.assign(window, { stopped: String(thrown) });
  });
}

/** In the page: the same for one round, to its end. */
async function runRound({ round, isNew }: Begin): Promise<void> {
  if (isNew) await window.flowbook.run({ parameters: { round: round + 1 } });
  else await window.flowbook.resume();
}

/** In the page: how far it shows the newest run to be at the next frame, and why it goes no further, if so. */
async function shownNow() {
  await new Promise(requestAnimationFrame);
  const { flowbook, stopped } = window as Window & { stopped?: string };
  const [newest] = await flowbook.runs();
  const place: Place = {
    round: Number(newest?.parameters["round"] ?? 0),
    step: newest?.tasks.filter(({ state }) => state === "Success").length ?? 0,
  };
  return { place, stopped };
}
