import { anchorFor } from "../addresses.ts";
import type { Facts, RuleEntry } from "../facts/facts.ts";
import { html, type Html } from "../markup/html.ts";
import { inlineMarkdown, markdown } from "../markup/markdown.ts";
import type { Page, View } from "./view.ts";
import { pageHead, section } from "./view.ts";

export function diagnosticsPage(all: Facts): Page {
  return { path: "diagnostics.html", section: "diagnostics", title: (words) => words.nav.diagnostics, body };

  function body(view: View): Html {
    const { words } = view;
    const groups = [...Map.groupBy(all.rules, ({ category }) => category)];
    return html`${pageHead(words.all(all.rules.length), "rule", words.nav.diagnostics, undefined, words.diagnostics.lead)}
    ${groups.map(([category, rules]) =>
      section(
        view,
        `sec-${anchorFor(category)}`,
        words.diagnostics.category[category] ?? category,
        html`<ul class="rules">
          ${rules.map((rule) => ruleItem(view, rule))}
        </ul>`,
      ),
    )}`;
  }
}

function ruleItem(view: View, rule: RuleEntry): Html {
  const id = anchorFor(rule.code);
  return html`<li id="${id}">
    <h3>
      <a class="self" href="#${id}" aria-label="${view.words.linkTo(rule.code)}">#</a><code>${rule.code}</code>
      <span class="severity ${rule.severity}">${view.words.diagnostics.severity[rule.severity]}</span>
    </h3>
    <p><strong>${inlineMarkdown(rule.title)}</strong></p>
    <div class="words">${markdown(rule.why)}</div>
  </li>`;
}
