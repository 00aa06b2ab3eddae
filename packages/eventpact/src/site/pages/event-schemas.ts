import { own } from "../../read/json.ts";
import { valueOf } from "../../read/resolve.ts";
import type { EventFacts } from "../facts/facts.ts";
import { dataField } from "../facts/facts.ts";
import { html, type Html } from "../markup/html.ts";
import { markdown } from "../markup/markdown.ts";
import { codeBlock, fold, prettyJson } from "./code.ts";
import { fieldList, type SchemaView } from "./schema.ts";
import type { View } from "./view.ts";
import { section, to } from "./view.ts";

export function schemas(view: View, shown: EventFacts): Html {
  const { words } = view;
  const { event, payload, headers } = shown;
  const reliance = view.facts.reliance.get(event.key)?.fields;
  const schema: SchemaView = {
    view,
    prefix: "",
    event: shown,
    ids: new Set(["data"]),
    ...(reliance ? { reliance } : {}),
  };
  const ofHeaders: SchemaView = { view, prefix: "headers.", ids: schema.ids };
  const data = dataField(shown);
  const envelope =
    payload && data ? { ...payload, children: payload.children.filter((child) => child !== data) } : undefined;
  const payloadPart = (): Html => {
    if (payload && data && envelope)
      return html`${section(view, "data", words.event.data, html`${data.description !== undefined && html`<div class="words">${markdown(data.description)}</div>`}${fieldList(data, schema)}`, words.event.dataHelp)}
      ${section(
        view,
        "sec-envelope",
        words.event.envelope,
        fold(
          html`${envelope.children.length} ·
          ${envelope.children
            .map(({ name }) => name)
            .slice(0, 9)
            .join(", ")}`,
          fieldList(envelope, schema),
        ),
        words.event.envelopeHelp,
      )}`;
    const shownAs = isUnread && payload?.children.length === 0 ? unreadPayload : undefined;
    if (payload)
      return section(view, "sec-payload", words.event.payload, shownAs?.(view) ?? wholePayload(payload, schema));
    return section(view, "sec-payload", words.event.payload, otherPayload(view, event));
  };
  const isUnread = event.payload.kind === "json-schema" && event.payload.unread.length > 0;
  return html`${payloadPart()}${isUnread && (payload?.children.length ?? 0) > 0 && unreadPayload(view)}
  ${
    headers &&
    headers.children.length > 0 &&
    section(
      view,
      "sec-headers",
      words.event.headers,
      fold(
        html`${headers.children.length} ·
        ${headers.children
          .map(({ name }) => name)
          .slice(0, 9)
          .join(", ")}`,
        fieldList(headers, ofHeaders),
      ),
    )
  }`;
}

/** A payload that is not an object has no fields to list: it is shown as one field without a name. */
function wholePayload(payload: NonNullable<EventFacts["payload"]>, schema: SchemaView): Html {
  const { words } = schema.view;
  const hasFields = payload.children.length + payload.choices.length > 0;
  if (hasFields) return fieldList(payload, schema);
  if (payload.type.length === 0 && !payload.values && !payload.item)
    return html`<p class="quiet">${words.event.anyPayload}</p>`;
  return fieldList(
    { ...payload, children: [{ ...payload, name: words.event.payload, path: "" }], choices: [] },
    schema,
  );
}

/** The payload, or a part of it, that stands behind a reference to nothing. */
function unreadPayload(view: View): Html {
  return html`<p class="warn">
    ${view.words.event.unreadPayload} <a href="${to(view, "index.html")}">${view.words.nav.overview}</a>
  </p>`;
}

function otherPayload(view: View, { file, pointer, payload }: EventFacts["event"]): Html {
  if (payload.kind !== "opaque") {
    const written = own(valueOf(view.facts.model.sources, { file, pointer }), "payload");
    return written === undefined ? html`<p class="quiet">${view.words.event.noPayload}</p>` : unreadPayload(view);
  }
  const { schema } = payload;
  const code = typeof schema === "string" ? schema : prettyJson(schema);
  return html`<p>${view.words.event.opaque(payload.format)}</p>
    ${codeBlock(payload.format, typeof schema === "string" ? "text" : "json", code)}`;
}
