/** What the platform wrote into the page: who is here, which notebook, in what language. */

import type { Values } from "./preferences.svelte"

export type Role = "none" | "viewer" | "commenter" | "editor" | "owner"
export type Theme = "adaptive" | "light" | "dark"

export type Author = Readonly<{ id: string | number; name: string }>
/** A copy that its reader works in without having asked for one; without an original where that is gone. */
export type Playground = Readonly<{ original: string | null; author: Author | null }>
/** Which notebook it is, and what the reader is to it. */
export type About = Readonly<{
  notebook: Readonly<{ id: string; name: string }>
  role: Role
  owner: Author
  playground: Playground | null
  /** Why an administrator has frozen it; null if nobody has. */
  frozen?: string | null
}>

export type Boot = About &
  Readonly<{
    user: Readonly<{ id: string | number; name: string; email: string }>
    locale: string
    theme: Theme
    /** What the account says about the page. */
    settings?: Partial<Values>
    build: string
    csrf: string
    /** What was changed to make an uploaded file readable. */
    notices?: readonly string[]
  }>

export function readBoot(page: Document): Boot {
  const block = page.getElementById("boot")
  if (!block?.textContent) throw new Error("The page carries no boot block.")
  return JSON.parse(block.textContent) as Boot
}

export function canComment(role: Role): boolean {
  return role === "commenter" || canEdit(role)
}

export function canEdit(role: Role): boolean {
  return role === "editor" || role === "owner"
}
