/** JSON-RPC as language servers speak it: each message has a head that says how long it is. Pure. */

export type Message = Readonly<{
  id?: number | string
  method?: string
  params?: unknown
  result?: unknown
  error?: Readonly<{ message: string }>
}>

/** Of one message to the machine, which takes frames up to twice this size. */
const PIECE = 128 * 1024

const HEAD_END = [13, 10, 13, 10] as const
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The message in pieces that a stream takes. */
export function pieces(message: Message): Uint8Array<ArrayBuffer>[] {
  const body = encoder.encode(JSON.stringify({ jsonrpc: "2.0", ...message }))
  const all = joined(encoder.encode(`Content-Length: ${String(body.length)}\r\n\r\n`), body)
  const list = []
  for (let start = 0; start < all.length; start += PIECE) list.push(all.slice(start, start + PIECE))
  return list
}

/** Puts together what comes in pieces of any size. */
export class Reader {
  private kept = new Uint8Array()

  take(bytes: Uint8Array): Message[] {
    this.kept = joined(this.kept, bytes)
    const messages: Message[] = []
    for (let next = this.next(); next; next = this.next()) messages.push(next)
    return messages
  }

  private next(): Message | undefined {
    const head = endOfHead(this.kept)
    if (head === undefined) return undefined
    const length = Number(/content-length: *(\d+)/i.exec(decoder.decode(this.kept.subarray(0, head)))?.[1] ?? 0)
    if (this.kept.length < head + length) return undefined
    const body = decoder.decode(this.kept.subarray(head, head + length))
    this.kept = this.kept.slice(head + length)
    return JSON.parse(body) as Message
  }
}

function endOfHead(bytes: Uint8Array): number | undefined {
  for (let at = bytes.indexOf(HEAD_END[0]); at >= 0; at = bytes.indexOf(HEAD_END[0], at + 1)) {
    if (HEAD_END.every((byte, place) => bytes[at + place] === byte)) return at + HEAD_END.length
  }
  return undefined
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length)
  all.set(one)
  all.set(other, one.length)
  return all
}
