/**
 * Where a piece of a cell's text is, so that it stays with that text whatever happens around it: two Yjs relative
 * positions, the first holding on to the character after it and the last to the one before it. What is typed at either
 * end is outside.
 */

import * as Y from "yjs"

export type Range = Readonly<{ from: number; to: number }>

/** `start` and `end` are Base64; `quote` is what stood between them. */
export type Anchor = Readonly<{ start: string; end: string; quote: string }>

/** The platform keeps no more of it. */
const LONGEST_QUOTE = 1_000
/** A shorter quote may stand anywhere by chance. */
const SHORTEST_TELLING_QUOTE = 3

export function anchorTo(source: Y.Text, { from, to }: Range): Anchor {
  const position = (index: number, side: 0 | -1): string =>
    toBase64(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(source, index, side)))
  const quote = source.toString().slice(from, Math.min(to, from + LONGEST_QUOTE))
  return { start: position(from, 0), end: position(to, -1), quote: quote.toWellFormed() }
}

/** Where the text is now; undefined when it is gone. */
export function findAnchor(source: Y.Text, anchor: Anchor): Range | undefined {
  const from = indexOf(source, anchor.start)
  const to = indexOf(source, anchor.end)
  if (from !== undefined && to !== undefined && from < to) return { from, to }
  return findQuote(source.toString(), anchor.quote)
}

/**
 * Text that was cut and pasted, or came back with its deleted cell, is another text to Yjs. Where the same words stand
 * once and only once they are taken for it.
 */
export function findQuote(text: string, quote: string): Range | undefined {
  if (quote.trim().length < SHORTEST_TELLING_QUOTE || quote.length >= LONGEST_QUOTE) return undefined
  const from = text.indexOf(quote)
  if (from < 0 || text.includes(quote, from + 1)) return undefined
  return { from, to: from + quote.length }
}

function indexOf(source: Y.Text, position: string): number | undefined {
  if (!source.doc) return undefined
  const relative = Y.decodeRelativePosition(fromBase64(position))
  const found = Y.createAbsolutePositionFromRelativePosition(relative, source.doc)
  return found?.type === source ? found.index : undefined
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

function fromBase64(encoded: string): Uint8Array {
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
}
