/** Every service as a process of its own, told from where a customer stands: in front of the gateway. */
import { describe } from "@jest/globals";
import { storiesOfARunningShop } from "./support/stories.ts";

describe("a shop whose services run apart, on PostgreSQL", () => {
  storiesOfARunningShop(() => ({ KAFKA_BROKERS: "" }), ["--split"]);
});
