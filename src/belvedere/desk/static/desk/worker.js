// Keeps the scanning page for when there is no connection. `known` stands in front of this file:
// the page's address and what it needs. Nothing else of the desk is kept.
const NAME = `door ${known.assets.join(" ")}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => Promise.all([...known.assets, known.page].map((each) => cache.add(new Request(each, { credentials: "same-origin" })).catch(() => {}))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((each) => each.startsWith("door ") && each !== NAME).map((each) => caches.delete(each))))
      .then(() => self.clients.claim()),
  );
});

// The page from the network while there is one, so that it is never old; from here otherwise.
async function page(request) {
  const cache = await caches.open(NAME);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) await cache.put(known.page, fresh.clone());
    return fresh;
  } catch {
    return (await cache.match(known.page)) ?? Response.error();
  }
}

// A scan that could not be sent goes to the kept page, which writes it down.
async function scan(request) {
  const given = await request.clone().formData();
  try {
    return await fetch(request);
  } catch {
    const query = new URLSearchParams({ kept: given.get("code") ?? "", key: given.get("key") ?? "", quantity: given.get("quantity") ?? "" });
    return Response.redirect(`${known.page}?${query}`, 303);
  }
}

async function asset(request) {
  const cache = await caches.open(NAME);
  return (await cache.match(request)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname === known.page && request.mode === "navigate") event.respondWith(request.method === "POST" ? scan(request) : page(request));
  else if (known.assets.includes(url.pathname)) event.respondWith(asset(request));
});
