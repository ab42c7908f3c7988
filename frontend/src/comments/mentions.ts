/** `@` and an address within the text of a comment. */

import type { Mentioned } from "./threads"

/** The platform has the same pattern in notebooks/comments/mentions.py. */
const ADDRESS = /(?<![A-Za-z0-9.@])@([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)/g

export type Part = Readonly<{ text: string; person?: Mentioned }>

/** The text in pieces, of which some name a person. */
export function partsOf(text: string, mentions: readonly Mentioned[]): Part[] {
  const parts: Part[] = []
  let end = 0
  for (const found of text.matchAll(ADDRESS)) {
    const person = mentions.find(({ email }) => email.toLowerCase() === found[1]?.toLowerCase())
    if (!person) continue
    if (found.index > end) parts.push({ text: text.slice(end, found.index) })
    parts.push({ text: `@${person.name}`, person })
    end = found.index + found[0].length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

/** The beginning of a mention that the caret stands behind, and where it starts. */
export function mentionAt(text: string, caret: number): Readonly<{ from: number; start: string }> | undefined {
  const found = /(?<![A-Za-z0-9.@＠])[@＠]([^\s@＠]{0,40})$/.exec(text.slice(0, caret))
  return found ? { from: found.index, start: found[1] ?? "" } : undefined
}
