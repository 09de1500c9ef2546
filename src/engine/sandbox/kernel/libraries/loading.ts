import * as loading from "../formats/loading.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("loading", loading);
