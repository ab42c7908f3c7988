/** Files on their way into my machine: in pieces, each confirmed when it is written, and gone on with after a break. */

import type { MachineStream } from "./stream"
import { type StreamEvents, type StreamFrame, type StreamRequest } from "./stream"

export const PIECE = 128 * 1024
/** Bytes sent and not confirmed. */
export const WINDOW = 1024 * 1024
const AGAIN_AFTER = [500, 1_000, 2_000, 4_000, 8_000]
const ATTEMPTS = 60

export type UploadState = "asking" | "waiting" | "sending" | "done" | "failed" | "cancelled"
export type OpenStream = (request: StreamRequest, events: StreamEvents) => MachineStream

export class Upload {
  state = $state<UploadState>("waiting")
  /** Bytes that are written there. */
  written = $state(0)
  /** Why it failed. */
  problem = $state("")
  problemCode = ""
  /** Whether a file of this name may be replaced, and which version of it. */
  replace = false
  version: string | undefined
  readonly size: number
  private readonly name = randomName()
  private stream: MachineStream | undefined
  private pumping: MachineStream | undefined
  private sent = 0
  private attempts = 0
  private settle: (() => void) | undefined

  constructor(
    readonly path: string,
    private readonly data: Blob,
    private readonly open: OpenStream,
  ) {
    this.size = data.size
  }

  get isOver(): boolean {
    return this.state === "done" || this.state === "failed" || this.state === "cancelled"
  }

  /** Send it; resolves when it is done, has failed or was cancelled. */
  run(): Promise<void> {
    if (this.isOver) return Promise.resolve()
    this.state = "sending"
    return new Promise((resolve) => {
      this.settle = resolve
      this.begin()
    })
  }

  cancel(): void {
    if (this.isOver) return
    this.stream?.say({ type: "drop" })
    this.end("cancelled")
  }

  private begin(): void {
    if (this.isOver) return
    const stream: MachineStream = this.open(
      { kind: "write", path: this.path, upload: this.name },
      {
        opened: (frame) => {
          this.attempts = 0
          this.sent = this.written = Math.min(Number(frame["size"]), this.size)
          void this.pump(stream)
        },
        frame: (frame) => this.heard(frame, stream),
        ended: (code, sentence) => this.broke(code, sentence),
      },
    )
    this.stream = stream
  }

  /** Send pieces until a window is on the way; each confirmation calls again. */
  private async pump(stream: MachineStream): Promise<void> {
    if (this.pumping === stream) return
    this.pumping = stream
    try {
      while (this.sent < this.size && this.sent - this.written < WINDOW) {
        const from = this.sent
        this.sent = Math.min(from + PIECE, this.size)
        const piece = await this.data.slice(from, this.sent).arrayBuffer()
        if (stream !== this.stream || this.isOver) return
        stream.send(new Uint8Array(piece))
      }
    } catch {
      this.end("failed") // the file on this computer changed or went away
      return
    } finally {
      this.pumping = undefined
    }
    if (this.written >= this.size) {
      stream.say({ type: "end", replace: this.replace, ...(this.version ? { version: this.version } : {}) })
    }
  }

  private heard(frame: StreamFrame, stream: MachineStream): void {
    if (frame.type === "arrived") {
      this.written = Number(frame["bytes"])
      void this.pump(stream)
    } else if (frame.type === "done") {
      this.version = String(frame["version"])
      this.end("done")
    }
  }

  private broke(code: string, sentence: string): void {
    if (this.isOver) return
    const isForNow = code === "" || code === "no-link" || code === "unavailable" || code === "timeout"
    if (isForNow && this.attempts < ATTEMPTS) {
      const pause = AGAIN_AFTER[Math.min(this.attempts++, AGAIN_AFTER.length - 1)]
      setTimeout(() => this.begin(), pause)
      return
    }
    this.problem = sentence
    this.problemCode = code
    this.end("failed")
  }

  private end(state: UploadState): void {
    this.state = state
    // What was said last is sent before the socket closes.
    this.stream?.close()
    this.settle?.()
  }
}

function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("")
}
