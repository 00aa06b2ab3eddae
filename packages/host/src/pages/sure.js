import { byId, kept } from "/shared/page.js";

/**
 * Asks before something is done, with a reason and a name for the audit trail.
 * `signed`: whether there is such a trail.
 * @returns what to sign with, or undefined where it is not to be done
 */
export function sure({ title, text, go, danger = false, reasonNeeded = false, signed = true }) {
  const dialog = byId("sure");
  byId("sure-title").textContent = title;
  byId("sure-text").textContent = text;
  byId("sure-go").textContent = go;
  byId("sure-go").className = danger ? "danger" : "primary";
  byId("sure-why").textContent = reasonNeeded ? "Reason" : "Reason, if there is one to tell";
  byId("sure-signature").hidden = !signed;
  byId("sure-note").value = "";
  byId("sure-note").required = reasonNeeded;
  byId("sure-by").value = kept.get("operator", "");
  dialog.returnValue = "";
  dialog.showModal();
  byId(signed ? "sure-note" : "sure-go").focus();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue !== "go") return resolve(undefined);
        const by = byId("sure-by").value.trim();
        const note = byId("sure-note").value.trim();
        kept.set("operator", by);
        return resolve({ by: by || "console", ...(note && { note }) });
      },
      { once: true },
    );
  });
}

/** Makes the dialog's buttons work. */
export function asking() {
  byId("sure-form").addEventListener("submit", (event) => {
    event.preventDefault();
    byId("sure").close("go");
  });
  byId("sure-not").addEventListener("click", () => byId("sure").close());
}
