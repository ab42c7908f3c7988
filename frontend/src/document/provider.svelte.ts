/**
 * Keeps this page's document and the platform's the same.
 *
 * The first state comes by HTTP, differences by the socket (docs/protocol.md §2). Every edit of this page is kept in
 * the browser until its commit is acknowledged, and sent again after a break or on reopening. A document of another
 * epoch is another document: nothing is merged into it, what was not acknowledged is offered as recovered edits.
 */

import * as Y from "yjs"

import { canEdit, type Role } from "../lib/boot"
import { refusalSentence, words } from "../lib/i18n"
import type { Hello, NotebookFrame, PageRequest, RefusedEdit, Reply } from "../protocol/frames"
import { ReconnectingSocket, type SocketState } from "../protocol/socket"
import { readMessage, writeAwareness, writeStep1, writeStep2, writeUpdate } from "../protocol/sync"
import type { NotebookDocument } from "./document"
import { GATHERED, Outbox, type Edit } from "./outbox"
import type { KeptText, KeptUpdate, PendingEdits } from "./pending"
import { Presence, type Person } from "./presence.svelte"
import { says, textsTouched } from "./touched"

/** "refused": the platform will not take some edits, or may not from this person; they are only in this browser. */
export type SaveState = "saved" | "saving" | "offline" | "refused"
export type Snapshot = Readonly<{ epoch: number; update: Uint8Array }>

export type ProviderEvents = Readonly<{
  /** Frames that are not about the document: executions, outputs, the notebook's name. */
  frame: (frame: NotebookFrame) => void
  connected: () => void
  /** Some edits are not taken, and why. */
  refused: (message: string) => void
  /** What was refused is saved after all. */
  accepted: () => void
  /** The document was replaced on the platform; nothing more is sent from this page. */
  replaced: () => void
  /** This browser cannot keep edits: they live only as long as the page. */
  notKept: () => void
  /** Something was written that this person may not write here. */
  readOnlyEdit: () => void
}>

const PLATFORM = "platform"
const KEPT = "kept"
/** How long after an edit what was refused is offered again: the edit may have made it acceptable. */
const OFFER_AFTER = 1_000

