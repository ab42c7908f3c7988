/**
 * The page's end of a sandboxed frame.
 *
 * The frame says once that it is ready and gets a port; after that only the port is heard. Everything that comes by it
 * was written by strangers: it is limited in rate, read by `readReport`, and used for a height and a key press only.
 */

import { Allowance, CONNECT, type FrameCommand, type FrameItem, READY, readReport } from "./frame/messages"
import { currentScheme, watchScheme } from "./theme"

export const FRAME_ADDRESS = "/sandbox/frame"
export const FRAME_PERMISSIONS = "allow-scripts allow-popups allow-downloads"
export const FRAME_FEATURES =
  "camera 'none'; microphone 'none'; geolocation 'none'; display-capture 'none'; payment 'none'"

const BURST = 120
const PER_SECOND = 60
const MOST_OFFENCES = 1_000

type Listener = Readonly<{ height: (height: number) => void; escape: () => void }>

export class FrameHost {
  private port: MessagePort | null = null
  private shown: FrameItem[] = []
  private wanted: readonly FrameItem[] = []
  private offences = 0
  private readonly allowance = new Allowance(BURST, PER_SECOND)
  private readonly endings: (() => void)[] = []

  constructor(
    private readonly frame: HTMLIFrameElement,
    private readonly listener: Listener,
  ) {
    const greet = (event: MessageEvent): void => this.greet(event)
    window.addEventListener("message", greet)
    this.endings.push(() => window.removeEventListener("message", greet))
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

  private greet(event: MessageEvent): void {
    if (this.port !== null || event.source !== this.frame.contentWindow || event.data !== READY) return
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    port1.addEventListener("message", (message) => this.hear(message))
    port1.start()
    // A sandboxed frame has no origin that could be named; the port goes to this very window.
    this.frame.contentWindow?.postMessage(CONNECT, "*", [port2])
    this.send({ type: "theme", theme: currentScheme() })
    this.show(this.wanted)
  }

  private hear(message: MessageEvent): void {
    if (!this.allowance.take()) return this.noteOffence()
    const report = readReport(message.data)
    if (report === null) this.noteOffence()
    else if (report.type === "height") this.listener.height(report.height)
    else this.listener.escape()
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
