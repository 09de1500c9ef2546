import * as json from "../formats/json.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("json", json);
