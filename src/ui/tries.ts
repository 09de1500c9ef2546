/** A part that fails so soon after it was tried again has not been shown in between. */
const soon = 1_000;
/** The parts are often made of what changes a few times a second; each try takes what is shown away for a moment. */
const pause = 2_000;

/** A try to show a part of the page after one that failed. */
export interface Try {
  error: string;
  at: number;
  /** It was asked for with the button; otherwise it came by itself. */
  isAsked: boolean;
  /** Whether the button had the focus. */
  hadFocus: boolean;
}

/** How a failure is told after `last`: whether it is spoken, and whether the button gets the focus that it had. */
export function tellingOf(
  last: Try | undefined,
  error: string,
  now: number,
): { isSpoken: boolean; takesFocus: boolean } {
  const isAgain = last !== undefined && now - last.at < soon;
  return {
    isSpoken: !isAgain || last.isAsked || last.error !== error,
    takesFocus: isAgain && last.hadFocus,
  };
}

/** Tries again when nothing has changed for a while; gives what ends that. */
export function tryLater(tryAgain: () => void): () => void {
  const timer = setTimeout(tryAgain, pause);
  return () => clearTimeout(timer);
}
