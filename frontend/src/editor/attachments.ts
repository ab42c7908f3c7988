/** Pictures of a text cell: pasted, dropped or chosen, they become its attachments, as Jupyter keeps them. */

import { words } from "../lib/i18n"
import type { Page } from "./page.svelte"
import { isImage } from "./images"

/** What a change of a cell may hold, less what stands around it; the platform takes 2 MiB. */
const LARGEST = 1_900_000
const LONGEST_SIDE = 1_600 // pixels, of a picture that is too large as it is

export function chooseImage(page: Page, id: string, at: number): void {
  const input = document.createElement("input")
  input.type = "file"
  input.accept = "image/*"
  input.multiple = true
  input.onchange = () => void attachImages(page, id, [...(input.files ?? [])].filter(isImage), at)
  input.click()
}

/** Put pictures into a cell's text at `at`. */
export async function attachImages(page: Page, id: string, files: readonly File[], at: number): Promise<void> {
  if (!page.mayEdit()) return
  let place = at
  for (const file of files) {
    try {
      const image = file.size * 1.34 > LARGEST / 2 ? await smaller(file) : file
      const data = await base64(image)
      const content = page.document.content(id)
      if (!content) return
      const held = JSON.stringify(content.attachments ?? {}).length
      if (held + data.length > LARGEST) {
        page.notices.error(words.textTools.noRoom(file.name))
        return
      }
      const name = freeName(file.name || "image.png", Object.keys(content.attachments ?? {}))
      const text = `![${name}](attachment:${encodeURI(name)})`
      page.document.attach(id, name, { [image.type]: data }, text, place)
      place += text.length
    } catch {
      page.notices.error(words.textTools.unreadable(file.name))
    }
  }
  page.selection.edit(id, place)
}

/** What stands in a Markdown address without being escaped, and is not there yet. */
function freeName(wanted: string, taken: readonly string[]): string {
  const clean = wanted.replace(/[^\p{L}\p{N}._-]+/gu, "_")
  const [, stem = clean, ending = ""] = /^(.*?)(\.[^.]*)?$/.exec(clean) ?? []
  let name = clean
  for (let number = 2; taken.includes(name); number += 1) name = `${stem}-${String(number)}${ending}`
  return name
}

async function smaller(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  const canvas = document.createElement("canvas")
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  // A drawing stays sharp and see-through as PNG where that is small enough; a photograph never is.
  const png = await encoded(canvas, "image/png")
  return png.size * 1.34 < LARGEST / 2 ? png : encoded(canvas, "image/jpeg")
}

function encoded(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), type, 0.85)
  })
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve((reader.result as string).split(",")[1] ?? "")
    reader.onerror = () => reject(new Error("unreadable"))
    reader.readAsDataURL(blob)
  })
}
