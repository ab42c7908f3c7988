/**
 * What the page and a sandboxed frame say to each other, over a MessagePort that only the two of them hold.
 *
 * The page trusts nothing that comes back: `readReport` makes a known, harmless value of a message or drops it.
 */

import { isRecord, type CommFrame, type CommKind, type CommRequest } from "../../runtime/comms"
import type { Json } from "../../runtime/outputs"
import type { ChartKind } from "./charts"

/** `widget`: `source` is the name of the model of which a view is shown, `fallback` what is said where there is none. */
export type FrameItem = Readonly<{
  kind: "html" | "javascript" | "widget" | "bokeh" | ChartKind
  source: string
  fallback?: string
  /** What is said of a widget whose program is not here; the program's name follows. */
  missing?: string
}>

/**
 * What a frame may ask: a widget's state or program, outputs as items, that the kernel hears something, or a waiting
 * cell a value.
 */
export type Question =
  | Readonly<{ what: "model"; model: string }>
  | Readonly<{ what: "module"; module: string }>
  | Readonly<{ what: "draw"; outputs: Json }>
  | Readonly<{ what: "comm"; request: CommRequest }>
  | Readonly<{ what: "value"; wanted: string; json: string }>

/** Page → frame. `access` says whether a kernel hears it; `show` sets one output, `length` forgets those beyond it. */
export type FrameCommand =
  | Readonly<{ type: "access"; allowed: boolean }>
  | Readonly<{ type: "show"; at: number; item: FrameItem }>
  | Readonly<{ type: "length"; length: number }>
  | Readonly<{ type: "theme"; theme: "light" | "dark" }>
  | Readonly<{ type: "answer"; id: number; value: unknown }>
  | Readonly<{ type: "comm"; frame: CommFrame }>
  | Readonly<{ type: "ping" }>

/** Frame → page. */
export type FrameReport =
  | Readonly<{ type: "height"; height: number }>
  | Readonly<{ type: "escape" }>
  | Readonly<{ type: "pong" }>
  | Readonly<{ type: "ask"; id: number; question: Question }>

export const READY = "tomoni-frame-ready"
export const CONNECT = "tomoni-frame-connect"
export const TALLEST = 20_000

export function readReport(message: unknown): FrameReport | null {
  if (typeof message !== "object" || message === null) return null
  const { type, height, id, question } = message as Record<string, unknown>
  if (type === "escape" || type === "pong") return { type }
  if (type === "ask" && typeof id === "number") {
    const asked = readQuestion(question)
    return asked && { type, id, question: asked }
  }
  if (type === "height" && typeof height === "number" && Number.isFinite(height)) {
    return { type, height: Math.min(TALLEST, Math.max(0, Math.ceil(height))) }
  }
  return null
}

const KINDS: ReadonlySet<unknown> = new Set<CommKind>(["comm_open", "comm_msg", "comm_close"])
const LONGEST_NAME = 200
const WANTED = /^[0-9a-f]{32}$/
export const LONGEST_VALUE = 16 * 1024 * 1024

function readQuestion(question: unknown): Question | null {
  if (!isRecord(question)) return null
  const { what, model, module, outputs, request, wanted, json } = question
  if (what === "model" && isName(model)) return { what, model }
  if (what === "module" && isName(module)) return { what, module }
  if (what === "draw" && outputs !== undefined) return { what, outputs }
  if (what === "value") {
    if (typeof wanted !== "string" || !WANTED.test(wanted)) return null
    return typeof json === "string" && json.length <= LONGEST_VALUE ? { what, wanted, json } : null
  }
  const read = what === "comm" ? readRequest(request) : null
  return read && { what: "comm", request: read }
}

function readRequest(request: unknown): CommRequest | null {
  if (!isRecord(request)) return null
  const { type, comm, target, data, metadata, buffers, message } = request
  if (!KINDS.has(type) || !isName(comm) || !isName(target) || !isName(message)) return null
  if (data === undefined || !isRecord(metadata) || !Array.isArray(buffers)) return null
  const bytes = buffers.filter((buffer) => typeof buffer === "string")
  return { type: type as CommKind, comm, target, data, metadata, buffers: bytes, message }
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_NAME
}

/** Lets `burst` messages through at once and `perSecond` for ever. */
export class Allowance {
  private left: number
  private since: number

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.left = burst
    this.since = now()
  }

  take(): boolean {
    const now = this.now()
    this.left = Math.min(this.burst, this.left + ((now - this.since) / 1000) * this.perSecond)
    this.since = now
    if (this.left < 1) return false
    this.left -= 1
    return true
  }
}
