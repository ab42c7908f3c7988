/**
 * A socket that stays: it beats, notices silence, comes back, and answers requests by their id.
 *
 * A dead network does not close a WebSocket. So the page pings every 15 s, and a connection on which nothing came for
 * 40 s counts as dead (docs/protocol.md §1). The timers of a hidden tab are slowed down by the browser; therefore each
 * arriving frame also pays a ping that is due.
 *
 * After a break the socket connects again by itself, 0.2 s later, then doubling to 5 s, always with jitter, so that a
 * restarted server is not met by everybody in the same instant. Three things end the waiting early: the server said
 * that it restarts (1012), the browser says that the network is back, or somebody calls `retry`. Two things end the
 * coming back: 4401 (sign in again) and 4404 (not there, or not any more for you); then `state` is "refused" and only
 * a reload helps. 4409 asks for a resync, which every new connection is. 4429 waits longer, as asked.
 *
 * A request is a promise for its one reply. When the connection breaks first, the promise fails with `ConnectionLost`
 * and the caller decides: an idempotent request is simply asked again after the next `opened`. Nothing is queued here,
 * since only the owner of a message knows whether it still makes sense later.
 */

import { refusalSentence } from "../lib/i18n"
import { ConnectionLost, Refused, type PageRequest, type Reply } from "./frames"

export const PING_EVERY = 15_000
export const DEAD_AFTER = 40_000
const SHORTEST_WAIT = 200
const LONGEST_WAIT = 5_000

export const RESTARTING = 1012
export const SIGN_IN_AGAIN = 4401
export const NO_ACCESS = 4404
export const TOO_FAST = 4429

export type SocketState = "connecting" | "open" | "waiting" | "refused" | "closed"

export type SocketEvents<Frame> = Readonly<{
  /** A new connection: whatever was said before may have been lost. */
  opened: () => void
  frame: (frame: Frame) => void
  bytes?: (bytes: Uint8Array<ArrayBuffer>) => void
  /** `state` changed; `code` is the close code that made it "waiting" or "refused". */
  changed: (state: SocketState, code: number) => void
}>

type Waiting = { resolve: (reply: Reply) => void; reject: (problem: Error) => void }
type Received = { type?: unknown; id?: unknown; code?: unknown; message?: unknown }

export class ReconnectingSocket<Frame> {
  state: SocketState = "connecting"
  private socket: WebSocket | null = null
  private attempts = 0
  private heardAt = 0
  private pingedAt = 0
  private nextId = 1
  private readonly waiting = new Map<string, Waiting>()
  private reconnectTimer: ReturnType<typeof setTimeout> | undefined
  private readonly heartbeat: ReturnType<typeof setInterval>

  constructor(
    private readonly url: string,
    private readonly events: SocketEvents<Frame>,
    private readonly random: () => number = Math.random,
  ) {
    this.heartbeat = setInterval(() => this.beat(), 5_000)
    globalThis.addEventListener("online", this.retry)
    globalThis.addEventListener("offline", this.doubt)
    this.connect()
  }

  get isOpen(): boolean {
    return this.state === "open"
  }

  /** Connect now instead of at the end of the present wait. */
  readonly retry = (): void => {
    if (this.state === "waiting") this.connect()
  }

  /** Send bytes; false when there is no connection that could take them. */
  sendBytes(bytes: Uint8Array<ArrayBuffer>): boolean {
    return this.write(bytes)
  }

  request(request: PageRequest): Promise<Reply> {
    const id = String(this.nextId++)
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      if (this.write(JSON.stringify({ ...request, id }))) return
      this.waiting.delete(id)
      reject(new ConnectionLost("There is no connection."))
    })
  }

  close(): void {
    clearInterval(this.heartbeat)
    globalThis.removeEventListener("online", this.retry)
    globalThis.removeEventListener("offline", this.doubt)
    this.drop("closed", 1000)
  }

  /** The browser says that the network is gone: a new connection shows whether this one still lives. */
  private readonly doubt = (): void => {
    if (this.state === "open") this.lost(0)
  }

  private connect(): void {
    clearTimeout(this.reconnectTimer)
    const socket = new WebSocket(this.url)
    socket.binaryType = "arraybuffer"
    this.socket = socket
    this.heardAt = Date.now()
    this.become("connecting", 0)
    socket.onopen = () => this.opened()
    socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => this.receive(message.data)
    socket.onclose = (event) => this.lost(event.code)
  }

  private opened(): void {
    this.heardAt = this.pingedAt = Date.now()
    this.become("open", 0)
    this.events.opened()
  }

  private receive(data: string | ArrayBuffer): void {
    // A connection that is closed at once counts as a failed attempt; one that says something does not.
    this.attempts = 0
    this.heardAt = Date.now()
    this.pingIfDue()
    if (data instanceof ArrayBuffer) this.events.bytes?.(new Uint8Array(data))
    else this.receiveFrame(JSON.parse(data) as Received)
  }

  private receiveFrame(frame: Received): void {
    const waiting = typeof frame.id === "string" ? this.waiting.get(frame.id) : undefined
    if (waiting) {
      this.waiting.delete(frame.id as string)
      if (frame.type === "ok") waiting.resolve(frame as Reply)
      else waiting.reject(refusalIn(frame))
    } else if (frame.type !== "pong") {
      this.events.frame(frame as Frame)
    }
  }

  private beat(): void {
    const silence = Date.now() - this.heardAt
    const isAlive = this.state === "open" || this.state === "connecting"
    if (isAlive && silence > DEAD_AFTER) this.lost(0)
    else this.pingIfDue()
  }

  private pingIfDue(): void {
    if (this.state !== "open" || Date.now() - this.pingedAt < PING_EVERY) return
    this.pingedAt = Date.now()
    this.write('{"type":"ping"}')
  }

  private write(data: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.state !== "open" || !this.socket) return false
    this.socket.send(data)
    return true
  }

  private lost(code: number): void {
    if (code === SIGN_IN_AGAIN || code === NO_ACCESS) {
      this.drop("refused", code)
      return
    }
    this.drop("waiting", code)
    this.reconnectTimer = setTimeout(() => this.connect(), this.pause(code))
  }

  /** Between half and all of the wait, at random. */
  private pause(code: number): number {
    const wait = code === TOO_FAST ? LONGEST_WAIT : Math.min(SHORTEST_WAIT * 2 ** this.attempts, LONGEST_WAIT)
    if (code !== RESTARTING) this.attempts += 1
    return wait * (0.5 + this.random() / 2)
  }

  private drop(state: SocketState, code: number): void {
    clearTimeout(this.reconnectTimer)
    const socket = this.socket
    this.socket = null
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    }
    this.become(state, code)
    for (const waiting of this.waiting.values()) waiting.reject(new ConnectionLost("The connection broke."))
    this.waiting.clear()
  }

  private become(state: SocketState, code: number): void {
    if (this.state === state) return
    this.state = state
    this.events.changed(state, code)
  }
}

function refusalIn(frame: Received): Refused {
  const code = String(frame.code)
  return new Refused(code, refusalSentence(code, String(frame.message), frame))
}

/** The address of a socket of the server that served this page. */
export function socketAddress(path: string): string {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:"
  return `${scheme}//${location.host}${path}`
}
