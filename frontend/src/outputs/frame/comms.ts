/** A frame's end of a widget's channel to the kernel, in the form in which Jupyter's widgets want it. */

import type { IClassicComm, ICallbacks } from "@jupyter-widgets/base"

import type { CommFrame, CommKind, CommRequest } from "../../runtime/comms"
import type { Json } from "../../runtime/outputs"
import type { Pages } from "./pages"

type Bytes = ArrayBuffer[] | ArrayBufferView[]
type Heard = (message: unknown) => void

export class FrameComm implements IClassicComm {
  private heard: Heard[] = []
  private closed: Heard[] = []

  constructor(
    private readonly page: Pages,
    readonly comm_id: string,
    readonly target_name: string,
  ) {
    page.onComm(comm_id, (frame) => this.hear(frame))
  }

  open(data: unknown, callbacks?: ICallbacks, metadata?: unknown, buffers?: Bytes): string {
    return this.tell("comm_open", data, callbacks, metadata, buffers)
  }

  send(data: unknown, callbacks?: ICallbacks, metadata?: unknown, buffers?: Bytes): string {
    return this.tell("comm_msg", data, callbacks, metadata, buffers)
  }

  close(data?: unknown, callbacks?: ICallbacks, metadata?: unknown, buffers?: Bytes): string {
    return this.tell("comm_close", data ?? {}, callbacks, metadata, buffers)
  }

  on_msg(callback: Heard): void {
    this.heard.push(callback)
  }

  on_close(callback: Heard): void {
    this.closed.push(callback)
  }

  private hear(frame: CommFrame): void {
    const message = {
      content: { comm_id: frame.comm, data: structuredClone(frame.data) },
      metadata: frame.metadata,
      buffers: frame.buffers.map((buffer) => new DataView(fromBase64(buffer))),
      parent_header: { msg_id: frame.parent ?? "" },
    }
    for (const callback of frame.type === "comm_close" ? this.closed : this.heard) callback(message)
  }

  /** The widget sends no more until it hears that the kernel is idle again: so a slider never floods it. */
  private tell(kind: CommKind, data: unknown, callbacks?: ICallbacks, metadata?: unknown, buffers?: Bytes): string {
    const message = `page-${crypto.randomUUID()}`
    const idle = { content: { execution_state: "idle" }, parent_header: { msg_id: message } }
    const told = callbacks?.iopub?.["status"] as Heard | undefined
    const request: CommRequest = {
      type: kind,
      comm: this.comm_id,
      target: this.target_name,
      data: JSON.parse(JSON.stringify(data)) as Json,
      metadata: (metadata ?? {}) as Record<string, Json>,
      buffers: (buffers ?? []).map(toBase64),
      message,
    }
    void this.page.ask({ what: "comm", request }).then(() => told?.(idle))
    return message
  }
}

export function fromBase64(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer
}

function toBase64(bytes: ArrayBuffer | ArrayBufferView): string {
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : viewOf(bytes)
  let text = ""
  for (const byte of view) text += String.fromCharCode(byte)
  return btoa(text)
}

function viewOf(bytes: ArrayBufferView): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
