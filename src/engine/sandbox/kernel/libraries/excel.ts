import * as excel from "../formats/excel.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("excel", excel);
