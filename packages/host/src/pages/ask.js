export const byId = (id) => document.getElementById(id);
export const time = (moment) => new Date(moment).toLocaleString();

/** Shows words where `id` stands, or hides the place. */
export function say(id, words) {
  byId(id).hidden = !words;
  byId(id).textContent = words ?? "";
}

/** Asks this server; a body makes it a POST. Asks the person for a token where the server wants one. */
export async function ask(path, body) {
  const token = sessionStorage.getItem("token");
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.status === 401 && (await askToken())) return ask(path, body);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? response.statusText);
  return answer;
}

function askToken() {
  const dialog = byId("ask-token");
  byId("token").value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const given = dialog.returnValue === "ok" && byId("token").value !== "";
        if (given) sessionStorage.setItem("token", byId("token").value);
        resolve(given);
      },
      { once: true },
    );
  });
}
