import type { Sends } from "@shop/events";
import { sends, type SendsTable } from "../../../contracts/support/provider.ts";
import { email } from "../src/main.ts";

const contracts: SendsTable<Sends["email"]> = {
  "EmailSent.v1": (service) => service.hearExample("OrderShipped.v1"),
};

sends(email, contracts);
