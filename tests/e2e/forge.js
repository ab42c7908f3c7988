// What a stranger's output would tell the page, once it has got hold of the frame's port: lies, and a lot of them.
const FORGERIES = [
  null, 1, "escape", [], {}, { type: "height", height: 1e12 }, { type: "height", height: NaN }, { type: "height", height: "9e9" },
  { type: "height", height: { valueOf: "x" } }, { type: "html", html: "<img src=x onerror=alert(1)>" }, { type: "run", code: "1" },
  { type: "navigate", url: "https://evil.example" }, { type: "show", at: 0, item: { kind: "html", source: "<scr" + "ipt>alert(1)</scr" + "ipt>" } },
  { type: "__proto__", polluted: true }, { __proto__: { type: "height", height: 5 } }, { type: "escape" }, { type: "run", execution: "x", code: "x" },
]
const honest = MessagePort.prototype.postMessage
let done = false

MessagePort.prototype.postMessage = function (message, ...rest) {
  honest.call(this, message, ...rest)
  if (done) return
  done = true
  for (let round = 0; round < 300; round++) for (const forgery of FORGERIES) honest.call(this, forgery)
  honest.call(this, { type: "x".repeat(20e6) })
  for (const greeting of ["tomoni-frame-ready", "tomoni-frame-connect", { type: "run" }]) parent.postMessage(greeting, "*")
  document.body.append(Object.assign(document.createElement("pre"), { id: "report", textContent: "sent" }))
}
document.currentScript.after(Object.assign(document.createElement("p"), { textContent: "taller", style: "height: 500px" }))
