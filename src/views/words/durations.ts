/** Lengths of time, from large units to small ones. */

export const milliseconds = (ms: number) => `${ms} ms`;
/** Under ten seconds, with tenths. */
export const tenths = (seconds: number) => `${seconds.toFixed(1)} s`;
export const seconds = (count: number) => `${count} s`;
/** A second unit of none is left out. */
export const minutes = (count: number, rest: number) =>
  rest === 0 ? `${count} min` : `${count} min ${rest} s`;
export const hours = (count: number, rest: number) =>
  rest === 0 ? `${count} h` : `${count} h ${rest} min`;
export const days = (count: number, rest: number) =>
  rest === 0 ? `${count} d` : `${count} d ${rest} h`;
