/**
 * Keeps this page's document and the platform's the same.
 *
 * The first state comes by HTTP, differences by the socket (docs/protocol.md §2). Every edit of this page is kept in
 * the browser until its commit is acknowledged, and sent again after a break or on reopening. A document of another
 * epoch is another document: nothing is merged into it, what was not acknowledged is offered as recovered edits.
 */

import * as Y from "yjs"

import { canEdit, type Role } from "../lib/boot"
import { words } from "../lib/i18n"
import type { Hello, NotebookFrame, PageRequest, RefusedEdit, Reply } from "../protocol/frames"
import { ReconnectingSocket, type SocketState } from "../protocol/socket"
import { readMessage, writeAwareness, writeStep1, writeStep2, writeUpdate } from "../protocol/sync"
import { typeOf, type NotebookDocument } from "./document"
import { GATHERED, Outbox, type Edit } from "./outbox"
import type { KeptText, KeptUpdate, PendingEdits } from "./pending"
import { Presence, type Person } from "./presence.svelte"

export type SaveState = "saved" | "saving" | "offline"
export type Snapshot = Readonly<{ epoch: number; update: Uint8Array }>

export type ProviderEvents = Readonly<{
  /** Frames that are not about the document: executions, outputs, the notebook's name. */
  frame: (frame: NotebookFrame) => void
  connected: () => void
  refused: (message: string) => void
  /** The document was replaced on the platform; nothing more is sent from this page. */
  replaced: () => void
  /** This browser cannot keep edits: they live only as long as the page. */
  notKept: () => void
}>

const PLATFORM = "platform"
const KEPT = "kept"

export class DocumentProvider {
  role = $state<Role>("none")
  isLoaded = $state(false)
  socketState = $state<SocketState>("connecting")
  closeCode = $state(0)
  recovered = $state.raw<readonly KeptText[]>([])
  readonly presence: Presence
  private isClean = $state(true)
  private hasRefused = $state(false)
  private readonly socket: ReconnectingSocket<NotebookFrame>
  private readonly outbox = new Outbox()
  private hello: Hello | undefined
  private epoch = 0
  /** This connection is about this document. */
  private isSyncing = false
  /** The platform's question was answered, so each edit may follow by itself. */
  private isAnswered = false
  private keeping: Promise<unknown> = Promise.resolve()
  private beingKept = 0
  private cannotKeep = false
  /** What came before the document was there to take it. */
  private early: Uint8Array[] = []
  private hasNews = false
  private lastSequence = 0

  constructor(
    address: string,
    private readonly notebook: string,
    private readonly document: NotebookDocument,
    private readonly pending: PendingEdits,
    me: Omit<Person, "color">,
    private readonly events: ProviderEvents,
  ) {
    this.presence = new Presence(document.doc, me, (update) => {
      if (this.isSyncing) this.socket.sendBytes(writeAwareness(update))
    })
    document.doc.on("update", (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
      if (origin !== PLATFORM && origin !== KEPT) this.edited(update, transaction)
    })
    this.socket = new ReconnectingSocket<NotebookFrame>(address, {
      opened: () => undefined, // the platform speaks first
      frame: (frame) => this.receiveFrame(frame),
      bytes: (bytes) => this.receiveBytes(bytes),
      changed: (state, code) => this.socketChanged(state, code),
    })
  }

  get saveState(): SaveState {
    if (this.isClean) return "saved"
    return this.socketState === "open" && !this.hasRefused ? "saving" : "offline"
  }

  get mayEdit(): boolean {
    return canEdit(this.role)
  }

  /** Begin with the platform's state and what this browser still holds of earlier edits. */
  async load(snapshot: Snapshot): Promise<void> {
    this.epoch = snapshot.epoch
    Y.applyUpdate(this.document.doc, snapshot.update, PLATFORM)
    await this.loadKept()
    this.isLoaded = true
    this.meet()
  }

  /** Closing the page now would lose something. */
  get wouldLose(): boolean {
    return this.beingKept > 0 || (this.cannotKeep && !this.outbox.isEmpty)
  }

  /** When all that was typed so far is in this browser's store, as far as it can be. */
  async whenKept(): Promise<void> {
    await this.keeping
  }

  request(request: PageRequest): Promise<Reply> {
    return this.socket.request(request)
  }

  retry(): void {
    this.socket.retry()
  }

  /** The author has what they wanted of the recovered edits. */
  async discardRecovered(): Promise<void> {
    const epochs = new Set(this.recovered.map(({ epoch }) => epoch))
    this.recovered = []
    for (const epoch of epochs) await this.pending.discard(this.notebook, epoch)
  }

  close(): void {
    this.presence.close()
    this.socket.close()
  }

  private async loadKept(): Promise<void> {
    const kept = await this.pending.load(this.notebook).catch(() => ({ updates: [], texts: [] }))
    for (const { key, epoch, update } of kept.updates) {
      if (epoch !== this.epoch) continue
      Y.applyUpdate(this.document.doc, update, KEPT)
      this.outbox.add({ update, kept: Promise.resolve(key) })
    }
    const lost = new Set(kept.updates.map(({ epoch }) => epoch).filter((epoch) => epoch !== this.epoch))
    this.recovered = kept.texts.filter(({ epoch }) => lost.has(epoch))
    this.observeOutbox()
  }

  private edited(update: Uint8Array, transaction: Y.Transaction): void {
    const kept = this.keep({ notebook: this.notebook, epoch: this.epoch, update }, this.textsOf(transaction))
    this.keeping = Promise.allSettled([this.keeping, kept])
    this.outbox.add({ update, kept })
    this.flush()
  }

