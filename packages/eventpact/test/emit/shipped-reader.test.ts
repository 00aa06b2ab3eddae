import { describeShippedReader } from "./shipped-reader.ts";

describeShippedReader(0.7);
