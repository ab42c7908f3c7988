/** Finding and replacing in the text of cells. Pure. */

import type { Range } from "./anchors"
import type { Piece } from "./textDiff"

export type Query = Readonly<{ text: string; isRegex: boolean; isCaseSensitive: boolean; isWholeWord: boolean }>

const MOST = 5_000
const WORD = String.raw`[\p{L}\p{N}_]`

/** What to look for; undefined while nothing is asked or the expression is none yet. */
export function patternOf({ text, isRegex, isCaseSensitive, isWholeWord }: Query): RegExp | undefined {
  if (!text) return undefined
  const wanted = isRegex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const bounded = isWholeWord ? `(?<!${WORD})(?:${wanted})(?!${WORD})` : wanted
  try {
    return new RegExp(bounded, isCaseSensitive ? "gmu" : "gimu")
  } catch {
    return undefined
  }
}

/** Where it stands; a match of nothing is none. */
export function findIn(text: string, pattern: RegExp): Range[] {
  const found: Range[] = []
  for (const match of text.matchAll(pattern)) {
    if (match[0] !== "") found.push({ from: match.index, to: match.index + match[0].length })
    if (found.length >= MOST) break
  }
  return found
}

/** The change that puts `replacement` in the place of these matches; of an expression, `$1` is its first group. */
export function replaced(text: string, pattern: RegExp, ranges: readonly Range[], replacement: string): Piece[] {
  const single = new RegExp(pattern.source, pattern.flags.replace("g", "y"))
  const pieces: Piece[] = []
  let at = 0
  for (const { from, to } of ranges) {
    pieces.push({ kind: "same", text: text.slice(at, from) }, { kind: "gone", text: text.slice(from, to) })
    pieces.push({ kind: "new", text: filled(text, single, from, to, replacement) })
    at = to
  }
  return [...pieces, { kind: "same", text: text.slice(at) } as const].filter((piece) => piece.text !== "")
}

/** The replacement of one match, which is looked at in its place: what is around it may be part of the expression. */
function filled(text: string, single: RegExp, from: number, to: number, replacement: string): string {
  single.lastIndex = from
  const match = single.exec(text)
  if (!match) return replacement
  return replacement.replace(/\$(?:(\$)|(&)|(\d))/g, (whole, dollar?: string, all?: string, group?: string) => {
    if (dollar) return "$"
    if (all) return text.slice(from, to)
    return group === undefined || Number(group) >= match.length ? whole : (match[Number(group)] ?? "")
  })
}
