import { describeShippedReader } from "./shipped-reader.ts";

describeShippedReader(1);
