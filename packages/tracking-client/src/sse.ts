import { createParser } from "eventsource-parser";
import { readStep } from "./step.ts";
import { FollowError, placeOf, type Connection, type End } from "./transport.ts";

const GREETING_MS = 8_000;

async function refusal(answer: Response): Promise<FollowError> {
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
  return new FollowError(answer.status, problem.detail ?? `The server answered ${answer.status}.`);
}

/** Follows by server-sent events over `fetch`, which unlike EventSource can say from where to resume. */
export async function serverSentEvents(connection: Connection): Promise<End> {
  const { after, silenceMs, signal, onStep, onOpen } = connection;
  const silent = new AbortController();
  // The server greets at once: when nothing comes, something in between holds the stream back.
  let timer = setTimeout(() => silent.abort(), Math.min(silenceMs, GREETING_MS));
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), silenceMs);
  };
  try {
    const answer = await fetch(placeOf(connection, "stream"), {
      headers: { accept: "text/event-stream", ...(after > 0 ? { "last-event-id": String(after) } : {}) },
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (answer.status === 204) return "over";
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw await refusal(answer);
    if (!answer.ok || !answer.headers.get("content-type")?.startsWith("text/event-stream") || !answer.body)
      return "broken";
    const parser = createParser({
      onEvent({ data }) {
        const step = readStep(data);
        if (step) onStep(step);
      },
    });
    const text = answer.body.pipeThrough(new TextDecoderStream());
    for await (const piece of text) {
      heard();
      onOpen();
      parser.feed(piece);
    }
    return "broken";
  } catch (error) {
    if (error instanceof FollowError) throw error;
    return "broken";
  } finally {
    clearTimeout(timer);
  }
}
