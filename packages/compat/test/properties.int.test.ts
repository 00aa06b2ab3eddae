import { jest } from "@jest/globals";
import { describeRandomSchemas } from "./random-schemas.ts";

jest.setTimeout(300_000);
describeRandomSchemas(5);
