import * as parquet from "../formats/parquet.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("parquet", parquet);
