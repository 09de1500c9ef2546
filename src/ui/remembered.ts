/** A number of the page's layout that is kept in this browser. */
export function readNumber(key: string, otherwise: number): number {
  try {
    const stored = Number(
      localStorage.getItem(`flowbook.${key}`) ?? Number.NaN,
    );
    return Number.isFinite(stored) ? stored : otherwise;
  } catch {
    return otherwise;
  }
}

export function keepNumber(key: string, value: number): void {
  try {
    localStorage.setItem(`flowbook.${key}`, String(value));
  } catch {
    // only comfort is lost
  }
}
