import { File, Text } from "@asyncapi/generator-react-sdk";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const markup = Symbol("markup");

/** The renderer puts text out as it is, so every value is escaped here; a list is its parts in a row. */
function html(literals, ...parts) {
  const text = (part) => {
    if (part === undefined || part === null || part === false) return "";
    if (part[markup] !== undefined) return part[markup];
    if (Array.isArray(part)) return part.map(text).join("");
    return String(part).replace(/[&<>"']/g, (character) => ENTITIES[character]);
  };
  return { [markup]: literals.reduce((out, literal, index) => out + text(parts[index - 1]) + literal) };
}

/** Paragraphs and code spans; the catalogue's pages show descriptions in full. */
const paragraphs = (text) =>
  (text ?? "")
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== "")
    .map(
      (part) =>
        html`<p>
          ${part.split(/`([^`]+)`/).map((piece, index) => (index % 2 ? html`<code>${piece}</code>` : piece))}
        </p>`,
    );

const fact = (label, value) =>
  value &&
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;

function bindings(item) {
  const found = item.bindings().all();
  if (found.length === 0) return undefined;
  const values = Object.fromEntries(found.map((binding) => [binding.protocol(), binding.json()]));
  return html`<details class="fold codes">
    <summary>Bindings</summary>
    ${code("Bindings", values)}
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
  if (above.includes(value)) return "(again)";
  if (Array.isArray(value)) return value.map((item) => plain(item, [...above, value]));
  const members = Object.entries(value).filter(([key]) => !key.startsWith("x-parser-"));
  return Object.fromEntries(members.map(([key, item]) => [key, plain(item, [...above, value])]));
}

function messageName(message, site) {
  const name = message.name() ?? message.id();
  const address = site.events[name];
  return address ? html`<a class="ref event" href="${address}">${name}</a>` : html`<code>${name}</code>`;
}

function server(item) {
  return html`<li>
    <h3>${item.id()}</h3>
    <dl class="facts">
      ${fact("Host", html`<code>${item.host()}${item.pathname()}</code>`)}${fact("Protocol", item.protocol())}
    </dl>
    ${paragraphs(item.description())}${bindings(item)}
  </li>`;
}

function channel(item, site) {
  const messages = item.messages().all();
  return html`<li id="channel-${item.id()}">
    <h3>${item.id()}</h3>
    <dl class="facts">
      ${fact("Address", html`<code>${item.address() ?? "–"}</code>`)}${fact(
        "Messages",
        html`<span class="row">${messages.map((message) => messageName(message, site))}</span>`,
      )}
    </dl>
    ${paragraphs(item.description())}
    ${item
      .parameters()
      .all()
      .map((one) => html`<p><code>${one.id()}</code> ${one.description()}</p>`)}
    ${bindings(item)}
  </li>`;
}

function operation(item, site) {
  const messages = item.messages().all();
  const reply = item.reply();
  return html`<li id="operation-${item.id()}">
    <h3>${item.id()}</h3>
    <p>${item.summary()}</p>
    <dl class="facts">
      ${fact("Action", item.action())}${fact(
        "Channel",
        item
          .channels()
          .all()
          .map((one) => html`<code>${one.id()}</code> `),
      )}${fact("Messages", html`<span class="row">${messages.map((message) => messageName(message, site))}</span>`)}${
        reply &&
        fact(
          "Reply",
          html`<span class="row"
            >${reply
              .messages()
              .all()
              .map((message) => messageName(message, site))}</span
          >`,
        )
      }
    </dl>
    ${paragraphs(item.description())}${bindings(item)}
  </li>`;
}

function message(item, site) {
  const payload = item.payload();
  const headers = item.headers();
  return html`<li id="message-${item.id()}">
    <h3>${messageName(item, site)}</h3>
    <p>${item.summary() ?? item.title()}</p>
    ${
      payload &&
      html`<details class="fold codes">
        <summary>Payload</summary>
        ${code("Payload", payload.json())}
      </details>`
    }
    ${
      headers &&
      html`<details class="fold codes">
        <summary>Headers</summary>
        ${code("Headers", headers.json())}
      </details>`
    }
    ${bindings(item)}
  </li>`;
}

function part(title, items, draw) {
  return (
    items.length > 0 &&
    html`<section class="part">
      <h2>${title}</h2>
      <ul class="rules">
        ${items.map(draw)}
      </ul>
    </section>`
  );
}

function page(asyncapi, site) {
  const info = asyncapi.info();
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
        />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title()} · AsyncAPI reference · ${site.title}</title>
        <link rel="stylesheet" href="../assets/site.css" />
        <link rel="icon" href="../assets/icon.svg" />
      </head>
      <body>
        <header class="top">
          <a class="brand" href="../index.html"
            ><img src="../assets/icon.svg" alt="" width="22" height="22" />${site.title}</a
          >
        </header>
        <main id="content" class="alone">
          <header class="head">
            <p class="kind">AsyncAPI ${asyncapi.version()}</p>
            <h1>${info.title()}</h1>
          </header>
          <div class="prose">${paragraphs(info.description())}</div>
          <dl class="facts">
            ${fact("Version", info.version())}${fact("Id", info.id() && html`<code>${info.id()}</code>`)}${fact(
              "Licence",
              info.license()?.name(),
            )}${fact("Content type", asyncapi.defaultContentType())}${fact("Document", html`<code>${site.file}</code>`)}
          </dl>
          ${part("Servers", asyncapi.servers().all(), server)}
          ${part("Channels", asyncapi.channels().all(), (item) => channel(item, site))}
          ${part("Operations", asyncapi.operations().all(), (item) => operation(item, site))}
          ${part("Messages", asyncapi.messages().all(), (item) => message(item, site))}
        </main>
      </body>
    </html> `;
}

/** One AsyncAPI document as the official parser reads it, in the look of the catalogue. */
// oxlint-disable-next-line import/no-default-export -- the generator calls a template's default export
export default function reference({ asyncapi, params }) {
  return (
    <File name="index.html">
      <Text>{page(asyncapi, JSON.parse(params.site))[markup]}</Text>
    </File>
  );
}
