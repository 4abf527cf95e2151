// The door without a connection: today's vouchers are kept on the telephone as hashes, scans are
// written down and sent when there is a connection again. Each has a key, so it counts once.

const form = document.querySelector("[data-scan]");
const box = document.querySelector("[data-door]");
const words = box?.dataset ?? {};
const place = `door ${words.operator}`;
const read = (name, otherwise) => {
  try {
    return JSON.parse(localStorage.getItem(`${place} ${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
};
const write = (name, value) => localStorage.setItem(`${place} ${name}`, JSON.stringify(value));
// As the server reads a code: the last part of a link, letters and digits alone.
const clean = (text) =>
  text
    .trim()
    .replace(/\/+$/, "")
    .split("/")
    .pop()
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .slice(0, 12);
const hash = async (text) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))].map((each) => each.toString(16).padStart(2, "0")).join("");

function show() {
  const waiting = read("queue", []).length;
  const told = box.querySelector("[data-waiting]");
  told.hidden = !waiting;
  told.querySelector("strong").textContent = waiting;
}

function say(good, title, text) {
  const verdict = box.querySelector("[data-verdict]");
  verdict.hidden = false;
  verdict.className = `verdict ${good ? "verdict-yes" : "verdict-no"}`;
  const [heading, reason] = [document.createElement("h2"), document.createElement("p")];
  heading.textContent = title;
  reason.textContent = text;
  reason.className = "verdict-name";
  verdict.replaceChildren(heading, reason);
}

async function keep(code, key, quantity) {
  const book = read("book", { day: "", vouchers: {} });
  const known = book.vouchers[await hash(clean(code))];
  if (!known) return say(false, words.stop, words.unknown);
  if (!known.left) return say(false, words.stop, words.used);
  const coming = Math.min(Number(quantity) || known.left, known.left);
  known.left -= coming;
  write("book", book);
  write("queue", [...read("queue", []), { code: clean(code), key, quantity: coming, day: book.day }]);
  say(true, `${words.come} × ${coming}`, `${known.what}. ${words.kept}`);
  show();
}

async function send() {
  const queue = read("queue", []);
  if (queue.length) {
    const answer = await fetch(words.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify(queue),
    });
    if (!answer.ok) return;
    const { scans } = await answer.json();
    const refused = scans.filter((each) => !each.taken);
    const done = new Set(scans.map((each) => each.key));
    write("queue", read("queue", []).filter((each) => !done.has(each.key)));
    if (refused.length) say(false, words.refused, refused.map((each) => each.said).join(" "));
    show();
  }
  const book = await fetch(words.book);
  if (book.ok) write("book", await book.json());
}

async function begin() {
  show();
  const query = new URLSearchParams(location.search);
  if (query.has("kept")) {
    history.replaceState(null, "", location.pathname);
    await keep(query.get("kept"), query.get("key") || crypto.randomUUID(), query.get("quantity"));
    form.elements.key.value = crypto.randomUUID();
    form.elements.code.value = "";
  }
  await send().catch(() => {});
  box.dataset.ready = "1";
}

if (form && box && "serviceWorker" in navigator && globalThis.crypto?.subtle) {
  navigator.serviceWorker.register(words.worker, { scope: words.scope }).catch(() => {});
  addEventListener("online", () => send().catch(() => {}));
  setInterval(() => send().catch(() => {}), 60000);
  begin();
}
