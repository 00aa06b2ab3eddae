import type { HandlerContext, Handlers } from "@eventpact/messaging";
import type { Events, NewEvent, Receives, Sends } from "@shop/events";
import type { Mailer } from "./adapters/mailer.ts";
import { sent, write } from "./domain.ts";
import { claimLetter } from "./store.ts";

type Out = NewEvent<Sends["email"]>;

/** Every row writes one letter. A replay writes none: customers are not told history again. */
export function handlersWith(mailer: Mailer): Handlers<Events, Receives["email"], Out> {
  const writeTo = async (event: Parameters<typeof write>[0], context: HandlerContext): Promise<readonly Out[]> => {
    if (context.replay) return [];
    const letter = write(event);
    if (!(await claimLetter(context.db, letter, context.now, mailer.captures))) return [];
    await mailer.send(letter, context.now, context.signal);
    return [sent(letter)];
  };
  return {
    "OrderCreated.v1": () => [], // the first version knew no address to write to
    "OrderCreated.v2": writeTo,
    "OrderShipped.v1": writeTo,
    "OrderDelivered.v1": writeTo,
    "OrderCancelled.v1": writeTo,
  };
}
