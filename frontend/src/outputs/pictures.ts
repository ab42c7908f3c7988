/** Images of outputs as files. */

import { dataUrl, type Part } from "./mime"
import { blobUrl } from "./parts"

const ENDINGS: Readonly<Record<string, string>> = {
  "image/svg+xml": "svg",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
}

export function imageAddress(notebook: string, part: Part): string {
  return part.blob ? blobUrl(notebook, part) : dataUrl(part.mime, part.value)
}

/** What an image of the cell with this number (0: the scratch cell) is called; `at` tells those of one cell apart. */
export function imageName(mime: string, cellNumber: number, at: number): string {
  const ending = ENDINGS[mime] ?? "png"
  const name = cellNumber ? `cell-${cellNumber}` : "scratch"
  return at === 0 ? `${name}.${ending}` : `${name}-${at + 1}.${ending}`
}
