/** A view that somebody looks at may take this long, as a SQL cell may. */
const limit = 30_000;

/** Waits for rows of a view; `stop` ends them when they take too long, also where nobody looks at them any more. */
export async function withinLimit<T>(
  rows: Promise<T>,
  stop: () => void,
): Promise<T> {
  const timer = setTimeout(stop, limit);
  try {
    return await rows;
  } finally {
    clearTimeout(timer);
  }
}
