import { jest } from "@jest/globals";
import { describeShippedReader } from "./shipped-reader.ts";

jest.setTimeout(3_600_000);

describeShippedReader(Number(process.env["SHIPPED_READER_SCALE"] ?? 6));
