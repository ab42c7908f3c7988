/** Which of an output's representations is shown, and how: the richest that we can draw, in Jupyter's order. */

import type { BlobReference, DisplayOutput, Json, MimeBundle } from "../runtime/outputs"

export type Kind =
  | "html"
  | "javascript"
  | "markdown"
  | "latex"
  | "image"
  | "svg"
  | "media"
  | "json"
  | "text"
  | "widget"
  | "plotly"
  | "vega"
  | "bokeh"
  | "pdf"

const ORDER: readonly (readonly [mime: string, kind: Kind])[] = [
  ["application/vnd.jupyter.widget-view+json", "widget"],
  ["application/vnd.plotly.v1+json", "plotly"],
  ["application/vnd.bokehjs_exec.v0+json", "bokeh"],
  ["application/vnd.bokehjs_load.v0+json", "bokeh"],
  ["application/vnd.vega.v6+json", "vega"],
  ["application/vnd.vega.v5+json", "vega"],
  ["application/vnd.vegalite.v6+json", "vega"],
  ["application/vnd.vegalite.v6.json", "vega"], // as Altair 6 spells it
  ["application/vnd.vegalite.v5+json", "vega"],
  ["application/vnd.vegalite.v4+json", "vega"],
  ["text/html", "html"],
  ["text/markdown", "markdown"],
  ["text/latex", "latex"],
  ["image/svg+xml", "svg"],
  ["image/png", "image"],
  ["image/jpeg", "image"],
  ["image/webp", "image"],
  ["image/gif", "image"],
  ["video/mp4", "media"],
  ["video/webm", "media"],
  ["audio/mpeg", "media"],
  ["audio/wav", "media"],
  ["audio/ogg", "media"],
  ["application/pdf", "pdf"],
  ["application/javascript", "javascript"],
  ["text/javascript", "javascript"],
  ["application/json", "json"],
  ["text/plain", "text"],
]

const KINDS: ReadonlyMap<string, Kind> = new Map(ORDER)

export type Part = Readonly<{ mime: string; kind: Kind; value: Json; blob: null }> | BlobPart
export type BlobPart = Readonly<{ mime: string; kind: Kind; value: null; blob: BlobReference }>

/** The part to show, or null when there is none that we can draw. */
export function richestPart(output: DisplayOutput): Part | null {
  for (const [mime] of ORDER) {
    const part = partOf(output, mime)
    if (part) return part
  }
  return null
}

/** The part of this type, if the output has it and we can draw it. */
export function partOf(output: DisplayOutput, mime: string): Part | null {
  const kind = KINDS.get(mime)
  const blob = output.blobs?.[mime]
  const value = output.data[mime]
  if (!kind) return null
  if (blob) return { mime, kind, value: null, blob }
  return value === undefined ? null : { mime, kind, value, blob: null }
}

/** The types that an output has, for the sentence that says we can show none of them. */
export function mimeTypes(output: DisplayOutput): string[] {
  return [...new Set([...Object.keys(output.data), ...Object.keys(output.blobs ?? {})])]
}

/** The packages that pip has changed under the session, as it tells a notebook of Colab or ours. */
export function changedPackages(output: DisplayOutput): string[] {
  const told = output.data["application/vnd.colab-display-data+json"] as { pip_warning?: { packages?: Json } } | null
  const names = told?.pip_warning?.packages
  return Array.isArray(names) ? names.map(String) : []
}

/** The text of a part; nbformat allows a list of lines in its place. */
export function partText(value: Json): string {
  if (typeof value === "string") return value
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("")
  return JSON.stringify(value)
}

/** An `src` for an image or a recording that came as base64 (or, for SVG, as text). */
export function dataUrl(mime: string, value: Json): string {
  const text = partText(value)
  if (mime === "image/svg+xml") return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`
  return `data:${mime};base64,${text.replace(/\s/g, "")}`
}

/** The size that the program asked for (`metadata["image/png"].width`), if it is a sensible one. */
export function askedSize(metadata: MimeBundle, mime: string): { width?: number; height?: number } {
  const asked = metadata[mime]
  if (asked === null || typeof asked !== "object" || Array.isArray(asked)) return {}
  const { width, height } = asked
  return { ...(isSize(width) && { width }), ...(isSize(height) && { height }) }
}

function isSize(value: Json | undefined): value is number {
  return typeof value === "number" && value > 0 && value <= 20_000
}
