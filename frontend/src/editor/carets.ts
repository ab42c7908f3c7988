/** The others' carets and selections in an editor, drawn beside its text and never into it. */

import { EditorSelection, StateEffect, type Extension } from "@codemirror/state"
import {
  layer,
  RectangleMarker,
  ViewPlugin,
  type EditorView,
  type LayerMarker,
  type ViewUpdate,
} from "@codemirror/view"
import * as Y from "yjs"

import type { Cursor, Person, Presence } from "../document/presence.svelte"
import type { Binding } from "./sharedText"

type Found = Readonly<{ client: number; person: Person; anchor: number; head: number; moves: number }>

const othersMoved = StateEffect.define()

/** A rectangle in somebody's colour. It is drawn anew when they move, which shows their name again for a while. */
class PersonMarker implements LayerMarker {
  constructor(
    private readonly rectangle: RectangleMarker,
    private readonly person: Person,
    private readonly moves: number,
  ) {}

  eq(other: PersonMarker): boolean {
    return this.isOfSameMove(other) && this.rectangle.eq(other.rectangle)
  }

  draw(): HTMLElement {
    const element = this.rectangle.draw()
    element.style.setProperty("--person", this.person.color)
    element.dataset["name"] = this.person.name
    return element
  }

  update(element: HTMLElement, before: PersonMarker): boolean {
    return this.isOfSameMove(before) && this.rectangle.update(element, before.rectangle)
  }

  private isOfSameMove({ person, moves }: PersonMarker): boolean {
    return moves === this.moves && person.name === this.person.name && person.color === this.person.color
  }
}

/** Finds the others' selections in this text, and tells them mine. */
class Pointers {
  found: readonly Found[] = []
  private readonly moves = new Map<number, { pointing: string; moves: number }>()
  private readonly unwatch: () => void
  private takeAway: () => void = () => undefined
  private told = ""

  constructor(
    private readonly view: EditorView,
    private readonly text: Y.Text,
    private readonly presence: Presence,
    private readonly binding: Binding,
  ) {
    this.find()
    this.unwatch = presence.watch(() => this.othersMoved())
  }

  update(update: ViewUpdate): void {
    if (update.docChanged) this.find()
    if (update.docChanged || update.selectionSet || update.focusChanged) this.tell()
  }

  destroy(): void {
    this.unwatch()
    this.takeAway()
  }

  private othersMoved(): void {
    const before = this.found
    this.find()
    if (before.length > 0 || this.found.length > 0) this.view.dispatch({ effects: othersMoved.of(null) })
  }

  private find(): void {
    this.found = this.presence.cursors.flatMap((cursor) => this.read(cursor))
  }

  private read({ client, person, pointing }: Cursor): Found[] {
    const anchor = this.placeOf(pointing.anchor)
    const head = this.placeOf(pointing.head)
    return anchor === undefined || head === undefined
      ? []
      : [{ client, person, anchor, head, moves: this.movesOf(client, JSON.stringify(pointing)) }]
  }

  private movesOf(client: number, pointing: string): number {
    const before = this.moves.get(client)
    const moves = (before?.moves ?? 0) + Number(before?.pointing !== pointing)
    this.moves.set(client, { pointing, moves })
    return moves
  }

  private placeOf(relative: unknown): number | undefined {
    const place = readPlace(relative, this.text)
    return place === undefined ? undefined : (this.view.plugin(this.binding)?.fromShared(place) ?? place)
  }

  /** The caret stays told while the window is in the background. */
  private tell(): void {
    if (this.view.root.activeElement !== this.view.contentDOM) {
      this.told = ""
      this.takeAway()
      return
    }
    const { anchor, head } = this.view.state.selection.main
    const pointing = { anchor: this.relative(anchor), head: this.relative(head) }
    const told = JSON.stringify(pointing)
    if (told === this.told) return
    this.told = told
    this.takeAway = this.presence.point(pointing)
  }

  private relative(place: number): unknown {
    const shared = this.view.plugin(this.binding)?.toShared(place) ?? place
    return Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(this.text, shared, -1))
  }
}

export function carets(text: Y.Text, presence: Presence, binding: Binding): Extension {
  const pointers = ViewPlugin.define((view) => new Pointers(view, text, presence, binding))
  const isNews = (update: ViewUpdate): boolean =>
    update.docChanged ||
    update.geometryChanged ||
    update.transactions.some(({ effects }) => effects.some((effect) => effect.is(othersMoved)))
  const draw = (kind: string, range: (found: Found) => { anchor: number; head: number }) => (view: EditorView) =>
    (view.plugin(pointers)?.found ?? []).flatMap((found) => {
      const { anchor, head } = range(found)
      const rectangles = RectangleMarker.forRange(view, `cm-others-${kind}`, EditorSelection.range(anchor, head))
      return rectangles.map((rectangle) => new PersonMarker(rectangle, found.person, found.moves))
    })
  return [
    pointers,
    layer({
      above: false,
      class: "cm-others-selections",
      update: isNews,
      markers: draw("selection", ({ anchor, head }) => ({ anchor, head })),
    }),
    layer({
      above: true,
      class: "cm-others-carets",
      update: isNews,
      markers: draw("caret", ({ head }) => ({ anchor: head, head })),
    }),
  ]
}

/** Other pages write these, so nothing is taken for granted. */
function readPlace(relative: unknown, text: Y.Text): number | undefined {
  try {
    const position = Y.createRelativePositionFromJSON(relative)
    const place = text.doc && Y.createAbsolutePositionFromRelativePosition(position, text.doc)
    return place?.type === text ? place.index : undefined
  } catch {
    return undefined
  }
}
