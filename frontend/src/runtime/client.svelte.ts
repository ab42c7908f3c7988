/**
 * My machine for this notebook: what it is doing, and everything that I can ask of it.
 *
 * A run is asked for under an id that the page chose, so it may be asked again after a break and still runs once. Runs
 * pressed without a connection wait here, in order, and are sent when the socket opens; the platform connects a
 * machine for them by itself.
 */

import {
  ConnectionLost,
  Refused,
  type Completion,
  type ExecutionRow,
  type InputRequest,
  type PageCall,
  type PageRequest,
  type Reply,
  type Resources,
  type RuntimeFrame,
  type RuntimeRow,
} from "../protocol/frames"
import type { KernelWish } from "../protocol/machines"
import { Comms } from "./comms"
import { ReconnectingSocket, type SocketState } from "../protocol/socket"

/** The platform's database is away for a moment; nothing was done. */
const UNAVAILABLE = "unavailable"
const ASK_AGAIN_AFTER = 2_000

export type Run = Readonly<{
  execution: string
  code: string
  cell: string
  batch?: string
  keep?: false
  scratch?: true
}>

/** What the status element says: DESIGN §8. */
export type RuntimeStatus = "none" | "waiting" | "connecting" | "connected" | "busy" | "reconnecting" | "disconnected"

/** What the machine used at a moment, in milliseconds since 1970. */
export type Sample = Readonly<{ at: number } & Resources>

const MOST_SAMPLES = 720 // an hour of them

export type RuntimeEvents = Readonly<{
  /** The short name of the type of machine that the notebook asks for; "" for whichever there is. */
  kind: () => string
  /** The kernel that it asks for. */
  kernel: () => KernelWish
  execution: (row: ExecutionRow) => void
  /** A run that the platform will not do, and why. */
  refusedRun: (run: Run, message: string, code: string) => void
  refused: (message: string, request: PageRequest["type"], code: string) => void
  changed: (before: RuntimeRow | null, now: RuntimeRow | null) => void
  /** So many bytes of a widget did not come. */
  droppedComm: (size: number) => void
  /** Running code asks for something that only a page can do. */
  asked: (call: PageCall) => void
}>

export class RuntimeClient {
  runtime = $state.raw<RuntimeRow | null>(null)
  resources = $state.raw<Resources>()
  samples = $state.raw<readonly Sample[]>([])
  /** The platform says that connecting takes longer than it should: it may be asked once more. */
  isStuck = $state(false)
  /** Questions of running cells, by execution. */
  inputs = $state.raw<ReadonlyMap<string, InputRequest>>(new Map())
  /** The widgets of the present kernel. */
  readonly comms = new Comms((request) => this.socket.request(request))
  private link = $state(true)
  private socketState = $state<SocketState>("connecting")
  private isWanted = $state(false)
  /** Another machine is wanted as soon as the present one is gone. */
  private isReplaced = false
  /** Until the platform has answered; what is run meanwhile is for the new session. */
  private restarting: Promise<boolean> | undefined
  private unsent: readonly Run[] = $state.raw([])
  private socket: ReconnectingSocket<RuntimeFrame>

  constructor(
    address: string,
    private readonly events: RuntimeEvents,
  ) {
    this.socket = this.open(address)
  }

  get status(): RuntimeStatus {
    const { runtime } = this
    if (!runtime || runtime.state === "gone") return this.statusWithout(runtime)
    if (this.socketState !== "open") return "reconnecting"
    switch (runtime.state) {
      case "requested":
        return "waiting"
      case "starting":
        return "connecting"
      case "stopping":
        return "disconnected"
      case "ready":
        return this.link ? statusOfKernel(runtime) : "reconnecting"
    }
  }

  /** There is a machine, or one is on its way. */
  get isConnected(): boolean {
    return this.runtime !== null && this.runtime.state !== "gone" && this.runtime.state !== "stopping"
  }

  /** There is something that could be interrupted. */
  get isBusy(): boolean {
    return this.isConnected || this.unsent.length > 0
  }

  /** Runs that were pressed and could not be asked for yet. */
  get unsentRuns(): number {
    return this.unsent.length
  }

  retry(): void {
    this.socket.retry()
  }

  async connect(): Promise<void> {
    this.isWanted = true
    // The machine's status comes before the answer; once there is a machine, the wish is fulfilled.
    if (await this.ask({ type: "connect", kind: this.events.kind(), ...this.events.kernel() }))
      this.isWanted = this.isReplaced
  }

  /** Ask for these runs, in this order. */
  async run(runs: readonly Run[]): Promise<void> {
    this.unsent = [...this.unsent, ...runs]
    if (this.restarting) await this.restarting
    await Promise.all(runs.map((run) => this.unsent.includes(run) && this.send(run)))
  }

  async interrupt(): Promise<void> {
    this.dropUnsent()
    if (this.isConnected) await this.ask({ type: "interrupt" })
  }

  /** True when the session is a new one, with the kernel that the notebook asks for now. */
  async restart(): Promise<boolean> {
    this.dropUnsent()
    const restarting = this.ask({ type: "restart", ...this.events.kernel() })
    this.restarting = restarting
    const isNew = await restarting
    if (this.restarting === restarting) this.restarting = undefined
    return isNew
  }

  async reset(): Promise<void> {
    this.dropUnsent()
    this.isWanted = this.isReplaced = false
    await this.ask({ type: "reset" })
  }

  /** Give this machine back and get another one, of the type that the notebook asks for now. */
  async replace(): Promise<void> {
    this.dropUnsent()
    this.isWanted = this.isReplaced = true
    if (!(await this.ask({ type: "reset" }))) this.isReplaced = this.isWanted = false
  }

