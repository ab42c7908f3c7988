/** What the platform's sockets say to the page. Mirrors docs/protocol.md §2 and §4. */

import type { Role } from "../lib/boot"
import type { CommFrame, CommRequest } from "../runtime/comms"
import type { TableRequest } from "../runtime/tables"
import type { Operation, Output } from "../runtime/outputs"
import type { KernelWish } from "./machines"

export type ExecutionState = "queued" | "sent" | "running" | "done" | "failed" | "aborted" | "unknown"

/** An execution's row: who ran it, how far it is, and the number of its last output operation. */
export type ExecutionRow = Readonly<{
  id: string
  state: ExecutionState
  count: number | null
  by: unknown
  queued: string | null
  sent: string | null
  started: string | null
  ended: string | null
  reason: string
  number: number
  /** The kernel session that it began in. */
  session: string
}>

/** An execution with all that it printed, as HTTP gives it. */
export type ExecutionResult = ExecutionRow & Readonly<{ outputs: readonly Output[]; clearing?: boolean }>

export type RuntimeState = "requested" | "starting" | "ready" | "stopping" | "gone"
export type KernelState = "starting" | "idle" | "busy" | "dead"

export type RuntimeRow = Readonly<{
  id: string
  state: RuntimeState
  reason: string
  /** The name of the type of machine, and its short name. */
  type: string
  slug: string
  kernel: KernelState | ""
  /** The name of the kernel that it runs. */
  kernelspec: string
  /** Why the kernel ended that ran last: oom, signal, exit, restart. */
  cause: string
  generation: number
  session: string
  deadline: string | null
  idle_seconds: number
  lifetime_seconds: number
  /** The place in the waiting line, for who has to wait for room. */
  place: number | null
  /** Set from ten minutes before the end on. */
  ending: Ending | null
}>

export type Ending = Readonly<{ reason: string; at: string; seconds: number }>

/** First on the notebook's socket, after each (re)connection. */
export type Hello = {
  type: "hello"
  epoch: number
  sequence: number
  role: Role
  name: string
  person: { id: string | number; name: string }
  build: string
}

/** Operations `from` + 1 … `to`; or, if `whole`, those that make the list as it is after `to`, whatever it was before. */
export type OpsFrame = {
  type: "ops"
  execution: string
  from: number
  to: number
  ops: Operation[]
  whole?: boolean
}
export type ExecutionFrame = { type: "execution"; execution: ExecutionRow }
export type RefusedEdit = { type: "refused"; code: string; message: string; count?: number }

/** Everything that `/ws/notebooks/<id>` may send, besides replies to requests. */
export type NotebookFrame =
  | Hello
  | { type: "ack"; count: number }
  | RefusedEdit
  | { type: "heartbeat"; sequence: number }
  | ExecutionFrame
  | OpsFrame
  | { type: "outputs"; execution: string; number: number; url: string }
  | { type: "notebook"; name: string }
  | { type: "changed"; what: string }
  | { type: "role"; role: Role }
  /** Who I am to the others, once they have been told of me. */
  | { type: "person"; person: { id: string; name: string; color: string } }

export type InputRequest = { type: "input_request"; execution: string; prompt: string; password: boolean }
/** Running code asks for something that only a page can do, with a file of the machine. */
export type PageCall = Readonly<{ what: "download" | "view" | "upload" | "drive"; path: string; several: boolean }>
export type Resources = Readonly<{ memory: number; memory_limit: number; disk: number; disk_limit: number }>

/** Everything that `/ws/runtimes/<notebook id>` may send, besides replies to requests. */
export type RuntimeFrame =
  /** `retry`: it takes long, and `message` says so. */
  | { type: "status"; runtime: RuntimeRow | null; link: boolean; message?: string; retry?: boolean }
  | ExecutionFrame
  | InputRequest
  | { type: "input_done"; execution: string }
  | ({ type: "page" } & PageCall)
  | ({ type: "resources" } & Resources)
  | CommFrame
  /** A widget's message was too large to be passed on. */
  | { type: "comm_too_large"; comm: string; size: number }

export type Completion = { matches: string[]; from: number; to: number; metadata: unknown }

/** A request of the page, before the socket gives it an id. */
export type PageRequest =
  | { type: "outputs_since"; executions: Record<string, number> }
  | { type: "interrupt" | "reset" | "stay" }
  | ({ type: "restart" } & KernelWish)
  | ({ type: "connect"; kind: string } & KernelWish)
  | ({
      type: "run"
      execution: string
      code: string
      cell: string
      batch?: string
      keep?: false
      scratch?: true
      kind: string
    } & KernelWish)
  | { type: "complete"; code: string; cursor: number }
  | { type: "inspect"; code: string; cursor: number; detail: 0 | 1 }
  | { type: "input_reply"; execution: string; value: string }
  | { type: "files"; do: "list" | "stat" | "new" | "rename" | "delete"; path: string; to?: string; kind?: string }
  | { type: "variables"; do: "list" }
  | { type: "variables"; do: "module"; name: string; start: number }
  | TableRequest
  | { type: "terminals"; do: "list" | "new" | "end"; terminal?: string }
  | CommRequest

/** The answer `ok`, with whatever belongs to the request. */
export type Reply = Readonly<Record<string, unknown>>

/** The platform said no; the message is a sentence for a person. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = "Refused"
  }
}

/** The connection broke before the answer came: the request may or may not have happened. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost"
}
