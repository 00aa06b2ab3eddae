import type { Hosted } from "@eventpact/host";
import { analytics } from "@shop/analytics";
import { audit } from "@shop/audit";
import { email } from "@shop/email";
import { inventory, seed as seedInventory } from "@shop/inventory";
import { order, seed as seedOrder } from "@shop/order";
import { payment, seed as seedPayment } from "@shop/payment";
import { shipping } from "@shop/shipping";
import { tracking } from "@shop/tracking";

/** Every service of the shop, with what fills it at its first start. */
export const shop: readonly Hosted[] = [
  { service: order, seed: seedOrder },
  { service: inventory, seed: seedInventory },
  { service: payment, seed: seedPayment },
  { service: shipping },
  { service: email },
  { service: tracking },
  { service: analytics },
  { service: audit },
];
