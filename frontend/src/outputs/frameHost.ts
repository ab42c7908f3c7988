/**
 * The page's end of a sandboxed frame.
 *
 * The frame says once that it is ready and gets a port; after that only the port is heard. Everything that comes by it
 * was written by strangers: it is limited in rate, read by `readReport`, and used for a height, a key press and what
 * widgets ask. A kernel hears a frame only through `FrameWidgets.comms`, which a frame gets whose outputs are of that
 * kernel's present session.
 */

import type { Json } from "../runtime/outputs"
import {
  Allowance,
  CONNECT,
  type FrameCommand,
  type FrameItem,
  type Question,
  READY,
  readReport,
} from "./frame/messages"
import { currentScheme, watchScheme } from "./theme"
import type { CellWidgets } from "./widgets"

export const FRAME_ADDRESS = "/sandbox/frame"
export const FRAME_PERMISSIONS = "allow-scripts allow-popups allow-downloads"
export const FRAME_FEATURES =
  "camera 'none'; microphone 'none'; geolocation 'none'; display-capture 'none'; payment 'none'"

const BURST = 120
const PER_SECOND = 60
const MOST_QUESTIONS = 2_000 // a form of hundreds of widgets, each with its layout and its style
const QUESTIONS_PER_SECOND = 100
const MOST_OFFENCES = 1_000

type Listener = Readonly<{
  height: (height: number) => void
  escape: () => void
  /** Whether the frame's scripts leave it no time to answer. */
  silent: (isSilent: boolean) => void
}>

const PING_EVERY = 4_000
const PATIENCE = 12_000

/** What a frame may have: what its cell may, and outputs as items. */
export type FrameWidgets = CellWidgets & Readonly<{ draw: (outputs: Json) => Promise<FrameItem[]> }>

export class FrameHost {
  private port: MessagePort | null = null
  private shown: FrameItem[] = []
  private wanted: readonly FrameItem[] = []
  private offences = 0
  /** When the first question was put that has had no answer; a page in the background asks none. */
  private waitingSince: number | null = null
  private readonly allowance = new Allowance(BURST, PER_SECOND)
  private readonly questions = new Allowance(MOST_QUESTIONS, QUESTIONS_PER_SECOND)
  private readonly endings: (() => void)[] = []

  constructor(
    private readonly frame: HTMLIFrameElement,
    private readonly listener: Listener,
    private readonly widgets: FrameWidgets | null = null,
  ) {
    const greet = (event: MessageEvent): void => this.greet(event)
    window.addEventListener("message", greet)
    this.endings.push(() => window.removeEventListener("message", greet))
    const passOn = widgets?.comms?.listen((heard) => this.send({ type: "comm", frame: heard }))
    if (passOn) this.endings.push(passOn)
    const timer = setInterval(() => this.ping(), PING_EVERY)
    this.endings.push(() => clearInterval(timer))
    this.endings.push(watchScheme((theme) => this.send({ type: "theme", theme })))
  }

  /** Make the frame show `items`: only those that changed are sent, so the others keep their state. */
  show(items: readonly FrameItem[]): void {
    this.wanted = items
    if (this.port === null) return
    if (items.length < this.shown.length) this.send({ type: "length", length: items.length })
    this.shown.length = Math.min(this.shown.length, items.length)
    items.forEach((item, at) => {
      if (isSame(this.shown[at], item)) return
      this.send({ type: "show", at, item })
      this.shown[at] = item
    })
  }

  end(): void {
    for (const end of this.endings) end()
    this.port?.close()
    this.port = null
  }

  private ping(): void {
    if (this.port === null || document.visibilityState !== "visible") this.waitingSince = null
    else if (this.waitingSince !== null) this.listener.silent(Date.now() - this.waitingSince >= PATIENCE)
    else {
      this.waitingSince = Date.now()
      this.send({ type: "ping" })
    }
  }

  private answered(): void {
    this.waitingSince = null
    this.listener.silent(false)
  }

  private greet(event: MessageEvent): void {
    if (this.port !== null || event.source !== this.frame.contentWindow || event.data !== READY) return
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    port1.addEventListener("message", (message) => this.hear(message))
    port1.start()
    // A sandboxed frame has no origin that could be named; the port goes to this very window.
    this.frame.contentWindow?.postMessage(CONNECT, "*", [port2])
    this.send({ type: "theme", theme: currentScheme() })
    this.send({ type: "access", allowed: Boolean(this.widgets?.comms) })
    this.show(this.wanted)
  }

  private hear(message: MessageEvent): void {
    const report = readReport(message.data)
    const allowance = report?.type === "ask" ? this.questions : this.allowance
    if (!allowance.take() || report === null) this.noteOffence()
    else if (report.type === "height") this.listener.height(report.height)
    else if (report.type === "escape") this.listener.escape()
    else if (report.type === "pong") this.answered()
    else void this.answer(report.id, report.question)
  }

  private async answer(id: number, question: Question): Promise<void> {
    const value = await this.reply(question).catch(() => null)
    this.send({ type: "answer", id, value })
  }

  private async reply(question: Question): Promise<unknown> {
    if (!this.widgets) return null
    const { comms, saved, draw, program, giveValue } = this.widgets
    if (question.what === "value") return comms && giveValue(question.wanted, question.json)
    if (question.what === "module") return program(question.module)
    if (question.what === "draw") return draw(question.outputs)
    if (question.what === "comm") return comms?.send(question.request)
    const live = await comms?.model(question.model)
    const known = live ?? saved(question.model)
    return known && { ...known, live: Boolean(live) }
  }

  /** A frame that floods us is no longer heard; it keeps its last height. */
  private noteOffence(): void {
    this.offences += 1
    if (this.offences > MOST_OFFENCES) this.port?.close()
  }

  private send(command: FrameCommand): void {
    this.port?.postMessage(command)
  }
}

function isSame(old: FrameItem | undefined, item: FrameItem): boolean {
  return old?.kind === item.kind && old.source === item.source
}
