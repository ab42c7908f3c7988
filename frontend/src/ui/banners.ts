/** What the platform says above everything else: announcements, and in whose name an administrator is here. */

import type { Page } from "../editor/page.svelte"
import { words } from "../lib/i18n"
import { postForm } from "../lib/postForm"

type Banners = Readonly<{
  announcements: readonly Readonly<{ id: number; level: "info" | "warning"; text: string }>[]
  stands_in: boolean
}>

export function showBanners(page: Page): void {
  const said = document.getElementById("banners")?.textContent
  if (!said) return
  const { announcements, stands_in } = JSON.parse(said) as Banners
  for (const { id, level, text } of announcements) page.notices.say(level, text, `announcement ${id}`)
  if (stands_in) {
    const back = { label: words.backToYourself, run: () => postForm("/dashboard/back", page.boot.csrf) }
    page.notices.say("warning", words.signedInAs(page.boot.user.email), "stands in", back)
  }
}
