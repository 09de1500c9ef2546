// Makes the reference from the type declarations, and brings the figures of the README to the page on limits.
import { readFileSync, writeFileSync } from "node:fs";
import { places, printLimits, printReference } from "./docs.mjs";

const read = (place) => readFileSync(place, "utf8");
writeFileSync(places.reference, printReference(read(places.declarations)));
writeFileSync(
  places.limits,
  printLimits(read(places.limits), read(places.readme)),
);
