/** What a frame asks its page, and what it hears of its widgets. */

import type { CommFrame } from "../../runtime/comms"
import type { FrameReport, Question } from "./messages"

type Listener = (frame: CommFrame) => void

export class Pages {
  private readonly waiting = new Map<number, (value: unknown) => void>()
  private readonly listeners = new Map<string, Set<Listener>>()
  private last = 0

  constructor(
    private readonly report: (message: FrameReport) => void,
    /** Shows an output of a widget, which is drawn as those of cells are. */
    readonly draw: (place: HTMLElement, item: unknown) => Promise<void>,
  ) {}

  /** The page's answer; null for what it does not know, or will not do. */
  ask(question: Question): Promise<unknown> {
    this.last += 1
    const id = this.last
    return new Promise((resolve) => {
      this.waiting.set(id, resolve)
      this.report({ type: "ask", id, question })
    })
  }

  answered(id: number, value: unknown): void {
    this.waiting.get(id)?.(value)
    this.waiting.delete(id)
  }

  onComm(comm: string, listener: Listener): void {
    const listeners = this.listeners.get(comm) ?? new Set()
    this.listeners.set(comm, listeners.add(listener))
  }

  forgetComm(comm: string): void {
    this.listeners.delete(comm)
  }

  heard(frame: CommFrame): void {
    for (const listener of this.listeners.get(frame.comm) ?? []) listener(frame)
  }
}
