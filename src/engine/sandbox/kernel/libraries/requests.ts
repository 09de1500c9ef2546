import * as requests from "../formats/requests.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("requests", requests);
