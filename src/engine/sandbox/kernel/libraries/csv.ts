import * as csv from "../formats/csv.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("csv", csv);
