/** Comments as the API gives them. Mirrors notebooks/comments/api.py. */

import type { Anchor } from "../document/anchors"

export type Author = Readonly<{ id: number; name: string }>
export type Mentioned = Author & Readonly<{ email: string }>

export type Comment = Readonly<{
  id: string
  /** Null when the account is gone. */
  author: Author | null
  text: string
  created: string
  edited: string | null
  deleted: boolean
  mentions: readonly Mentioned[]
}>

/** On a cell or, where `start` and `end` are not empty, on a piece of its text. */
export type Thread = Anchor &
  Readonly<{
    id: string
    cell: string
    created: string
    resolved: string | null
    resolved_by: Author | null
    comments: readonly Comment[]
  }>

export type Filter = "open" | "resolved" | "all"

export function passes(thread: Thread, filter: Filter): boolean {
  return filter === "all" || (thread.resolved === null) === (filter === "open")
}
