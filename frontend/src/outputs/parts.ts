/** Fetches the parts of outputs that were too big to come by socket. */

import type { Json } from "../runtime/outputs"
import type { BlobPart, Part } from "./mime"

export class PartMissing extends Error {}

export function blobUrl(notebook: string, part: BlobPart): string {
  return `/api/notebooks/${notebook}/blobs/${part.blob.sha256}?type=${encodeURIComponent(part.mime)}`
}

export function streamUrl(notebook: string, execution: string, index: number): string {
  return `/api/notebooks/${notebook}/executions/${execution}/text?index=${index}`
}

/** The value of a part, wherever it is kept. */
export async function partValue(notebook: string, part: Part): Promise<Json> {
  if (part.blob === null) return part.value
  const response = await fetchPart(notebook, part)
  return part.blob.encoding === "json" ? ((await response.json()) as Json) : response.text()
}

/** A blob that holds an image or a recording, as a data: URL: the only form that a sandboxed frame can show. */
export async function partDataUrl(notebook: string, part: BlobPart): Promise<string> {
  const bytes = await (await fetchPart(notebook, part)).arrayBuffer()
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(new PartMissing("This part of the output could not be read."))
    reader.readAsDataURL(new Blob([bytes], { type: part.mime }))
  })
}

async function fetchPart(notebook: string, part: BlobPart): Promise<Response> {
  const response = await fetch(blobUrl(notebook, part)).catch(() => null)
  if (!response?.ok) throw new PartMissing("This part of the output could not be fetched.")
  return response
}
