/**
 * An editor on a shared text: what is typed here goes into the text, what others write there comes here.
 *
 * An input method that composes a character (Japanese, Chinese, accents) loses it when the text around it changes. So
 * while it composes, what others write waits, and both sides are mapped over one another until it may be shown; what is
 * composed reaches the others at once (docs/decisions/0017-an-editor-binding-of-our-own.md).
 */

import { Annotation, ChangeSet, Transaction, type ChangeSpec } from "@codemirror/state"
import type { EditorView } from "@codemirror/view"
import { ViewPlugin, type PluginValue, type ViewUpdate } from "@codemirror/view"
import type * as Y from "yjs"

export type Write = (kind: string, change: () => void) => void
export type Composing = (isComposing: boolean) => void

/** The extension that binds an editor. */
export type Binding = ViewPlugin<SharedText>

/** Marks a change of the editor that comes from the shared text. */
const fromOthers = Annotation.define<true>()
/** CodeMirror reads the last of a composition a moment after its end. */
const AFTER_COMPOSITION = 60

export class SharedText implements PluginValue {
  /** What others wrote since the composition began: from what the editor shows to what the text says. */
  private held: ChangeSet | undefined
  private isWriting = false
  private isComposing = false
  private release: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly view: EditorView,
    private readonly text: Y.Text,
    private readonly write: Write,
    private readonly composing: Composing,
    private readonly rest: () => void,
  ) {
    text.observe(this.follow)
  }

  update({ transactions, docChanged, selectionSet, focusChanged }: ViewUpdate): void {
    if (!this.isComposing && (focusChanged || (selectionSet && !docChanged))) this.rest()
    for (const transaction of transactions) {
      if (transaction.docChanged && !transaction.annotation(fromOthers)) this.push(transaction)
    }
  }

  destroy(): void {
    clearTimeout(this.release)
    this.text.unobserve(this.follow)
    if (this.isComposing) this.composing(false)
  }

  /** Where a place of the editor is in the shared text. */
  toShared(place: number): number {
    return this.held?.mapPos(place) ?? place
  }

  fromShared(place: number): number {
    const length = this.view.state.doc.length
    return Math.min(this.held?.invertedDesc.mapPos(place) ?? place, length)
  }

  compositionStarted(): void {
    clearTimeout(this.release)
    this.isComposing = true
    this.composing(true)
  }

  compositionEnded(): void {
    clearTimeout(this.release)
    this.release = setTimeout(() => {
      this.isComposing = false
      if (this.held) this.show(this.held)
      this.composing(false)
    }, AFTER_COMPOSITION)
  }

  private readonly follow = ({ delta }: Y.YTextEvent): void => {
    if (this.isWriting) return
    const news = ChangeSet.of(changesIn(delta), this.held?.newLength ?? this.view.state.doc.length, "\n")
    const all = this.held?.compose(news) ?? news
    if (this.isComposing) this.held = all
    else this.show(all)
  }

  private show(changes: ChangeSet): void {
    this.held = undefined
    this.view.dispatch({ changes, annotations: [fromOthers.of(true), Transaction.remote.of(true)] })
  }

  private push(transaction: Transaction): void {
    // At one place mine comes first, as when the caret stays before what others insert at it.
    const changes = this.held ? transaction.changes.map(this.held, true) : transaction.changes
    this.held = this.held?.map(transaction.changes)
    // A text whose cell is gone takes nothing any more.
    if (this.text._item?.deleted) return
    this.isWriting = true
    this.write(kindOf(transaction), () => apply(changes, this.text))
    this.isWriting = false
  }
}

/** The extension, by which the binding of a view is found too. `rest` hears of a caret that goes elsewhere. */
export function sharedText(text: Y.Text, write: Write, composing: Composing, rest: () => void): Binding {
  return ViewPlugin.define((view) => new SharedText(view, text, write, composing, rest), {
    eventHandlers: {
      compositionstart() {
        this.compositionStarted()
      },
      compositionend() {
        this.compositionEnded()
      },
    },
  })
}

/** Steps of undo end where this changes: writing, deleting, pasting, another line. */
function kindOf(transaction: Transaction): string {
  const kind = ["input.paste", "input.drop", "input", "delete", "move"].find((event) => transaction.isUserEvent(event))
  const isNewLine = kind === "input" && transaction.newDoc.lines !== transaction.startState.doc.lines
  return isNewLine ? "line" : (kind ?? "other")
}

function apply(changes: ChangeSet, text: Y.Text): void {
  let grown = 0
  changes.iterChanges((from, to, _from, _to, inserted) => {
    if (to > from) text.delete(from + grown, to - from)
    if (inserted.length > 0) text.insert(from + grown, inserted.sliceString(0, inserted.length, "\n"))
    grown += inserted.length - (to - from)
  })
}

function changesIn(delta: Y.YTextEvent["delta"]): ChangeSpec[] {
  const changes: ChangeSpec[] = []
  let at = 0
  for (const { insert, delete: deleted, retain } of delta) {
    if (typeof insert === "string") changes.push({ from: at, insert })
    else if (deleted !== undefined) changes.push({ from: at, to: (at += deleted) })
    else at += retain ?? 0
  }
  return changes
}
