/** The bytes of the Yjs protocols, as pure functions: sync (0: step 1, step 2, update) and awareness (1). */

import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"

const SYNC = 0
const AWARENESS = 1
const [STEP_1, STEP_2, UPDATE] = [0, 1, 2] as const

export type SyncMessage =
  | { kind: "step1"; vector: Uint8Array }
  | { kind: "update"; update: Uint8Array }
  | { kind: "awareness"; update: Uint8Array }
  | { kind: "unknown" }

export function readMessage(bytes: Uint8Array): SyncMessage {
  const decoder = decoding.createDecoder(bytes)
  const protocol = decoding.readVarUint(decoder)
  if (protocol === AWARENESS) return { kind: "awareness", update: decoding.readVarUint8Array(decoder) }
  if (protocol !== SYNC) return { kind: "unknown" }
  const step = decoding.readVarUint(decoder)
  const content = decoding.readVarUint8Array(decoder)
  if (step === STEP_1) return { kind: "step1", vector: content }
  // Step 2 is an update that answers a question; what it does to the document is the same.
  return step === STEP_2 || step === UPDATE ? { kind: "update", update: content } : { kind: "unknown" }
}

export const writeStep1 = (vector: Uint8Array) => write(vector, SYNC, STEP_1)
export const writeStep2 = (update: Uint8Array) => write(update, SYNC, STEP_2)
export const writeUpdate = (update: Uint8Array) => write(update, SYNC, UPDATE)
export const writeAwareness = (update: Uint8Array) => write(update, AWARENESS)

function write(content: Uint8Array, ...head: number[]): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder()
  for (const number of head) encoding.writeVarUint(encoder, number)
  encoding.writeVarUint8Array(encoder, content)
  return encoding.toUint8Array(encoder) as Uint8Array<ArrayBuffer>
}
