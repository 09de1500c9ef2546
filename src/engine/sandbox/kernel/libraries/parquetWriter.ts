import * as parquetWriter from "../formats/parquetWriter.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("parquetWriter", parquetWriter);
