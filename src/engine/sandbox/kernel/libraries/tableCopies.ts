import * as tableCopies from "../formats/tableCopies.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("tableCopies", tableCopies);
