import { File, Text } from "@asyncapi/generator-react-sdk";
import { html, markup } from "../components/html.js";
import { described } from "../components/words.js";
import { anchorOf, fieldList, freeId } from "../components/fields.js";

const fact = (label, value) =>
  value &&
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;

const facts = (pairs) => {
  const shown = pairs.filter(Boolean);
  return shown.length > 0 && html`<dl class="facts">${shown}</dl>`;
};

const row = (items) => items.length > 0 && html`<span class="row">${items}</span>`;
const codes = (items) => row(items.map((item) => html`<code>${item}</code>`));

function fold(label, content) {
  return html`<details class="fold">
    <summary>${label}</summary>
    ${content}
  </details>`;
}

function code(label, value) {
  return html`<pre
    class="code"
    tabindex="0"
    aria-label="${label}"
  ><code>${JSON.stringify(plain(value), null, 2)}</code></pre>`;
}

/** Without the parser's own marks, and with recursion cut where it begins again. */
function plain(value, above = []) {
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value) || above.length > 40) return "(again)";
  if (Array.isArray(value)) return value.map((item) => plain(item, [...above, value]));
  const members = Object.entries(value).filter(([key]) => !key.startsWith("x-parser-"));
  return Object.fromEntries(members.map(([key, item]) => [key, plain(item, [...above, value])]));
}

const bindings = (item, { words }) => {
  const found = item.bindings().all();
  const values = Object.fromEntries(found.map((binding) => [binding.protocol(), binding.json()]));
  return found.length > 0 && fold(words.bindings, code(words.bindings, values));
};

const tags = (item, words) =>
  fact(
    words.tags,
    codes(
      item
        .tags()
        .all()
        .map((tag) => tag.name()),
    ),
  );

/** Each entry is a list of requirements of which one is enough. */
const security = (item, words) =>
  fact(
    words.security,
    codes(
      item
        .security()
        .flatMap((requirements) => requirements.all())
        .map((one) => one.scheme().type()),
    ),
  );

function heading(wanted, label, { words, ids }) {
  const id = freeId(wanted, ids);
  return html`<h3 id="${id}"><a class="self" href="#${id}" aria-label="${words.linkTo} ${label}">#</a>${label}</h3>`;
}

const idOf = (kind, name) => anchorOf(`${kind}-${name}`);

/** A name that may be broken between its words where there is no room for it. */
const breakable = (name) =>
  name.split(/(?<=[a-z\d])(?=[A-Z])|(?<=[._/-])/).map((word, index) => (index === 0 ? word : html`<wbr />${word}`));

/** Of the event's page: two documents may use one name for two events, so the key in the channel goes first. */
const addressOf = (message, { events }) => events[message.id()] ?? events[message.name()];

function messageName(message, site) {
  const name = message.name() ?? message.id();
  const address = addressOf(message, site);
  return address ? html`<a class="ref event" href="${address}">${breakable(name)}</a>` : html`<code>${name}</code>`;
}

function server(item, site) {
  const { words } = site;
  const variables = item.variables().all();
  return html`<li>
    ${heading(idOf("server", item.id()), item.id(), site)}
    ${facts([
      fact(words.host, html`<code>${item.host()}${item.pathname()}</code>`),
      fact(words.protocol, `${item.protocol()} ${item.protocolVersion() ?? ""}`),
      security(item, words),
      tags(item, words),
      fact(words.variables, codes(variables.map((one) => one.id()))),
    ])}
    ${described(item.description())}${bindings(item, site)}
  </li>`;
}

function parameter(one, { words }) {
  const { enum: values, default: preset, location } = one.json() ?? {};
  return html`<li>
    <code>${one.id()}</code> ${one.description()}
    ${Array.isArray(values) && html`<span class="quiet">${words.oneOfValues} ${codes(values)}</span>`}
    ${preset !== undefined && html`<span class="quiet">${words.default} <code>${preset}</code></span>`}
    ${location !== undefined && html`<code class="quiet">${location}</code>`}
  </li>`;
}

function channel(item, site) {
  const { words } = site;
  const messages = item.messages().all();
  const parameters = item.parameters().all();
  return html`<li>
    ${heading(idOf("channel", item.id()), item.id(), site)} ${item.summary() && html`<p>${item.summary()}</p>`}
    ${facts([
      fact(words.address, html`<code>${item.address() ?? "–"}</code>`),
      fact(words.messages, row(messages.map((message) => messageName(message, site)))),
      tags(item, words),
    ])}
    ${described(item.description())}
    ${
      parameters.length > 0 &&
      html`<ul class="plain">
        ${parameters.map((one) => parameter(one, site))}
      </ul>`
    }
    ${bindings(item, site)}
  </li>`;
}

