/** The order of cells: fractional positions, then ids (docs/protocol.md; the same algorithm as the server's). */

import { generateNKeysBetween } from "fractional-indexing"

export type Placed = Readonly<{ id: string; pos: string }>

/** Positions are compared as ASCII, never by locale. */
export function compare(one: Placed, other: Placed): number {
  if (one.pos !== other.pos) return one.pos < other.pos ? -1 : 1
  return one.id < other.id ? -1 : Number(one.id > other.id)
}

/** Where a new cell at `index` goes, and where cells that stood in its way go. */
export type Placement = Readonly<{ pos: string; moved: ReadonlyMap<string, string> }>

/**
 * A position between `ordered[index - 1]` and `ordered[index]`.
 *
 * Two people who insert at the same place at once may choose equal positions. Nothing fits between equals, so then the
 * ones after the gap step aside too.
 */
export function placeAt(ordered: readonly Placed[], index: number): Placement {
  const low = ordered[index - 1]?.pos ?? null
  let beyond = index
  while (low !== null && beyond < ordered.length && (ordered[beyond]?.pos ?? "") <= low) beyond += 1
  try {
    const high = ordered[beyond]?.pos ?? null
    const [pos = "", ...others] = generateNKeysBetween(low, high, 1 + beyond - index)
    return { pos, moved: new Map(others.map((other, step) => [ordered[index + step]?.id ?? "", other])) }
  } catch {
    return placeAnew(ordered, index)
  }
}

/** New positions for all, for a document in which somebody wrote what is no position. */
function placeAnew(ordered: readonly Placed[], index: number): Placement {
  const keys = generateNKeysBetween(null, null, ordered.length + 1)
  const others = keys.toSpliced(index, 1)
  return { pos: keys[index] ?? "", moved: new Map(ordered.map(({ id }, place) => [id, others[place] ?? ""])) }
}
