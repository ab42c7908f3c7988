/** What the platform wrote into the page: who is here, which notebook, in what language. */

export type Role = "none" | "viewer" | "commenter" | "editor" | "owner"
export type Theme = "adaptive" | "light" | "dark"

export type Boot = Readonly<{
  notebook: Readonly<{ id: string; name: string }>
  user: Readonly<{ id: string | number; name: string; email: string }>
  role: Role
  locale: string
  theme: Theme
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
