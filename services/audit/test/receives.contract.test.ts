import { expect } from "@jest/globals";
import { catalog } from "@shop/events";
import type { Receives } from "@shop/events";
import {
  moment,
  receives,
  type Receives as Contract,
  type ReceivesTable,
} from "../../../contracts/support/consumer.ts";
import { audit } from "../src/main.ts";

/** What is in an event is not the archive's business: it keeps everything, and finds it by identity, story and time. */
const keeps = (event: string): Contract => ({
  needs: { timestamp: moment() },
  effect: async ({ http }) => {
    const [kept, ...others] = (await http.inject(`/audit/events?event=${event}`)).json();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ topic: catalog.events[event]?.topic, event: { data: expect.anything() } });
  },
});

receives<Receives["audit"]>(
  audit,
  Object.fromEntries(
    catalog.services["audit"]?.receives.map(({ event }) => [event, keeps(event)]) ?? [],
  ) as unknown as ReceivesTable<Receives["audit"]>,
);
