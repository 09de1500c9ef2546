const dayLength = 86_400_000;

let lastDay = NaN;
let lastDate = "";

/** What `Date.prototype.toISOString` gives of a valid time; many times as fast for times of one day after the other. */
export function isoDate(time: number): string {
  const day = Math.floor(time / dayLength);
  if (day !== lastDay) {
    lastDate = new Date(day * dayLength).toISOString().slice(0, -13);
    lastDay = day;
  }
  const rest = time - day * dayLength;
  const seconds = Math.floor(rest / 1000);
  return `${lastDate}${pairs[Math.floor(seconds / 3600)]!}:${pairs[Math.floor(seconds / 60) % 60]!}:${pairs[seconds % 60]!}${fraction(rest % 1000)}`;
}

const pairs = Array.from({ length: 60 }, (_, value) =>
  String(value).padStart(2, "0"),
);

function fraction(milliseconds: number): string {
  return milliseconds === 0
    ? ".000Z"
    : `.${String(milliseconds).padStart(3, "0")}Z`;
}
