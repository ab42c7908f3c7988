/**
 * The program inside a sandboxed frame: shows the outputs that the page sends, runs their scripts, tells its height.
 *
 * It shares its world with the outputs' own scripts, so it keeps no secret and the page believes nothing that it says.
 */

import "../../ui/theme.css"
import "../outputs.css"
import "./frame.css"

import { MissingProgram } from "./amd"
import { Colab } from "./colab"
import { CONNECT, type FrameCommand, type FrameItem, type FrameReport, READY } from "./messages"
import { Pages } from "./pages"
import { errorNote, insertHtml, runJavaScript } from "./scripts"

const LOOK_AGAIN_MILLISECONDS = 1_000
const LONGEST_LOAD_MILLISECONDS = 15_000

const root = document.createElement("main")
const places: HTMLElement[] = []
let port: MessagePort | null = null
let work: Promise<void> = Promise.resolve()
let toldHeight = -1
const page = new Pages(report, (place, item) => draw(place, item as FrameItem).then(tellHeight))
const colab = new Colab(page, root, tellHeight)

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
colab.offer(window)
new ResizeObserver(tellHeight).observe(root)
setInterval(tellHeight, LOOK_AGAIN_MILLISECONDS) // frames out of sight get no news from their ResizeObserver
window.parent.postMessage(READY, "*")

function obey(command: FrameCommand): void {
  if (command.type === "theme") setTheme(command.theme)
  else if (command.type === "access") colab.isAllowed = command.allowed
  else if (command.type === "answer") page.answered(command.id, command.value)
  else if (command.type === "ping") report({ type: "pong" })
  else if (command.type === "comm") page.heard(command.frame)
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
  else colab.area.append(place)
  places[at] = place
  await draw(place, item)
}

async function draw(place: HTMLElement, item: FrameItem): Promise<void> {
  if (item.kind === "javascript") return runJavaScript(place, item.source)
  if (item.kind === "widget") return drawWidget(place, item)
  if (item.kind === "bokeh") {
    const { drawBokeh } = await import("./bokeh")
    return drawBokeh(place, item.source).catch((problem: unknown) => place.append(errorNote(problem)))
  }
  if (item.kind !== "html") {
    const { drawChart } = await import("./charts")
    return drawChart(item.kind, place, item.source).catch((problem: unknown) => place.append(errorNote(problem)))
  }

  const inserted = insertHtml(place, item.source)
  tellHeight()
  await Promise.race([inserted, new Promise((resolve) => setTimeout(resolve, LONGEST_LOAD_MILLISECONDS))])
}

async function drawWidget(place: HTMLElement, item: FrameItem): Promise<void> {
  try {
    const { showWidget } = await import("./widgets")
    await showWidget(page, item.source, place)
  } catch (problem) {
    const isMissing = problem instanceof MissingProgram
    place.textContent = (isMissing && item.missing ? `${item.missing} ${problem.message}` : item.fallback) ?? ""
  }
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
