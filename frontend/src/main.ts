/** Starts the editor in the page that the platform served. */

import "./ui/theme.css"

import { mount } from "svelte"

import { Page } from "./editor/page.svelte"
import { readBoot } from "./lib/boot"
import { speak } from "./lib/i18n"
import { whenIdle } from "./lib/idle"
import { listenForTrouble } from "./lib/trouble"
import { sendKeptFeedback } from "./feedback/kept"
import App from "./ui/App.svelte"
import { showBanners } from "./ui/banners"
import { fetchAhead } from "./ui/parts"

async function start(target: HTMLElement): Promise<void> {
  listenForTrouble()
  const boot = readBoot(document)
  await speak(boot.locale)
  const page = new Page(boot)
  mount(App, { target, props: { page } })
  showBanners(page)
  await page.open()
  whenIdle(() => void fetchAhead())
  sendKeptFeedback(page)
}

const target = document.getElementById("app")
if (target) void start(target)
