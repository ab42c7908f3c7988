/**
 * One stream to my machine: bytes of a file on its way in, or a terminal (docs/protocol.md, streams).
 *
 * It does not come back by itself: whoever wants it again opens another, since only they know how to go on.
 */

import { refusalSentence } from "../lib/i18n"
import { PING_EVERY } from "../protocol/socket"

export type StreamRequest = Readonly<
  { kind: "language" } | { kind: "terminal"; terminal: string } | { kind: "write"; path: string; upload: string }
>
export type StreamFrame = Readonly<{ type: string; [name: string]: unknown }>

export type StreamEvents = Readonly<{
  opened: (frame: StreamFrame) => void
  bytes?: (bytes: Uint8Array<ArrayBuffer>) => void
  frame?: (frame: StreamFrame) => void
  /** The platform or the machine said no, or the connection is gone (then there is no code). */
  ended: (code: string, sentence: string) => void
}>

export class MachineStream {
  private readonly socket: WebSocket
  private readonly heartbeat: ReturnType<typeof setInterval>
  private isOver = false

  constructor(
    address: string,
    request: StreamRequest,
    private readonly events: StreamEvents,
  ) {
    this.socket = new WebSocket(address)
    this.socket.binaryType = "arraybuffer"
    this.socket.onopen = () => this.say({ type: "open", ...request })
    this.socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => this.receive(message.data)
    this.socket.onclose = () => this.over("", "")
    this.heartbeat = setInterval(() => this.say({ type: "ping" }), PING_EVERY)
  }

  say(frame: StreamFrame): void {
    if (this.isOpen) this.socket.send(JSON.stringify(frame))
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.isOpen) this.socket.send(bytes)
  }

  close(): void {
    if (this.isOver) return
    this.isOver = true
    clearInterval(this.heartbeat)
    this.socket.close()
  }

  private get isOpen(): boolean {
    return !this.isOver && this.socket.readyState === WebSocket.OPEN
  }

  private receive(data: string | ArrayBuffer): void {
    if (this.isOver) return
    if (typeof data !== "string") {
      this.events.bytes?.(new Uint8Array(data))
      return
    }
    const frame = JSON.parse(data) as StreamFrame
    if (frame.type === "opened") this.events.opened(frame)
    else if (frame.type === "refused") this.over(String(frame["code"]), String(frame["message"]))
    else if (frame.type !== "pong") this.events.frame?.(frame)
  }

  private over(code: string, sentence: string): void {
    if (this.isOver) return
    this.close()
    this.events.ended(code, code ? refusalSentence(code, sentence) : sentence)
  }
}
