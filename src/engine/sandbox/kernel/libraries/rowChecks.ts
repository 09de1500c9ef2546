import * as rowChecks from "../formats/rowChecks.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("rowChecks", rowChecks);
