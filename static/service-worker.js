// Keeps one whole build of the page, so that it plays without a network. `cargo xtask` writes the build's name and its files
// with their hashes into the three constants.
//
// A build is kept entirely or not at all, each file checked by its hash; a page is answered from the build it was loaded
// from, until the last of its windows is gone. What stands in LATER is large and not needed to play: it is kept when it was
// first asked for.

const BUILD = "";
const FILES = {};
const LATER = {};

const PREFIX = `neurorack ${registration.scope} `;
const KEPT = PREFIX + BUILD;

/** What asks for a file of this build, of which the browser may still have some. */
const asking = ([name, integrity]) => new Request(name, { integrity, cache: "no-cache" });

/** The name of a file of the build, for any address within the scope. */
function nameOf(address) {
  const url = new URL(address);
  if (!url.href.startsWith(registration.scope)) return null;
  const name = decodeURIComponent(url.origin + url.pathname).slice(registration.scope.length);
  return name === "" || name === "index.html" ? "./" : name;
}

async function keep() {
  const cache = await caches.open(KEPT);
  const requests = Object.entries(FILES).map(asking);
  try {
    await cache.addAll(requests);
  } catch (error) {
    await caches.delete(KEPT);
    throw error;
  }
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== KEPT).map((name) => caches.delete(name)));
  // The page that brought this worker is of the same build, or was never kept.
  await clients.claim();
}

async function answer(request, name) {
  const cache = await caches.open(KEPT);
  return (await cache.match(name)) ?? (Object.hasOwn(LATER, name) ? keepNow(cache, name) : fetch(request));
}

async function keepNow(cache, name) {
  const response = await fetch(asking([name, LATER[name]]));
  if (response.ok) await cache.put(name, response.clone());
  return response;
}

// A page that plays nothing yet may ask for the newer build, but not over the head of another window.
async function takeOver() {
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.length <= 1) await skipWaiting();
}

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(takeOver());
});
addEventListener("fetch", (event) => {
  const name = event.request.method === "GET" ? nameOf(event.request.url) : null;
  if (name !== null && (Object.hasOwn(FILES, name) || Object.hasOwn(LATER, name))) event.respondWith(answer(event.request, name));
});
