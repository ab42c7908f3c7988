/** What the platform says of one notebook. */

import type { Role } from "../lib/boot"
import { get } from "./http"

/** Times are ISO 8601; `size` is in bytes, with versions, results and the file that it was uploaded from. */
export type NotebookInfo = Readonly<{
  name: string
  owner: string
  role: Exclude<Role, "none">
  created: string
  changed: string
  size: number
}>

export async function infoOf(notebook: string): Promise<NotebookInfo> {
  return (await (await get(`/api/notebooks/${notebook}`)).json()) as NotebookInfo
}
