/**
 * Which outputs go into the cell's frame, and in what form.
 *
 * All outputs from the first that needs a frame to the last go there, so that they stay in their order and share one
 * world; what the page could show itself is sent as finished HTML.
 */

import { words } from "../lib/i18n"
import { isRecord } from "../runtime/comms"
import type { DisplayOutput, Output } from "../runtime/outputs"
import type { FrameItem } from "./frame/messages"
import { askedSize, dataUrl, type Kind, mimeTypes, type Part, partOf, partText, richestPart } from "./mime"
import { loadExtras, renderMarkdown } from "./markdown"
import { partDataUrl, PartMissing, partValue } from "./parts"
import { isStaticHtml } from "./sanitize"
import { StreamText } from "./streamText"

/** The outputs of a cell: those before the frame, in it, and after it. */
export type Layout = Readonly<{ before: readonly Output[]; framed: readonly Output[]; after: readonly Output[] }>

export function layOut(outputs: readonly Output[]): Layout {
  const first = outputs.findIndex(needsFrame)
  if (first === -1) return { before: outputs, framed: [], after: [] }
  const end = outputs.findLastIndex(needsFrame) + 1
  return { before: outputs.slice(0, first), framed: outputs.slice(first, end), after: outputs.slice(end) }
}

/** What is drawn by a program. */
const ACTIVE: ReadonlySet<Kind> = new Set(["javascript", "widget", "plotly", "vega", "bokeh"])

const known = new WeakMap<Output, boolean>()

export function needsFrame(output: Output): boolean {
  const answer = known.get(output) ?? isActive(output)
  known.set(output, answer)
  return answer
}

function isActive(output: Output): boolean {
  if (output.output_type === "stream" || output.output_type === "error") return false
  const part = richestPart(output)
  if (part && ACTIVE.has(part.kind)) return true
  return part?.kind === "html" && (part.blob !== null || !isStaticHtml(partText(part.value)))
}

/** What the frame gets for `output`; a part that cannot be fetched becomes the sentence that says so. */
export async function frameItem(output: Output, notebook: string): Promise<FrameItem> {
  try {
    return await itemOf(output, notebook)
  } catch (problem) {
    if (problem instanceof PartMissing) return sentence(words.outputs.notFetched)
    throw problem
  }
}

async function itemOf(output: Output, notebook: string): Promise<FrameItem> {
  if (output.output_type === "stream") return terminal(output.text, output.name)
  if (output.output_type === "error") return terminal(errorText(output.ename, output.evalue, output.traceback), "error")
  const part = richestPart(output)
  if (part === null) return sentence(words.outputs.cannotShow(mimeTypes(output).join(", ")))
  if (part.kind === "image" || part.kind === "svg" || part.kind === "media") {
    const source = part.blob ? await partDataUrl(notebook, part) : dataUrl(part.mime, part.value)
    return picture(output, part, source)
  }
  if (part.kind === "widget") return widget(part)
  if (part.kind === "bokeh") return bokeh(output, part, notebook)
  return textItem(part, partText(await partValue(notebook, part)))
}

async function textItem(part: Part, text: string): Promise<FrameItem> {
  switch (part.kind) {
    case "javascript":
    case "html":
    case "plotly":
    case "vega":
      return { kind: part.kind, source: text }
    case "markdown":
    case "latex":
      await loadExtras(text)
      return { kind: "html", source: renderMarkdown(text, {}, "mathml") }
    default:
      return terminal(text, "text")
  }
}

function widget(part: Part): FrameItem {
  const { model_id: model } = isRecord(part.value) ? part.value : {}
  if (typeof model !== "string") return sentence(words.outputs.cannotShow(part.mime))
  return { kind: "widget", source: model, fallback: words.outputs.widgetGone, missing: words.outputs.widgetMissing }
}

/** Bokeh sends the place of a plot as HTML and what draws it as a script beside its own type. */
async function bokeh(output: DisplayOutput, part: Part, notebook: string): Promise<FrameItem> {
  const textOf = async (mime: string): Promise<string> => {
    const found = partOf(output, mime)
    return found ? partText(await partValue(notebook, found)) : ""
  }
  const [html, script] = await Promise.all([textOf("text/html"), textOf("application/javascript")])
  const isLoading = part.mime === "application/vnd.bokehjs_load.v0+json"
  return { kind: "bokeh", source: JSON.stringify({ html, script, isLoading }) }
}

/** What a widget drew, for the frame that it is in; none of it names parts that are kept elsewhere. */
export async function drawnItems(outputs: unknown, notebook: string): Promise<FrameItem[]> {
  if (!Array.isArray(outputs)) return []
  const drawn = outputs.filter(isRecord).map(async (output) => {
    const own = { ...output }
    delete own["blobs"]
    const item = await frameItem(own as unknown as Output, notebook).catch(() => null)
    return item ? [item] : []
  })
  return (await Promise.all(drawn)).flat()
}

/** The text of an error: its traceback, or what there is of it. */
export function errorText(name: string, value: string, traceback: readonly string[]): string {
  return traceback.length > 0 ? traceback.join("\n") : `${name}: ${value}`
}

function terminal(text: string, kind: string): FrameItem {
  const stream = new StreamText()
  stream.element.classList.add(kind)
  stream.show(text)
  return { kind: "html", source: stream.element.outerHTML }
}

function picture(output: DisplayOutput, part: Part, source: string): FrameItem {
  const element = document.createElement(
    part.kind !== "media" ? "img" : part.mime.startsWith("video/") ? "video" : "audio",
  )
  if (element instanceof HTMLMediaElement) element.controls = true
  else Object.assign(element, { alt: words.outputs.image, ...askedSize(output.metadata, part.mime) })
  element.setAttribute("src", source)
  return { kind: "html", source: element.outerHTML }
}

function sentence(text: string): FrameItem {
  const paragraph = document.createElement("p")
  paragraph.textContent = text
  return { kind: "html", source: paragraph.outerHTML }
}
