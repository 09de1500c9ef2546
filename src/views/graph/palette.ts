import type { State } from "../../core/state.ts";

/** The colours of a picture that is made without the styles of a page, each as `#rrggbb`. */
export interface Palette {
  ground: string;
  paper: string;
  sunken: string;
  lineStrong: string;
  ink: string;
  inkSoft: string;
  inkFaint: string;
  accent: string;
  states: Readonly<Record<State, string>>;
}

export type Scheme = "light" | "dark";

/** The page's own colours; a test holds them to its style sheets. */
export const palettes: Readonly<Record<Scheme, Palette>> = {
  light: {
    ground: "#f5f6f8",
    paper: "#ffffff",
    sunken: "#eef0f4",
    lineStrong: "#c2c9d2",
    ink: "#19212e",
    inkSoft: "#46515f",
    inkFaint: "#606b7a",
    accent: "#1d5fbf",
    states: {
      Pending: "#667085",
      Scheduled: "#45609a",
      Running: "#1a5fd0",
      Retrying: "#96580a",
      Paused: "#7544c9",
      Success: "#157347",
      Cached: "#0d6c78",
      Mapped: "#3c61a8",
      Skipped: "#667085",
      Failed: "#c22f26",
      TriggerFailed: "#ab471c",
      TimedOut: "#a8386b",
      Cancelled: "#5d6675",
      Crashed: "#98198a",
    },
  },
  dark: {
    ground: "#11151b",
    paper: "#181d25",
    sunken: "#0d1116",
    lineStrong: "#404a58",
    ink: "#e3e8ee",
    inkSoft: "#b3bcc8",
    inkFaint: "#8e99a8",
    accent: "#78aef8",
    states: {
      Pending: "#98a2b3",
      Scheduled: "#a3b8dd",
      Running: "#6ea8ff",
      Retrying: "#f0b04e",
      Paused: "#c4a3ff",
      Success: "#4cc38a",
      Cached: "#4fc3d1",
      Mapped: "#8fb4f0",
      Skipped: "#9aa4b2",
      Failed: "#ff7b72",
      TriggerFailed: "#ff9d6b",
      TimedOut: "#ff8fb8",
      Cancelled: "#a9b1bd",
      Crashed: "#f08be0",
    },
  },
};

/** `share` of one colour in another. */
export function mix(one: string, other: string, share: number): string {
  const part = (colour: string, at: number): number =>
    parseInt(colour.slice(at, at + 2), 16);
  return `#${[1, 3, 5]
    .map((at) =>
      Math.round(part(one, at) * share + part(other, at) * (1 - share))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
