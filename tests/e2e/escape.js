// What a stranger's output would try, from inside its frame. Each attempt either fails, or tells what it got.
const APP = "@APP@"
const within = (milliseconds, promise) =>
  Promise.race([promise, new Promise((_, fail) => setTimeout(() => fail(new Error("nothing came")), milliseconds))])
const event = (target, name, failure = "error") =>
  new Promise((resolve, reject) => {
    target.addEventListener(name, () => resolve(name))
    target.addEventListener(failure, () => reject(new Error(failure)))
  })
const added = (tag, attributes) => document.body.appendChild(Object.assign(document.createElement(tag), attributes))
const notNothing = (value) => {
  if (value === null || value === undefined || value === false || value === "denied") throw new Error("nothing")
  return value
}

const ATTEMPTS = {
  "read cookies": () => document.cookie,
  "set a cookie": () => (document.cookie = "tossed=1"),
  "use localStorage": () => localStorage.setItem("a", "b"),
  "use sessionStorage": () => sessionStorage.setItem("a", "b"),
  "use indexedDB": () => event(indexedDB.open("a"), "success"),
  "use the cache": () => caches.open("a"),
  "register a service worker": () => navigator.serviceWorker.register(APP + "/static/worker.js"),
  "have an origin": () => notNothing(self.origin !== "null"),
  "read the page": () => parent.document.body.innerHTML,
  "read the page's address": () => parent.location.href,
  "read the page's boot block": () => top.document.getElementById("boot").textContent,
  "read a neighbouring frame": () => {
    for (let at = 0; at < parent.frames.length; at++) if (parent.frames[at] !== self) return parent.frames[at].document.body
    throw new Error("no neighbour")
  },
  "reach its own frame element": () => notNothing(window.frameElement),
  "set document.domain": () => (document.domain = "localhost"),
  "navigate the page": () => ((top.location.href = "about:blank#taken"), notNothing(null)),
  "navigate the page by a link": () => (added("a", { href: "about:blank#taken", target: "_top" }).click(), notNothing(null)),
  "navigate the page by a form": () => {
    added("form", { action: APP + "/accounts/logout/", method: "post", target: "_top" }).submit()
    throw new Error("see where the page is")
  },
  "fetch with the reader's cookies": async () => (await fetch(APP + "/api/notebooks", { credentials: "include" })).text(),
  "fetch without reading": async () => (await fetch(APP + "/api/notebooks", { mode: "no-cors", credentials: "include" })).type,
  "send XMLHttpRequest": () => {
    const request = new XMLHttpRequest()
    request.open("GET", APP + "/api/notebooks", false)
    request.withCredentials = true
    request.send()
    return request.responseText
  },
  "open a socket": () => event(new WebSocket(APP.replace("http", "ws") + "/ws/notebooks/@NOTEBOOK@"), "open"),
  "listen to events": () => event(new EventSource(APP + "/api/notebooks"), "open"),
  "load a picture of ours": () => event(added("img", { src: APP + "/api/notebooks" }), "load"),
  "frame our pages": async () => {
    const frame = added("iframe", { src: APP + "/" })
    await event(frame, "load")
    return notNothing(frame.contentDocument?.body?.innerHTML || null)
  },
  "start a worker of ours": () => event(new Worker(APP + "/static/worker.js"), "message"),
  "open a window unasked": () => notNothing(window.open(APP + "/")),
  "use the camera": () => navigator.mediaDevices.getUserMedia({ video: true }),
  "use the microphone": () => navigator.mediaDevices.getUserMedia({ audio: true }),
  "capture the screen": () => navigator.mediaDevices.getDisplayMedia(),
  "ask where the reader is": () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
  "read the clipboard": () => navigator.clipboard.readText(),
  "notify": async () => notNothing((await Notification.requestPermission()) === "granted"),
  "fill the screen": () => document.body.requestFullscreen(),
  "lock the pointer": () => document.body.requestPointerLock(),
  "ask for credentials": async () => notNothing(await navigator.credentials.get({ password: true })),
  "ask for payment": () => new PaymentRequest([{ supportedMethods: "x" }], { total: { label: "x", amount: { currency: "EUR", value: "1" } } }).canMakePayment(),
  "ask in a dialog": () => notNothing(confirm("Your password?")),
  "prompt": () => notNothing(prompt("Your password?")),
}

async function outcome(attempt) {
  try {
    return `GOT ${await within(2000, Promise.resolve(attempt()))}`
  } catch (refusal) {
    return `refused: ${refusal && refusal.message}`
  }
}

;(async () => {
  const report = {}
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    try {
      report[name] = await outcome(attempt)
    } catch (refusal) {
      report[name] = `refused: ${refusal.message}`
    }
  }
  // Not by an element that the test would look for: its looking counts as a person's hand, which may open windows.
  console.info(JSON.stringify({ report }))
})()
