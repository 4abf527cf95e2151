// Has the vouchers that this device keeps ready for when there is no connection, and forgets them.
const PAGES = "wallet pages";
const box = document.querySelector("[data-wallet]");

async function ready() {
  await navigator.serviceWorker.register(box.dataset.worker, { scope: box.dataset.scope });
  await navigator.serviceWorker.ready;
  const cache = await caches.open(PAGES);
  const paths = [...new Set([box.dataset.scope, ...[...document.querySelectorAll("[data-keep]")].map((each) => each.dataset.keep)])];
  await Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(path);
      if (answer.ok && answer.headers.get("X-Keep") === "yes") await cache.put(path, answer);
    }),
  );
  box.querySelector("[data-ready]").hidden = false;
}

async function forget(form) {
  await caches.delete(PAGES);
  document.cookie = "bookings=; max-age=0; path=/";
  const gone = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (gone?.ok) location.assign(box.dataset.scope);
  else box.replaceChildren(box.querySelector("[data-forgotten]").content);
}

if (box && "serviceWorker" in navigator && "caches" in globalThis) {
  if (box.dataset.wallet) ready().catch(() => {});
  box.querySelector("[data-forget]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    forget(event.target);
  });
}
