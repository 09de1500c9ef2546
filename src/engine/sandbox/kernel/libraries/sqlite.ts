import * as sqlite from "../formats/sqlite.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("sqlite", sqlite);
