/** The platform's end of a WebSocket, for tests: they open it, speak on it, and read what the page said. */

import { vi } from "vitest"

export class FakeSocket {
  /** Every socket that the page opened, first to last. */
  static opened: FakeSocket[] = []

  static install(): void {
    FakeSocket.opened = []
    vi.stubGlobal("WebSocket", FakeSocket)
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.opened.at(-1)
    if (!socket) throw new Error("The page opened no socket.")
    return socket
  }

  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  binaryType = ""
  isClosed = false
  readonly texts: Record<string, unknown>[] = []
  readonly bytes: Uint8Array[] = []

  constructor(readonly url: string) {
    FakeSocket.opened.push(this)
  }

  send(data: string | Uint8Array): void {
    if (typeof data === "string") this.texts.push(JSON.parse(data) as Record<string, unknown>)
    else this.bytes.push(data)
  }

  close(): void {
    this.isClosed = true
  }

  /** The platform accepts the connection and says this first. */
  accept(frame?: object): void {
    this.onopen?.()
    if (frame) this.say(frame)
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  sayBytes(bytes: Uint8Array): void {
    this.onmessage?.({ data: bytes.slice().buffer })
  }

  drop(code = 1006): void {
    this.onclose?.({ code })
  }

  /** What the page asked with this type, last. */
  asked(type: string): Record<string, unknown> | undefined {
    return this.texts.findLast((frame) => frame["type"] === type)
  }
}