  /** I want to keep the machine although I do not use it now. */
  async stay(): Promise<void> {
    await this.ask({ type: "stay" })
  }

  async answerInput(execution: string, value: string): Promise<void> {
    if (await this.ask({ type: "input_reply", execution, value })) this.forgetInput(execution)
  }

  /** What may come next at the cursor; nothing when there is no machine that could know. */
  async complete(code: string, cursor: number): Promise<Completion | null> {
    const reply = await this.question({ type: "complete", code, cursor })
    return reply as Completion | null
  }

  async inspect(code: string, cursor: number): Promise<string | null> {
    const reply = await this.question({ type: "inspect", code, cursor, detail: 0 })
    const data = reply?.["data"] as Record<string, unknown> | undefined
    return reply?.["found"] === true && typeof data?.["text/plain"] === "string" ? data["text/plain"] : null
  }

  /** Ask for something beside running code; fails with Refused or ConnectionLost. */
  request(request: PageRequest): Promise<Reply> {
    return this.socket.request(request)
  }

  /** What is asked from now on is for a machine of another notebook: it waits until `moveTo`. */
  leave(): void {
    this.socket.close()
  }

  moveTo(address: string): void {
    this.socket = this.open(address)
  }

  close(): void {
    this.socket.close()
  }

  private open(address: string): ReconnectingSocket<RuntimeFrame> {
    return new ReconnectingSocket<RuntimeFrame>(address, {
      opened: () => this.opened(),
      frame: (frame) => this.receive(frame),
      changed: (state) => {
        this.socketState = state
      },
    })
  }

  private statusWithout(runtime: RuntimeRow | null): RuntimeStatus {
    if (this.isWanted || this.unsent.length > 0) return "waiting"
    return runtime ? "disconnected" : "none"
  }

  private opened(): void {
    for (const run of this.unsent) void this.send(run)
    if (this.isWanted && this.unsent.length === 0) void this.connect()
  }

  private receive(frame: RuntimeFrame): void {
    switch (frame.type) {
      case "status":
        this.isStuck = frame.retry === true
        this.statusChanged(frame.runtime, frame.link)
        break
      case "execution":
        this.events.execution(frame.execution)
        if (frame.execution.ended) this.forgetInput(frame.execution.id)
        break
      case "input_request":
        this.inputs = new Map(this.inputs).set(frame.execution, frame)
        break
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        this.comms.hear(frame)
        break
      case "comm_too_large":
        this.events.droppedComm(frame.size)
        break
      case "input_done":
        this.forgetInput(frame.execution)
        break
      case "page":
        this.events.asked(frame)
        break
      case "resources":
        this.resources = frame
        this.samples = [...this.samples, { at: Date.now(), ...frame }].slice(-MOST_SAMPLES)
        break
    }
  }

  private statusChanged(runtime: RuntimeRow | null, link: boolean): void {
    const before = this.runtime
    this.link = link
    // "none" after a machine that we saw means that it is gone; the last thing known of it stays readable.
    this.runtime = runtime ?? (before ? { ...before, state: "gone" } : null)
    if (before?.id !== this.runtime?.id) this.samples = []
    if (before?.session !== this.runtime?.session || !this.isConnected) this.comms.forget()
    if (!this.isConnected) this.resources = undefined
    else if (!this.isReplaced) this.isWanted = false
    this.events.changed(before, this.runtime)
    if (this.isReplaced && this.runtime?.state === "gone") {
      this.isReplaced = false
      void this.connect()
    }
  }

  private async send(run: Run): Promise<void> {
    if (!this.socket.isOpen) return
    try {
      const reply = await this.socket.request({
        type: "run",
        ...run,
        kind: this.events.kind(),
        ...this.events.kernel(),
      })
      this.sent(run)
      if (reply["execution"]) this.events.execution(reply["execution"] as ExecutionRow)
    } catch (problem) {
      if (problem instanceof ConnectionLost) return // it is still unsent, and sent again by the next connection
      if (problem instanceof Refused && problem.code === UNAVAILABLE) {
        setTimeout(() => this.unsent.includes(run) && void this.send(run), ASK_AGAIN_AFTER)
        return
      }
      this.sent(run)
      this.events.refusedRun(
        run,
        problem instanceof Error ? problem.message : "",
        problem instanceof Refused ? problem.code : "",
      )
    }
  }

  private sent(run: Run): void {
    this.unsent = this.unsent.filter((other) => other !== run)
  }

  private dropUnsent(): void {
    const dropped = this.unsent
    this.unsent = []
    for (const run of dropped) this.events.refusedRun(run, "", "")
  }

  /** Ask for something that a person wants to happen; what goes wrong is said. */
  private async ask(request: PageRequest): Promise<boolean> {
    try {
      await this.socket.request(request)
      return true
    } catch (problem) {
      if (!(problem instanceof Refused)) return false
      this.isWanted = false
      this.events.refused(problem.message, request.type, problem.code)
      return false
    }
  }

  /** Ask for something that may as well stay unanswered. */
  private async question(request: PageRequest): Promise<Reply | null> {
    if (this.status !== "connected" && this.status !== "busy") return null
    return this.socket.request(request).catch(() => null)
  }

  private forgetInput(execution: string): void {
    if (!this.inputs.has(execution)) return
    const inputs = new Map(this.inputs)
    inputs.delete(execution)
    this.inputs = inputs
  }
}

function statusOfKernel(runtime: RuntimeRow): RuntimeStatus {
  switch (runtime.kernel) {
    case "busy":
      return "busy"
    case "idle":
      return "connected"
    case "dead":
      return "disconnected"
    default:
      return "connecting"
  }
}
