/**
 * The program inside a sandboxed frame: shows the outputs that the page sends, runs their scripts, tells its height.
 *
 * It shares its world with the outputs' own scripts, so it keeps no secret and the page believes nothing that it says.
 */

import "../../ui/theme.css"
import "../outputs.css"
import "./frame.css"

import { CONNECT, type FrameCommand, type FrameItem, type FrameReport, READY } from "./messages"
import { insertHtml, runJavaScript } from "./scripts"

const LOOK_AGAIN_MILLISECONDS = 1_000
const LONGEST_LOAD_MILLISECONDS = 15_000

const root = document.createElement("main")
const places: HTMLElement[] = []
let port: MessagePort | null = null
let work: Promise<void> = Promise.resolve()
let toldHeight = -1

window.addEventListener("message", (event) => {
  if (port !== null || event.source !== window.parent || event.data !== CONNECT) return
  port = event.ports[0] ?? null
  port?.addEventListener("message", ({ data }: MessageEvent<FrameCommand>) => obey(data))
  port?.start()
  tellHeight()
})
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) report({ type: "escape" })
})

document.body.append(root)
new ResizeObserver(tellHeight).observe(root)
setInterval(tellHeight, LOOK_AGAIN_MILLISECONDS) // frames out of sight get no news from their ResizeObserver
window.parent.postMessage(READY, "*")

function obey(command: FrameCommand): void {
  if (command.type === "theme") setTheme(command.theme)
  else if (command.type === "length") work = work.then(() => forget(command.length))
  else work = work.then(() => show(command.at, command.item)).then(tellHeight, tellHeight)
}

function setTheme(theme: "light" | "dark"): void {
  document.documentElement.dataset["theme"] = theme
  document.documentElement.setAttribute("theme", theme) // what outputs written for Colab look at
}

/** Shows an output; the next waits until the scripts of this one are loaded, but not for ever. */
async function show(at: number, item: FrameItem): Promise<void> {
  const place = document.createElement("div")
  place.className = "output"
  const old = places[at]
  if (old) old.replaceWith(place)
  else root.append(place)
  places[at] = place
  if (item.kind === "javascript") return runJavaScript(place, item.source)

  const inserted = insertHtml(place, item.source)
  tellHeight()
  await Promise.race([inserted, new Promise((resolve) => setTimeout(resolve, LONGEST_LOAD_MILLISECONDS))])
}

function forget(length: number): void {
  for (const place of places.splice(length)) place.remove()
  tellHeight()
}

function tellHeight(): void {
  const height = Math.max(root.scrollHeight, Math.ceil(root.getBoundingClientRect().height))
  if (height === toldHeight || port === null) return
  toldHeight = height
  report({ type: "height", height })
}

function report(message: FrameReport): void {
  port?.postMessage(message)
}
