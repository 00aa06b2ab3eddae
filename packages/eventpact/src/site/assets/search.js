// Looks through the index. Comes with it, when somebody begins to search.
(() => {
  /** Without accents and case, so that `munchen` finds `München`, and a syllable of Hangul is found while it is typed. */
  const fold = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ß", "ss").replaceAll("ẞ", "ss").toLowerCase();
  const prepared = new WeakMap();

  const name = (text) => ({
    plain: fold(text),
    words: fold(text.replace(/([a-z\d])([A-Z])/g, "$1 $2"))
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean),
  });

  function prepare(entries) {
    const known = prepared.get(entries);
    if (known) return known;
    const made = entries.map(([kind, label, path, summary, fields = [], more = ""]) => ({
      hit: { kind, name: label, href: path, summary },
      name: name(label),
      text: fold(`${summary} ${more}`),
      fields: fields.map((field) => {
        const [fieldPath, anchor = fieldPath, values = ""] = typeof field === "string" ? [field] : field;
        return {
          path: fieldPath,
          anchor: anchor || fieldPath,
          whole: name(fieldPath),
          last: name(fieldPath.split(".").at(-1)),
          text: fold(values),
        };
      }),
    }));
    prepared.set(entries, made);
    return made;
  }

  /** How well a name answers one word of the query: the whole, its beginning, a word's beginning, anywhere. */
  function score({ plain, words }, word) {
    if (plain === word) return 100;
    if (plain.startsWith(word)) return 80;
    if (words.some((part) => part.startsWith(word))) return 60;
    return plain.includes(word) ? 35 : 0;
  }

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  /** What answers at least so many words of the query. */
  function hitsWith(enough, asked, all, fieldKind) {
    const hits = [];
    const told = (points) => points.filter((one) => one > 0).length >= enough;
    for (const entry of all) {
      const points = asked.map((word) => score(entry.name, word) || (entry.text.includes(word) ? 12 : 0));
      if (told(points)) hits.push({ ...entry.hit, points: sum(points) / asked.length + 12 });
      for (const field of entry.fields) {
        const own = asked.map(
          (word) =>
            Math.max(score(field.last, word) * 0.9, score(field.whole, word) * 0.6) ||
            (field.text.includes(word) ? 40 : 0),
        );
        if (!own.some((one) => one > 0)) continue;
        const best = own.map((one, index) => one || score(entry.name, asked[index]) * 0.2);
        if (told(best))
          hits.push({
            points: sum(best) / asked.length,
            kind: fieldKind,
            name: field.path,
            href: `${entry.hit.href}#${field.anchor}`,
            summary: entry.hit.name,
          });
      }
    }
    return hits;
  }

  /** The best hits for a query: those that answer all its words, else those that answer most. */
  window.eventpactFind = (entries, query, fieldKind) => {
    const asked = fold(query)
      .split(/[\s,;:!?"'`“”„‘’«»()<>{}_\u2192-]+/)
      .filter((word) => word !== "");
    const all = prepare(entries);
    for (let enough = asked.length; enough > 0; enough -= 1) {
      const hits = hitsWith(enough, asked, all, fieldKind);
      if (hits.length > 0)
        return hits.sort((a, b) => b.points - a.points || a.name.length - b.name.length).slice(0, 24);
    }
    return [];
  };
})();
