import * as jsonPath from "../formats/jsonPath.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("jsonPath", jsonPath);
