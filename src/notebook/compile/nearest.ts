/** For so many names it is looked for what was meant: each is compared with every name that there is. */
const mostGuesses = 100;

/** Gives what a misspelt name most likely means, or undefined. */
export type Guess = (
  name: string,
  known: () => Iterable<string>,
) => string | undefined;

/** Guesses by {@link nearestName}, as often as it is worth it. */
export function makeGuess(): Guess {
  let guesses = 0;
  return (name, known) =>
    guesses++ < mostGuesses ? nearestName(name, known()) : undefined;
}

/** The name that a misspelt one most likely means, or undefined if none is close. */
export function nearestName(
  name: string,
  known: Iterable<string>,
): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance =
      candidate === name
        ? Infinity
        : countEdits(wanted, candidate.toLowerCase());
    // Of names as short as `pd` and `md`, half is another one.
    const isHalf = distance * 2 >= Math.max(name.length, candidate.length);
    if (distance < least && !isHalf) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** How many letters have to be put in, left out, replaced, or swapped with their neighbour. */
function countEdits(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let edits = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
