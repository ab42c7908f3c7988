/** What differs between two texts, in pieces that a person can read. */

import { presentableDiff } from "@codemirror/merge"

export type Piece = Readonly<{ kind: "same" | "gone" | "new"; text: string }>

export function textDiff(before: string, after: string): Piece[] {
  const pieces: Piece[] = []
  const add = (kind: Piece["kind"], text: string): void => {
    if (text) pieces.push({ kind, text })
  }
  let at = 0
  for (const { fromA, toA, fromB, toB } of presentableDiff(before, after)) {
    add("same", before.slice(at, fromA))
    add("gone", before.slice(fromA, toA))
    add("new", after.slice(fromB, toB))
    at = toA
  }
  add("same", before.slice(at))
  return pieces
}
