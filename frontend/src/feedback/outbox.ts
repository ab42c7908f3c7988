/**
 * Messages that could not be sent, kept in this browser until they can be.
 *
 * Each has a token by which the platform knows it again: sent twice, it is stored once. A message is sent only in the
 * name of who wrote it.
 */

import { ConnectionLost, Refused } from "../protocol/frames"
import { send } from "../protocol/http"

export type Message = Readonly<{
  token: string
  /** Who wrote it; null for somebody who had not signed in. */
  user: string | null
  fields: Readonly<Record<string, string>>
  screenshot?: Blob | undefined
}>

export type Receipt = Readonly<{ number: number; name: string; url: string; message: string }>

const STORE = "messages"
/** Says to other pages, cheaply, that there may be something to send. */
export const FLAG = "tomoni.feedback"

/** Send one; raises Refused when the platform will not take it, and ConnectionLost when it cannot now. */
export async function sendMessage(message: Message, csrf: string): Promise<Receipt> {
  const form = new FormData()
  form.append("token", message.token)
  for (const [name, value] of Object.entries(message.fields)) form.append(name, value)
  if (message.screenshot) form.append("screenshot", message.screenshot, "screenshot.png")
  try {
    return (await (await send("POST", "/api/feedback", form, csrf)).json()) as Receipt
  } catch (problem) {
    if (problem instanceof Refused && isPassing(problem)) throw new ConnectionLost(problem.message)
    throw problem
  }
}

/** The platform is in trouble or has had enough for now: the same message may be taken later. */
function isPassing({ code }: Refused): boolean {
  return code === "429" || Number(code) >= 500
}

export async function keep(message: Message): Promise<void> {
  const transaction = (await open()).transaction(STORE, "readwrite")
  transaction.objectStore(STORE).put(message)
  await finished(transaction)
  localStorage.setItem(FLAG, "waiting")
}

/** Whether this browser may keep something that was not sent. */
export function mayWait(): boolean {
  return localStorage.getItem(FLAG) !== null
}

/** Send what `user` wrote and could not send; the receipts of what arrived. What is refused for good is dropped. */
export async function sendWaiting(user: string | null, csrf: string): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = []
  const waiting = await all()
  for (const message of waiting.filter((one) => one.user === user)) {
    try {
      receipts.push(await sendMessage(message, csrf))
    } catch (problem) {
      if (!(problem instanceof Refused)) break
    }
    await drop(message.token)
  }
  if ((await all()).length === 0) localStorage.removeItem(FLAG)
  return receipts
}

async function all(): Promise<readonly Message[]> {
  const transaction = (await open()).transaction(STORE)
  const found = transaction.objectStore(STORE).getAll()
  await finished(transaction)
  return found.result as Message[]
}

async function drop(token: string): Promise<void> {
  const transaction = (await open()).transaction(STORE, "readwrite")
  transaction.objectStore(STORE).delete(token)
  await finished(transaction)
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("tomoni-feedback", 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "token" })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error("This browser keeps nothing."))
  })
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error("This browser has no room left."))
  })
}
