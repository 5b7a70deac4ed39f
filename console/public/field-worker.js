// The service worker of the worker's page: opens it without a network, and shows what is pushed. It keeps no answer of the API.
const SHELL = 'jiemu-field'
const PAGE = '/field'
/** A network that has not answered by then is as good as none. */
const PATIENCE_MS = 3_000

/** Keeps the page with all that it names, and drops what an older one named. */
async function keepPage(response) {
  if (!response.ok) return
  const cache = await caches.open(SHELL)
  const html = await response.clone().text()
  const named = [...html.matchAll(/(?:src|href)="(\/(?:assets\/|icon|field)[^"]*)"/g)].map(([, path]) => path)
  const kept = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname))
  await cache.addAll(named.filter(path => !kept.has(path)))
  await cache.put(PAGE, response)
  const needed = new Set([PAGE, ...named])
  for (const path of kept) if (!needed.has(path)) await cache.delete(path)
}

async function page(event) {
  const fresh = fetch(PAGE, { credentials: 'same-origin' })
  event.waitUntil(fresh.then(response => keepPage(response.clone())).catch(() => undefined))
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), PATIENCE_MS))
  try {
    const response = await Promise.race([fresh, late])
    if (response.ok) return response
  } catch {
    // The kept one is as good.
  }
  return (await caches.match(PAGE)) ?? fresh
}

self.addEventListener('install', event => {
  self.skipWaiting()
  event.waitUntil(fetch(PAGE, { cache: 'reload' }).then(keepPage))
})

self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (url.pathname === PAGE || url.pathname.startsWith(`${PAGE}/`)) event.respondWith(page(event))
    return
  }
  if (/^\/(assets\/|icon|field\.webmanifest)/.test(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then(kept => kept ?? fetch(request)))
  }
})

self.addEventListener('push', event => {
  const { id, subject, text } = event.data?.json() ?? {}
  event.waitUntil(
    self.registration.showNotification('街目 移动单兵', {
      body: text,
      tag: id,
      icon: '/icon-192.png',
      data: { subject },
    }),
  )
})

self.addEventListener('notificationclick', event => {
  event.notification.close()
  const job = event.notification.data?.subject ?? ''
  const open = async () => {
    const [client] = await self.clients.matchAll({ type: 'window' })
    if (!client) return self.clients.openWindow(`${PAGE}?${new URLSearchParams({ job, by: 'push' })}`)
    client.postMessage({ job, by: 'push' })
    return client.focus()
  }
  event.waitUntil(open())
})
