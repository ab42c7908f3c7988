/** Sending, in a quiet moment and whenever the network comes back, what could not be sent before. */

import type { Page } from "../editor/page.svelte"
import { words } from "../lib/i18n"
import { whenIdle } from "../lib/idle"

const AGAIN_AFTER = 30_000

export function sendKeptFeedback(page: Page): void {
  const send = (): void => void sendNow(page).catch(() => undefined) // it stays kept
  whenIdle(send)
  addEventListener("online", send)
  setInterval(send, AGAIN_AFTER)
}

/** The flag is all that a page without such a message looks at. */
async function sendNow(page: Page): Promise<void> {
  if (localStorage.getItem("tomoni.feedback") === null) return
  const { sendWaiting } = await import("./outbox")
  const receipts = await sendWaiting(String(page.boot.user.id), page.boot.csrf)
  if (receipts.length > 0) {
    page.notices.say("info", words.feedback.arrived(receipts.map(({ name }) => name).join(", ")), "feedback")
  }
}
