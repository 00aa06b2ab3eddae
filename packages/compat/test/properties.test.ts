import { describeRandomSchemas } from "./random-schemas.ts";

describeRandomSchemas(0.2);
