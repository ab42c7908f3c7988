/**
 * What the page and a sandboxed frame say to each other, over a MessagePort that only the two of them hold.
 *
 * The page trusts nothing that comes back: `readReport` makes a known, harmless value of a message or drops it.
 */

export type FrameItem = Readonly<{ kind: "html" | "javascript"; source: string }>

/** Page → frame. `show` sets one output, `length` forgets those beyond it. */
export type FrameCommand =
  | Readonly<{ type: "show"; at: number; item: FrameItem }>
  | Readonly<{ type: "length"; length: number }>
  | Readonly<{ type: "theme"; theme: "light" | "dark" }>

/** Frame → page. */
export type FrameReport = Readonly<{ type: "height"; height: number }> | Readonly<{ type: "escape" }>

export const READY = "tomoni-frame-ready"
export const CONNECT = "tomoni-frame-connect"
export const TALLEST = 20_000

export function readReport(message: unknown): FrameReport | null {
  if (typeof message !== "object" || message === null) return null
  const { type, height } = message as { type?: unknown; height?: unknown }
  if (type === "escape") return { type }
  if (type === "height" && typeof height === "number" && Number.isFinite(height)) {
    return { type, height: Math.min(TALLEST, Math.max(0, Math.ceil(height))) }
  }
  return null
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