export class DocumentProvider {
  role = $state<Role>("none")
  isLoaded = $state(false)
  socketState = $state<SocketState>("connecting")
  closeCode = $state(0)
  recovered = $state.raw<readonly KeptText[]>([])
  readonly presence: Presence
  private isClean = $state(true)
  private hasRefused = $state(false)
  private isReplaced = $state(false)
  private isRefusalSaid = false
  /** Every edit so far was in a frame that held all that the platform lacks. */
  private isAllOffered = false
  private offering: ReturnType<typeof setTimeout> | undefined
  private socket: ReconnectingSocket<NotebookFrame>
  /** Between two documents: what is written now is for the one that is about to come. */
  private isLeaving = $state(false)
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
    private notebook: string,
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
    this.socket = this.connect(address)
  }

  get saveState(): SaveState {
    if (this.isClean) return "saved"
    if (this.isLeaving) return "saving"
    if (this.socketState !== "open") return "offline"
    return this.hasRefused || this.isReplaced || !this.mayEdit ? "refused" : "saving"
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

  /** The author has decided about a recovered text. What they made of it is kept before it is let go. */
  async decided(text: KeptText): Promise<void> {
    this.recovered = this.recovered.filter((other) => other !== text)
    await this.whenKept()
    await this.pending.discard(text).catch(() => undefined) // then it is offered once more
  }

  /**
   * Follow this document no longer, and keep what is written: it is for a copy that is being made.
   *
   * Nothing new may come in between, or the copy could lack what is here already.
   */
  leave(): void {
    this.isLeaving = true
    this.socket.close()
  }

  /** There is no copy yet, and it may take a while until there is one; with a code, there will be none. */
  heldUp(code?: number): void {
    this.isLeaving = false
    if (code === undefined) return
    this.socketState = "refused"
    this.closeCode = code
  }

  /** Go on in a copy of this document, with the same text, cursor and unsaved edits; false if its history is another. */
  async moveTo(address: string, notebook: string, epoch: number): Promise<boolean> {
    if (epoch !== this.epoch) return false
    const before = this.notebook
    this.notebook = notebook // what is written from now on is kept for the copy
    await this.whenKept()
    await this.pending.move(before, epoch, notebook).catch(() => undefined)
    this.role = "owner"
    this.socket = this.connect(address)
    this.isLeaving = false
    return true
  }

  close(): void {
    clearTimeout(this.offering)
    this.presence.close()
    this.socket.close()
  }

  private connect(address: string): ReconnectingSocket<NotebookFrame> {
    return new ReconnectingSocket<NotebookFrame>(address, {
      opened: () => undefined, // the platform speaks first
      frame: (frame) => this.receiveFrame(frame),
      bytes: (bytes) => this.receiveBytes(bytes),
      changed: (state, code) => this.socketChanged(state, code),
    })
  }

  private async loadKept(): Promise<void> {
    const kept = await this.pending.load(this.notebook).catch(() => ({ updates: [], texts: [] }))
    for (const { key, epoch, update } of kept.updates) {
      if (epoch !== this.epoch) continue
      Y.applyUpdate(this.document.doc, update, KEPT)
      this.outbox.add({ update, kept: Promise.resolve(key) })
    }
    const texts = kept.texts.filter(({ epoch }) => epoch !== this.epoch)
    this.recovered = texts.filter((text) => !says(this.document, text))
    for (const text of texts.filter((text) => says(this.document, text))) void this.decided(text)
    const lost = kept.updates.filter(({ epoch }) => epoch !== this.epoch && !texts.some((text) => text.epoch === epoch))
    for (const { notebook, epoch } of lost) void this.pending.discard({ notebook, epoch, cell: "" }) // nothing to show
    this.observeOutbox()
  }

  private edited(update: Uint8Array, transaction: Y.Transaction): void {
    const where = { notebook: this.notebook, epoch: this.epoch }
    const texts = textsTouched(this.document, transaction).map((text) => ({ ...where, ...text }))
    const kept = this.keep({ ...where, update }, texts)
    this.keeping = Promise.allSettled([this.keeping, kept])
    this.outbox.add({ update, kept })
    this.isAllOffered = false
    if (!this.mayEdit) this.events.readOnlyEdit()
    this.flush()
    if (this.outbox.hasRefused) this.offerSoon()
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

  private flush(): void {
    while (this.isAnswered && this.mayEdit) {
      const update = this.outbox.next()
      if (!update) break
      this.socket.sendBytes(writeUpdate(update))
    }
    this.observeOutbox(words.errors.editTooLarge)
  }

  /** Take in how the edits stand; `refusal` is said when it is the first, for those after it only build on it. */
  private observeOutbox(refusal = ""): void {
    const wasRefused = this.hasRefused
    this.isClean = this.outbox.isEmpty
    this.hasRefused = this.outbox.hasRefused
    if (this.hasRefused && !wasRefused) {
      this.isRefusalSaid = true
      this.events.refused(refusal)
    } else if (this.isClean && this.isRefusalSaid) {
      this.isRefusalSaid = false
      this.events.accepted()
    }
  }

  /** Ask what the platform has, once a while: its question brings it all that was refused, with what came after. */
  private offerSoon(): void {
    this.offering ??= setTimeout(() => {
      this.offering = undefined
      if (this.isSyncing && this.mayEdit) this.askWhatIsNew()
    }, OFFER_AFTER)
  }

  private socketChanged(state: SocketState, code: number): void {
    // A platform whose database is away accepts, and closes without a word: nothing is open before it has spoken.
    this.socketState = state === "open" ? "connecting" : state
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
        this.socketState = "open"
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
      case "person":
        this.presence.known(frame.person)
        break
      case "role":
        this.role = frame.role
        if (this.isSyncing && !this.isClean) this.askWhatIsNew()
        break
    }
    this.events.frame(frame)
  }

  /** Both the document and the connection are there: compare epochs, then talk. */
  private meet(): void {
    if (!this.hello || !this.isLoaded) return
    if (this.hello.epoch !== this.epoch) {
      this.replaced()
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
    this.isAnswered = true
    if (!this.mayEdit) return
    const lacking = this.lackingFrom(vector)
    if (lacking.length <= EMPTY_UPDATE_LENGTH) void this.forget(this.outbox.settled())
    else if (lacking.length <= GATHERED) {
      this.outbox.answered()
      this.socket.sendBytes(writeStep2(lacking))
    } else this.outbox.reconsider()
    this.isAllOffered = true
    this.flush() // whatever was not answered in one frame
  }

  /** All that is here and not there. Where an edit was refused for its size, what was deleted since must not count. */
  private lackingFrom(vector: Uint8Array): Uint8Array {
    const { doc } = this.document
    if (!this.outbox.hasRefused) return Y.encodeStateAsUpdate(doc, vector)
    // The page's own document keeps deleted text for undo; a copy of it does not.
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
    return Y.encodeStateAsUpdate(copy, vector)
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
    if (code === "wrong-epoch") {
      this.replaced()
      return
    }
    const sentence = refusalSentence(code, message)
    this.outbox.refuse(count)
    this.observeOutbox(sentence)
    if (this.isClean) this.events.refused(sentence) // no edit of ours that we know of
    if (!this.isAllOffered) this.offerSoon()
  }

  private replaced(): void {
    this.isReplaced = true
    this.isSyncing = this.isAnswered = false
    this.events.replaced()
  }

  /** Others wrote something and nothing of it came here: a hint was lost. */
  private heard(sequence: number): void {
    if (this.isSyncing && sequence > this.lastSequence && !this.hasNews) this.askWhatIsNew()
    this.lastSequence = sequence
    this.hasNews = false
  }
}

const EMPTY_UPDATE_LENGTH = 2
