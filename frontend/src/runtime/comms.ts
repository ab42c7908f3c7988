/**
 * The messages of widgets between the kernel and whoever shows them here, and what state each widget is in.
 *
 * The state is kept because a frame opens after its widget was made, and the kernel may be busy by then. What this page
 * has not heard, because it was opened later, the kernel is asked for.
 */

import type { Json } from "./outputs"

export type CommKind = "comm_open" | "comm_msg" | "comm_close"

/** What the platform says; `parent` is the message that the kernel was dealing with, if a page sent it. */
export type CommFrame = Readonly<{
  type: CommKind
  comm: string
  target: string | null
  data: Json
  metadata: Readonly<Record<string, Json>>
  buffers: readonly string[]
  parent?: string
}>

/** What a page says; `message` names it in the answers that follow from it. */
export type CommRequest = Readonly<{
  type: CommKind
  comm: string
  target?: string
  data: Json
  metadata?: Readonly<Record<string, Json>>
  buffers?: readonly string[]
  message?: string
}>

type State = Readonly<Record<string, Json>>
export type StateBuffer = Readonly<{ path: readonly (string | number)[]; data: string }>

/** A widget's state; bytes are beside it, in base64. */
export type WidgetState = Readonly<{ state: State; buffers: readonly StateBuffer[] }>

type Listener = (frame: CommFrame) => void

export class Comms {
  private readonly models = new Map<string, WidgetState>()
  private readonly listeners = new Set<Listener>()

  /** `send` returns when the kernel has done what follows from the message, and fails when it cannot. */
  constructor(readonly send: (request: CommRequest) => Promise<unknown>) {}

  hear(frame: CommFrame): void {
    if (frame.type === "comm_close") this.models.delete(frame.comm)
    else this.note(frame)
    for (const listener of [...this.listeners]) listener(frame)
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** It is another kernel, or none. */
  forget(): void {
    this.models.clear()
  }

  /** The state as far as it was heard. */
  known(model: string): WidgetState | null {
    const known = this.models.get(model)
    return known && typeof known.state["_model_name"] === "string" ? known : null
  }

  /** The state of a widget of this kernel; null when it has none of this name. */
  async model(model: string): Promise<WidgetState | null> {
    if (!this.known(model)) {
      const asked = { type: "comm_msg" as const, comm: model, data: { method: "request_state" } }
      await this.send(asked).catch(() => null)
    }
    return this.known(model)
  }

  private note({ comm, data, buffers }: CommFrame): void {
    if (!isRecord(data) || !isRecord(data["state"])) return
    if (data["method"] === "custom") return
    const paths = Array.isArray(data["buffer_paths"]) ? data["buffer_paths"] : []
    const before = this.models.get(comm) ?? { state: {}, buffers: [] }
    const more = paths.flatMap((path, at): StateBuffer[] =>
      isPath(path) && buffers[at] !== undefined ? [{ path, data: buffers[at] }] : [],
    )
    const changed = new Set<string | number>([...Object.keys(data["state"]), ...more.map(({ path }) => path[0] ?? "")])
    const kept = before.buffers.filter(({ path }) => !changed.has(path[0] ?? ""))
    this.models.set(comm, { state: { ...before.state, ...data["state"] }, buffers: [...kept, ...more] })
  }
}

const REFERENCE = "IPY_MODEL_"

/** The widgets that these states name. */
export function references(value: Json): string[] {
  if (typeof value === "string") return value.startsWith(REFERENCE) ? [value.slice(REFERENCE.length)] : []
  if (value === null || typeof value !== "object") return []
  return Object.values(value).flatMap((inner) => references(inner))
}

export function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isPath(value: Json): value is (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === "string" || typeof step === "number")
}
