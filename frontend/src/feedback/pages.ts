/** Feedback on the pages that Django makes: the dialog, and the sending of what could not be sent before. */

import { mount, unmount } from "svelte"

import { speak } from "../lib/i18n"
import type { Context } from "./context"
import { mayWait, sendWaiting } from "./outbox"

type Boot = Readonly<{ csrf: string; user: string | null; build: string }>

function boot(): Boot {
  return JSON.parse(document.getElementById("feedback")?.textContent ?? "") as Boot
}

export async function open(): Promise<void> {
  await speak(document.documentElement.lang)
  const { default: FeedbackDialog } = await import("./FeedbackDialog.svelte")
  const context: Context = boot()
  const dialog = mount(FeedbackDialog, {
    target: document.body,
    props: { context, close: () => void unmount(dialog) },
  })
}

export async function sendKept(): Promise<void> {
  const { user, csrf } = boot()
  if (mayWait()) await sendWaiting(user, csrf)
}