function operation(item, site) {
  const { words } = site;
  const reply = item.reply();
  const channels = item.channels().all();
  return html`<li>
    ${heading(idOf("operation", item.id()), item.id(), site)}
    ${(item.summary() ?? item.title()) && html`<p>${item.summary() ?? item.title()}</p>`}
    ${facts([
      fact(words.action, words[item.action()] ?? item.action()),
      fact(
        words.channel,
        row(channels.map((one) => html`<a href="#${idOf("channel", one.id())}"><code>${one.id()}</code></a>`)),
      ),
      fact(
        words.messages,
        row(
          item
            .messages()
            .all()
            .map((message) => messageName(message, site)),
        ),
      ),
      reply &&
        fact(
          words.reply,
          row(
            reply
              .messages()
              .all()
              .map((message) => messageName(message, site)),
          ),
        ),
      security(item, words),
      tags(item, words),
    ])}
    ${described(item.description())}${bindings(item, site)}
  </li>`;
}

function example(item, index, { words }) {
  const label = item.name() ?? `${words.example} ${index + 1}`;
  const payload = item.payload();
  const headers = item.headers();
  return html`${payload !== undefined && fold(label, code(label, payload))}${
    headers !== undefined && fold(`${label} · ${words.headers}`, code(`${label} · ${words.headers}`, headers))
  }`;
}

function message(item, site) {
  const { words } = site;
  const id = idOf("message", item.id());
  const payload = item.payload()?.json();
  const headers = item.headers()?.json();
  const format = item.schemaFormat() ?? "";
  const isForeign = /avro|protobuf|raml/i.test(format);
  const part = (label, content) =>
    html`<p class="subhead">${label}</p>
      ${content}`;
  return html`<li>
    ${heading(id, item.name() ?? item.id(), site)}
    ${(item.summary() ?? item.title()) && html`<p>${item.summary() ?? item.title()}</p>`}
    ${facts([
      fact(words.event, addressOf(item, site) && messageName(item, site)),
      fact(words.contentType, item.contentType() && html`<code>${item.contentType()}</code>`),
      isForeign && fact(words.schemaFormat, html`<code>${format}</code>`),
      fact(words.correlationId, item.correlationId() && html`<code>${item.correlationId().location()}</code>`),
      tags(item, words),
    ])}
    ${described(item.description())}
    ${payload !== undefined && part(words.payload, isForeign ? code(format, payload) : fieldList(payload, id, site))}
    ${headers !== undefined && fold(words.headers, fieldList(headers, `${id}.headers`, site))}
    ${item
      .examples()
      .all()
      .map((one, index) => example(one, index, site))}${bindings(item, site)}
  </li>`;
}

function part(id, title, items, draw, site) {
  return (
    items.length > 0 &&
    html`<section class="part">
      <h2 id="${id}"><a class="self" href="#${id}" aria-label="${site.words.linkTo} ${title}">#</a>${title}</h2>
      <ul class="rules reference">
        ${items.map((item) => draw(item, site))}
      </ul>
    </section>`
  );
}

/** What stands between the frame of the catalogue's pages; the ids of its parts are the outline. */
function page(asyncapi, site) {
  const { words } = site;
  const info = asyncapi.info();
  const contact = info.contact();
  const docs = info.externalDocs();
  const outside = (url, label) =>
    /^https?:\/\//.test(url ?? "")
      ? html`<a href="${url}" rel="noopener noreferrer nofollow">${label ?? url}</a>`
      : label;
  return html`<header class="head">
      <p class="kind">AsyncAPI ${asyncapi.version()}</p>
      <h1>${info.title()}</h1>
    </header>
    <div class="prose">${described(info.description())}</div>
    ${facts([
      fact(words.version, info.version()),
      fact(words.id, info.id() && html`<code>${info.id()}</code>`),
      fact(words.licence, info.license() && outside(info.license().url(), info.license().name())),
      fact(words.contact, contact && outside(contact.url(), contact.name() ?? contact.email())),
      fact(words.contentType, asyncapi.defaultContentType() && html`<code>${asyncapi.defaultContentType()}</code>`),
      fact(words.document, html`<code class="file">${site.file}</code>`),
      fact(words.externalDocs, docs && outside(docs.url(), docs.description())),
      tags(info, words),
    ])}
    ${part("servers", words.servers, asyncapi.servers().all(), server, site)}
    ${part("channels", words.channels, asyncapi.channels().all(), channel, site)}
    ${part("operations", words.operations, asyncapi.operations().all(), operation, site)}
    ${part("messages", words.messages, asyncapi.messages().all(), message, site)}`;
}

/** One AsyncAPI document as the official parser reads it: a part of a page per language. */
// oxlint-disable-next-line import/no-default-export -- the generator calls a template's default export
export default function reference({ asyncapi, params }) {
  const { words, ...site } = JSON.parse(params.site);
  return Object.entries(words).map(([language, own]) => (
    <File name={`${language}.html`}>
      <Text>{page(asyncapi, { ...site, words: own, ids: new Set() })[markup]}</Text>
    </File>
  ));
}