  private async keep(edit: Omit<KeptUpdate, "key">, texts: readonly KeptText[]): Promise<number | undefined> {
    this.beingKept += 1
    try {
      return await this.pending.keep(edit, texts)
    } catch {
      if (!this.cannotKeep) this.events.notKept()
      this.cannotKeep = true
      return undefined
    } finally {
      this.beingKept -= 1
    }
  }

  /** What the touched cells say now, to be shown if these edits can never be merged. */
  private textsOf(transaction: Y.Transaction): KeptText[] {
    const touched = new Set<string>()
    for (const [type, keys] of transaction.changed) {
      if (type === (this.document.cells as unknown)) keys.forEach((key) => key && touched.add(key))
      else touched.add(cellAround(type as unknown as Y.AbstractType<unknown>) ?? "")
    }
    return [...touched].flatMap((id) => {
      const cell = this.document.cell(id)
      if (!cell) return []
      const text = String(cell.get("source"))
      return [{ notebook: this.notebook, epoch: this.epoch, cell: id, type: typeOf(cell), text }]
    })
  }

  private flush(): void {
    while (this.isAnswered && this.mayEdit) {
      const update = this.outbox.next()
      if (!update) break
      this.socket.sendBytes(writeUpdate(update))
    }
    if (this.outbox.hasRefused && !this.hasRefused) this.events.refused(words.errors.editTooLarge)
    this.observeOutbox()
  }

  private observeOutbox(): void {
    this.isClean = this.outbox.isEmpty
    this.hasRefused = this.outbox.hasRefused
  }

  private socketChanged(state: SocketState, code: number): void {
    this.socketState = state
    this.closeCode = code
    if (state === "open" || state === "connecting") return
    this.isSyncing = this.isAnswered = false
    this.hello = undefined
    this.early = []
    this.presence.disconnected()
  }

  private receiveFrame(frame: NotebookFrame): void {
    switch (frame.type) {
      case "hello":
        this.hello = frame
        this.lastSequence = frame.sequence
        this.role = frame.role
        this.meet()
        break
      case "ack":
        this.acknowledged(frame.count)
        break
      case "refused":
        this.editRefused(frame)
        break
      case "heartbeat":
        this.heard(frame.sequence)
        break
      case "role":
        this.role = frame.role
        this.flush()
        break
    }
    this.events.frame(frame)
  }

  /** Both the document and the connection are there: compare epochs, then talk. */
  private meet(): void {
    if (!this.hello || !this.isLoaded) return
    if (this.hello.epoch !== this.epoch) {
      this.events.replaced()
      return
    }
    this.isSyncing = true
    this.outbox.reconnected()
    this.observeOutbox()
    this.askWhatIsNew()
    this.early.splice(0).forEach((bytes) => this.receiveBytes(bytes))
    this.presence.connected()
    this.events.connected()
  }

  private askWhatIsNew(): void {
    this.socket.sendBytes(writeStep1(Y.encodeStateVector(this.document.doc)))
  }

  private receiveBytes(bytes: Uint8Array): void {
    if (!this.isSyncing) {
      this.early.push(bytes)
      return
    }
    const message = readMessage(bytes)
    if (message.kind === "awareness") this.presence.receive(message.update)
    else if (message.kind === "step1") this.answer(message.vector)
    else if (message.kind === "update") {
      this.hasNews = true
      Y.applyUpdate(this.document.doc, message.update, PLATFORM)
    }
  }

  /** The platform says what it has; it gets the rest, which are all edits that it did not acknowledge. */
  private answer(vector: Uint8Array): void {
    if (!this.mayEdit) return
    const lacking = Y.encodeStateAsUpdate(this.document.doc, vector)
    this.isAnswered = true
    if (lacking.length <= EMPTY_UPDATE_LENGTH) void this.forget(this.outbox.settled())
    else if (lacking.length <= GATHERED) {
      this.outbox.answered()
      this.socket.sendBytes(writeStep2(lacking))
    }
    this.flush() // whatever was not answered in one frame
  }

  private acknowledged(count: number): void {
    const committed = this.outbox.acknowledge(count)
    this.hasNews = true
    this.flush()
    void this.forget(committed)
  }

  private async forget(committed: readonly Edit[]): Promise<void> {
    if (committed.length === 0) return
    const keys = (await Promise.all(committed.map(({ kept }) => kept))).filter((key) => key !== undefined)
    // What stays by accident is sent once more next time, which changes nothing.
    await this.pending.forget(this.notebook, this.epoch, keys).catch(() => undefined)
  }

  private editRefused({ count, message, code }: RefusedEdit): void {
    if (count === undefined) return // a cursor, which is no loss
    this.outbox.refuse(count)
    this.observeOutbox()
    if (code === "wrong-epoch") this.events.replaced()
    else this.events.refused(message)
  }

  /** Others wrote something and nothing of it came here: a hint was lost. */
  private heard(sequence: number): void {
    if (this.isSyncing && sequence > this.lastSequence && !this.hasNews) this.askWhatIsNew()
    this.lastSequence = sequence
    this.hasNews = false
  }
}

const EMPTY_UPDATE_LENGTH = 2

/** The id of the cell that a changed part of the document belongs to. */
function cellAround(type: Y.AbstractType<unknown>): string | undefined {
  let item = type._item
  while (item) {
    const parent = item.parent as Y.AbstractType<unknown>
    if (!parent._item) return item.parentSub ?? undefined
    item = parent._item
  }
  return undefined
}
