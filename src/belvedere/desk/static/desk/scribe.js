// Improves the scribe's page: keeps what is typed on the telephone until the server has it, counts
// characters, adds boxes without asking the server. Without it the page works all the same.

const form = document.querySelector("form[data-scribe]");
document.querySelector("[data-focus]")?.focus();

if (form) {
  const place = form.dataset.scribe;
  const boxes = form.querySelector("[data-boxes]");
  const field = (name) => form.elements.namedItem(name);
  const texts = () => [...boxes.querySelectorAll("textarea")];
  // A browser may forbid to keep anything; then the page is as it is without JavaScript.
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null;
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(place);
    } catch {}
  };
  const keep = () => {
    const written = texts().map((box) => box.value);
    if (!written.some((text) => text.trim())) return forget();
    const theme = form.querySelector("[name=theme]:checked")?.value ?? "";
    const copy = { key: field("key").value, session: field("session").value, table: field("table").value, theme, written };
    try {
      localStorage.setItem(place, JSON.stringify(copy));
    } catch {}
  };

  const count = (box) => {
    const longest = Number(box.dataset.longest);
    const length = box.value.trim().replace(/\s+/g, " ").length;
    const told = box.parentElement.querySelector("[data-count]");
    told.textContent = length ? `${length} / ${longest}` : "";
    told.classList.toggle("error", length > longest);
  };
  const another = () => {
    const last = boxes.lastElementChild;
    const fresh = last.cloneNode(true);
    const number = texts().length + 1;
    const box = fresh.querySelector("textarea");
    fresh.querySelector(".error[id]")?.remove();
    fresh.querySelector("label").htmlFor = box.id = `text-${number}`;
    fresh.querySelector("label").textContent = `${form.querySelector("[data-more]").dataset.label} ${number}`;
    box.value = "";
    box.removeAttribute("aria-invalid");
    box.setAttribute("aria-describedby", "text-hint");
    boxes.append(fresh);
    count(box);
    return box;
  };

  const copy = kept();
  if (copy && copy.key === form.dataset.sent) forget();
  else if (copy && texts().every((box) => !box.value.trim())) {
    // The same key as before: if the server has it after all, it stays one contribution.
    field("key").value = copy.key;
    field("session").value = copy.session;
    field("table").value = copy.table;
    for (const radio of form.querySelectorAll("[name=theme]")) radio.checked = radio.value === copy.theme;
    copy.written.forEach((text, at) => {
      (texts()[at] ?? another()).value = text;
    });
    document.querySelector("[data-restored]").hidden = false;
  }
  texts().forEach(count);

  form.addEventListener("input", (event) => {
    if (event.target.name === "text") count(event.target);
    keep();
  });
  form.querySelector("[data-more]").addEventListener("click", (event) => {
    event.preventDefault();
    another().focus();
  });
  form.addEventListener("submit", (event) => {
    keep();
    document.querySelector("[data-offline]").hidden = navigator.onLine;
    if (!navigator.onLine) event.preventDefault();
  });
  window.addEventListener("online", () => {
    document.querySelector("[data-offline]").hidden = true;
  });
}
