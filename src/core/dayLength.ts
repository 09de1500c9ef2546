/** A day in milliseconds, as clocks without summer time count it. */
export const dayLength = 86_400_000;
