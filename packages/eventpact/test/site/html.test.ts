import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fromGenerator, html, render } from "../../src/site/markup/html.ts";
import { highlight } from "../../src/site/markup/highlight.ts";
import { markdown } from "../../src/site/markup/markdown.ts";

const text = (page: ReturnType<typeof html>): string => render(page);

describe("the template", () => {
  test("escapes every value, in text and in attributes", () => {
    const bad = `"><script>alert('x')</script>&`;
    expect(text(html`<a title="${bad}">${bad}</a>`)).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">' +
        "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</a>",
    );
  });

  test("keeps markup of its own, flattens lists, and shows nothing for nothing", () => {
    expect(text(html`<p>${[html`<b>${1}</b>`, "&", undefined, null, false, ["a", "b"]]}</p>`)).toBe(
      "<p><b>1</b>&amp;ab</p>",
    );
  });

  test("takes no value for markup that only looks like it", () => {
    const forged = JSON.parse('{"markup":"<b>","toString":"<b>"}') as never;
    expect(() => text(html`${forged}`)).toThrow();
  });

  test("refuses a template in which escaping would not help", () => {
    expect(() => html`<a href=${"x"}>y</a>`).toThrow(/unquoted/);
    expect(() => html`<${"b"}>y`).toThrow(/unquoted/);
    expect(
      () =>
        html`<script>
          ${"x"};
        </script>`,
    ).toThrow(/script/);
    expect(
      () =>
        html`<style>
          ${"x"}
        </style>`,
    ).toThrow(/style/);
  });

  test("shows characters that reorder or hide text as replacements", () => {
    expect(text(html`${"a\u202eb\u0000c\ud800"}`)).toBe("a\ufffdb\ufffdc\ufffd");
  });
});

test("what the generator made is taken as it is, unless something in it could run", () => {
  expect(text(fromGenerator('<p id="a">&lt;script&gt; onclick=&quot;</p>'))).toBe(
    '<p id="a">&lt;script&gt; onclick=&quot;</p>',
  );
  for (const bad of ["<script>", "<p onclick=x>", '<a href="javascript:x">', "<IFRAME>", "<style>", "<form>"])
    expect(() => fromGenerator(`<p>${bad}</p>`)).toThrow(/the generator's page holds/);
});

const TAGS = "p ul ol li code pre em strong s a br hr blockquote i div table thead tbody tr th td".split(" ");

describe("descriptions", () => {
  const shown = (source: string): string => text(markdown(source)).replaceAll(/\s*\n\s*/g, "");

  test("have paragraphs, lists, code, emphasis and links", () => {
    expect(shown("One *two* **three** `a<b`.\n\n- x\n- [y](https://example.com/?a=1&b=2)\n\n1. z")).toBe(
      "<p>One <em>two</em> <strong>three</strong> <code>a&lt;b</code>.</p><ul><li>x</li><li>" +
        '<a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer nofollow">y</a></li></ul>' +
        '<ol start="1"><li>z</li></ol>',
    );
  });

  test("have tables, with the side their columns stand on, and struck-out text", () => {
    expect(shown("| Code | Means |\n| --- | ---: |\n| `A` | *one* \\| two |\n| <b> |\n\n~~gone~~")).toBe(
      '<div class="wide" tabindex="0"><table><thead><tr><th scope="col" class="left">Code</th>' +
        '<th scope="col" class="right">Means</th></tr></thead><tbody><tr><td class="left"><code>A</code></td>' +
        '<td class="right"><em>one</em> | two</td></tr><tr><td class="left">&lt;b&gt;</td><td class="right"></td></tr>' +
        "</tbody></table></div><p><s>gone</s></p>",
    );
  });

  test("are read as CommonMark reads them: nested lists, references, entities, breaks", () => {
    expect(shown("1. a\n   - b\n\n[c][d] &amp; e\\\nf\n\n[d]: https://example.com/")).toBe(
      '<ol start="1"><li>a<ul><li>b</li></ul></li></ol><p>' +
        '<a href="https://example.com/" rel="noopener noreferrer nofollow">c</a> &amp; e<br />f</p>',
    );
    expect(shown("See https://example.com/x.")).toBe(
      '<p>See <a href="https://example.com/x" rel="noopener noreferrer nofollow">https://example.com/x</a>.</p>',
    );
  });

  test("keep fenced code as it is and make headings no part of the page's outline", () => {
    expect(shown('# Title\n\n```json\n{ "a": 1 }\n```')).toBe(
      '<p class="subhead">Title</p><pre tabindex="0"><code>{ <i class="k">&quot;a&quot;</i>: <i class="n">1</i> }</code></pre>',
    );
  });

  test("leave names with underscores and lone marks alone", () => {
    expect(shown("snake_case_name, 2 * 3 * 4, a ` b")).toBe("<p>snake_case_name, 2 * 3 * 4, a ` b</p>");
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "/local", "JaVaScRiPt:x"])(
    "never link to %s",
    (target) => {
      expect(shown(`[a](${target})`)).not.toContain("href");
    },
  );

  test("never let markup through, whatever is written", () => {
    const pieces = fc.constantFrom(
      "<script>",
      "<img src=x onerror=y>",
      "[a](",
      "javascript:x)",
      "`",
      "```",
      "*",
      "\n",
      "> ",
      "- ",
      '"',
      "'",
      "x",
      'https://a.b/"onload=',
      "<https://a>",
      "| a | b |\n| :-: | - |\n",
      "| x |",
      "~~",
      "![",
      "&lt;script&gt;",
      "[a]: javascript:x\n",
      "1. ",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const out = text(markdown(parts.join("")));
        const tags = [...out.matchAll(/<\/?([a-z0-9]+)([^>]*)>/g)];
        expect(out.replaceAll(/<\/?[a-z0-9]+[^<>]*>/g, "")).not.toMatch(/[<>]/);
        for (const [, tag, attributes] of tags) {
          expect(TAGS).toContain(tag);
          expect(attributes).toMatch(
            /^( href="(https?:\/\/|mailto:)[^"<>]*" rel="[a-z ]*"| start="\d+"|( scope="col")?( class="[a-z]+")?( tabindex="0")?| \/)$/,
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  test("are read however long they are: a scan that turned back would not end within the test's time", () => {
    for (const piece of ["*a ", "[a](", "![a](", "`", "> ", "_", "<h", "- ", "|a", "| a |\n", "~~a"]) {
      const source = piece.repeat(40_000);
      expect(text(markdown(source)).length).toBeGreaterThan(0);
    }
  });

  test("show a picture as a link to it, so that a page loads nothing from elsewhere", () => {
    expect(shown("See ![how it works](https://example.com/a.png) and ![](https://example.com/b.png)!")).toBe(
      '<p>See <a href="https://example.com/a.png" rel="noopener noreferrer nofollow">how it works</a> and ' +
        '<a href="https://example.com/b.png" rel="noopener noreferrer nofollow">b.png</a>!</p>',
    );
    expect(shown("![x](javascript:alert)")).toBe("<p>x</p>");
  });
});

test("highlighting changes no character of the code", () => {
  const plain = (markup: string): string => markup.replaceAll(/<[^>]*>/g, "");
  const code = `export interface A { readonly "b-c": string | null; /* it's </pre> */ d?: 'e' }`;
  expect(plain(text(highlight(code, "typescript")))).toBe(text(html`${code}`));
  expect(text(highlight('{"a": [1, "b", true]}', "json"))).toBe(
    '{<i class="k">&quot;a&quot;</i>: [<i class="n">1</i>, <i class="s">&quot;b&quot;</i>, <i class="n">true</i>]}',
  );
});
