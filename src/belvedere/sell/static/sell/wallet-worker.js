// Keeps the traveller's vouchers for when there is no connection. `known` stands in front of this
// file: the wallet's address and what its pages need. A page is kept only if the server says that
// this device keeps the booking, and all are thrown away when it says that it keeps none.
const ASSETS = `wallet ${known.assets.join(" ")}`;
const PAGES = "wallet pages";
const PATIENCE = 4000; // At a trail head a connection may be there and bring nothing.

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(ASSETS)
      .then((cache) => Promise.all(known.assets.map((each) => cache.add(each).catch(() => {}))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((each) => each.startsWith("wallet ") && ![ASSETS, PAGES].includes(each)).map((each) => caches.delete(each))))
      .then(() => self.clients.claim()),
  );
});

async function fresh(request, path) {
  const answer = await fetch(request);
  const keep = answer.headers.get("X-Keep");
  if (keep === "none") await caches.delete(PAGES);
  if (keep === "yes" && answer.ok && !answer.redirected) await (await caches.open(PAGES)).put(path, answer.clone());
  return answer;
}

// From the network while there is one, so that it is never old; otherwise what is kept.
async function page(request, path) {
  const cache = await caches.open(PAGES);
  const kept = (await cache.match(path)) ?? (await cache.match(known.page));
  const asked = fresh(request, path);
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([asked.catch(() => kept), late]);
}

async function asset(request) {
  const cache = await caches.open(ASSETS);
  return (await cache.match(request)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "GET" && request.mode === "navigate" && url.pathname.startsWith(known.page)) event.respondWith(page(request, url.pathname));
  else if (known.assets.includes(url.pathname)) event.respondWith(asset(request));
});
