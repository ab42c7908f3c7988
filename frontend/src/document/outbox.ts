/**
 * Which of my edits the platform has committed. Pure: no socket, no clock, no storage.
 *
 * Edits wait, then travel in numbered frames, counted from 1 for each connection; an acknowledgement covers all frames
 * up to its number. While several frames are under way the next edits wait and travel together, so that a slow line
 * gets few big frames instead of many small ones. After a break nothing is known about frames under way: the platform
 * then says what it has, and one frame answers with everything that it lacks, unless that is too much for one. Such an
 * answer holds edits that travel in other frames too: an edit is committed when one of its frames is, and refused when
 * the last of them is. What follows a refused edit builds on it and would be refused as well, so it waits here until
 * the platform asks again.
 */

import { mergeUpdates } from "yjs"

/** An edit, and where it is kept until it is acknowledged. */
export type Edit = Readonly<{ update: Uint8Array; kept: Promise<number | undefined> }>

type Frame = Readonly<{ number: number; edits: readonly Edit[] }>

const FRAMES_UNDER_WAY = 4
/** Small edits gather in a frame up to this size; the platform refuses much larger ones. */
export const GATHERED = 2 ** 20
/** A frame over 4 MiB closes the socket (docs/protocol.md §1); its head needs a few bytes. */
export const LARGEST_UPDATE = 4 * 2 ** 20 - 64

export class Outbox {
  private waiting: Edit[] = []
  private underWay: Frame[] = []
  private refused: Edit[] = []
  private sent = 0

  /** Nothing is left that the platform has not committed. */
  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.underWay.length === 0 && this.refused.length === 0
  }

  /** The platform took some edits and refused others, which are still only here. */
  get hasRefused(): boolean {
    return this.refused.length > 0
  }

  add(edit: Edit): void {
    this.waiting.push(edit)
  }

  /** The next frame's update, if one may go now. */
  next(): Uint8Array | undefined {
    if (this.hasRefused || this.underWay.length >= FRAMES_UNDER_WAY) return undefined
    const edits = this.take()
    if (edits.length === 0) return undefined
    this.depart(edits)
    return edits.length === 1 && edits[0] ? edits[0].update : mergeUpdates(edits.map(({ update }) => update))
  }

  /** A new connection: counting starts again, and every edit waits again. */
  reconnected(): void {
    this.waiting = this.all()
    this.underWay = []
    this.refused = []
    this.sent = 0
  }

  /** A frame that answers the platform's question holds whatever it lacks, so it carries all edits. */
  answered(): void {
    const edits = this.all()
    this.waiting = []
    this.refused = []
    this.depart(edits)
  }

  /** The platform asked, and the answer is too much for one frame: what was refused is tried once more, in small ones. */
  reconsider(): void {
    this.waiting.unshift(...this.refused.splice(0))
  }

  /** The platform lacks nothing: all edits are committed, whatever became of their frames. */
  settled(): readonly Edit[] {
    const edits = this.all()
    this.waiting = []
    this.underWay = []
    this.refused = []
    return edits
  }

  /** The edits that are now committed. */
  acknowledge(count: number): readonly Edit[] {
    const done = new Set(this.underWay.filter(({ number }) => number <= count).flatMap(({ edits }) => edits))
    const left = this.underWay.filter(({ number }) => number > count)
    this.underWay = left.map(({ number, edits }) => ({ number, edits: edits.filter((edit) => !done.has(edit)) }))
    return [...done]
  }

  /** Frame `count` was not taken. Edits that no other frame carries stay here, unsaved, until they are asked for. */
  refuse(count: number): void {
    const frame = this.underWay.find(({ number }) => number === count)
    this.underWay = this.underWay.filter((other) => other !== frame)
    const elsewhere = new Set(this.underWay.flatMap(({ edits }) => edits))
    if (frame) this.refused.push(...frame.edits.filter((edit) => !elsewhere.has(edit)))
  }

  private all(): Edit[] {
    return [...new Set([...this.refused, ...this.underWay.flatMap(({ edits }) => edits), ...this.waiting])]
  }

  /** One edit, or as many as gather well; one that fits into no frame is refused here. */
  private take(): readonly Edit[] {
    while (this.waiting[0] && this.waiting[0].update.length > LARGEST_UPDATE) {
      this.refused.push(...this.waiting.splice(0, 1))
    }
    let size = 0
    const end = this.waiting.findIndex(({ update }) => (size += update.length) > GATHERED)
    return this.waiting.splice(0, end < 0 ? this.waiting.length : Math.max(1, end))
  }

  private depart(edits: readonly Edit[]): void {
    this.sent += 1
    this.underWay.push({ number: this.sent, edits })
  }
}
