import type { RunEvent, Time } from "../../core/events.ts";
import type { RunState } from "../../core/run.ts";
import { RunReplay } from "../../core/runReplay.ts";
import type { Workbench } from "../workbench.svelte.ts";
import { PlayedTime } from "./playedTime.ts";

/** How long it takes to play a run, whatever the run took; a shorter one is not slowed down more than so much. */
const longestPlay = 8_000;
const shortestPlay = 2_500;

/** Plays a run: shows it as it was at a time that moves on by itself or is moved by hand. */
export class RunPlayer {
  readonly run: string;
  /** The time that is shown. */
  time = $state<Time>(0);
  isPlaying = $state(false);
  /** The run as it was then. */
  readonly scene = $derived.by((): RunState | undefined =>
    this.#replay.at(this.time),
  );

  readonly #events: () => readonly RunEvent[];
  readonly #replay: RunReplay;
  #played: { of: readonly RunEvent[]; count: number; time: PlayedTime };
  #frame = 0;

  constructor(run: string, events: () => readonly RunEvent[]) {
    this.run = run;
    this.#events = events;
    this.#replay = new RunReplay(events);
    const of = events();
    this.#played = { of, count: of.length, time: new PlayedTime(of) };
    this.time = this.extent.start;
  }

  get extent(): { start: Time; end: Time } {
    return this.#playedTime;
  }

  /** How long the replay is, in milliseconds of the run in which something went on. */
  get length(): number {
    return this.#playedTime.length;
  }

  /** How far it is. */
  get position(): number {
    return this.#playedTime.playedAt(this.time);
  }

  /** Goes to a share of the replay, and stays there. */
  seekTo(share: number): void {
    this.seek(this.#playedTime.timeAt(share * this.length));
  }

  /** Events come while the run goes on. */
  get #playedTime(): PlayedTime {
    const of = this.#events();
    const count = of.length;
    if (of !== this.#played.of || count !== this.#played.count)
      this.#played = { of, count, time: new PlayedTime(of) };
    return this.#played.time;
  }

  /** Goes to a time, and stays there. */
  seek(time: Time): void {
    const { start, end } = this.extent;
    this.pause();
    this.time = Math.min(end, Math.max(start, time));
  }

  /** Plays on from here, or from the start if this is the end. */
  play(): void {
    const { start, end } = this.extent;
    if (this.time >= end) this.time = start;
    const took = Math.max(1, this.length);
    const pace = took / Math.min(longestPlay, Math.max(shortestPlay, took));
    let last = performance.now();
    this.isPlaying = true;
    const tick = (now: number): void => {
      const played = this.#playedTime;
      this.time = Math.min(
        end,
        played.timeAt(this.position + (now - last) * pace),
      );
      last = now;
      if (this.time >= end) this.isPlaying = false;
      else this.#frame = requestAnimationFrame(tick);
    };
    this.#frame = requestAnimationFrame(tick);
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.isPlaying = false;
  }
}

/** The player of the run on show, made if there is none. */
export function playerOf(bench: Workbench): RunPlayer | undefined {
  const { run } = bench;
  if (!run) return undefined;
  if (bench.player?.run !== run.run) {
    bench.player?.pause();
    bench.player = new RunPlayer(run.run, () =>
      bench.session.desk.events(run.run),
    );
  }
  return bench.player;
}
