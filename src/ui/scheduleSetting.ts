/** The setting that says whether flows of a notebook run at their times. */
export function scheduleSetting(id: string | undefined): string {
  return `schedule:${id}`;
}
