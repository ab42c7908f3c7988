/**
 * Playground mode: what somebody writes or runs who may only view goes on in a copy of their own.
 *
 * They see the original live until their first edit or run. That closes the sockets, so that nothing comes in which the
 * copy lacks; the platform makes the copy, with the same Yjs history; and the page goes on in it as it is, with its
 * text, carets and unsaved edits. No key press falls in between, since nothing is loaded anew.
 */

import type { About } from "../lib/boot"
import { words } from "../lib/i18n"
import { ConnectionLost, Refused } from "../protocol/frames"
import { send } from "../protocol/http"
import { NO_ACCESS, SIGN_IN_AGAIN, socketAddress } from "../protocol/socket"
import type { Page } from "./page.svelte"

type Made = About & Readonly<{ epoch: number }>

const AGAIN_AFTER = 2_000
/** Answers after which there is no use in asking again, and what they are for a socket. */
const FOR_GOOD: Readonly<Record<string, number>> = { "401": SIGN_IN_AGAIN, "404": NO_ACCESS }
const FROZEN = "403"
export const NOTICE = "playground"

export class Playground {
  private entering: Promise<void> | undefined
  private again: () => void = () => undefined

  constructor(private readonly page: Page) {}

  /** This is a copy that its reader has not asked to keep. */
  get isOpen(): boolean {
    return this.page.boot.playground !== null
  }

  /** This is what the reader may only view: their first edit or run goes on in a copy. */
  get isAhead(): boolean {
    const { role, socketState } = this.page.provider
    const mayCopy = this.page.boot.frozen == null
    return mayCopy && (role === "viewer" || role === "commenter") && socketState !== "refused"
  }

  /** Go on in a copy; once begun it is tried until there is one, or none is to be had. */
  enter(): Promise<void> {
    if (!this.isAhead) return Promise.resolve()
    this.entering ??= this.goOver().finally(() => {
      this.entering = undefined
    })
    return this.entering
  }

  /** Make the copy a notebook like any other, from the original or from within. */
  async keep(): Promise<void> {
    const { page } = this
    await this.enter()
    if (!this.isOpen) return
    try {
      const { id } = page.boot.notebook
      const response = await send("POST", `/api/notebooks/${id}/keep`, {}, page.boot.csrf)
      const { name } = (await response.json()) as { name: string }
      page.boot = { ...page.boot, notebook: { id, name }, playground: null }
      page.name = name
      page.notices.say("info", words.playground.kept(name), NOTICE)
    } catch (problem) {
      page.report(problem)
    }
  }

  retry(): void {
    this.again()
  }

  private async goOver(): Promise<void> {
    const { page } = this
    page.provider.leave()
    page.runtime.leave()
    for (;;) {
      try {
        const address = `/api/notebooks/${page.boot.notebook.id}/playground`
        const response = await send("POST", address, {}, page.boot.csrf)
        await this.goOnIn((await response.json()) as Made)
        return
      } catch (problem) {
        if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
        if (problem instanceof Refused && problem.code === FROZEN) location.reload() // the page then says why
        const code = problem instanceof Refused ? FOR_GOOD[problem.code] : undefined
        page.provider.heldUp(code)
        if (code !== undefined) return
        if (problem instanceof Refused) page.notices.error(problem.message, NOTICE)
        await this.aWhile()
      }
    }
  }

  private async goOnIn({ epoch, ...about }: Made): Promise<void> {
    const { page } = this
    const { id, name } = about.notebook
    if (!(await page.provider.moveTo(socketAddress(`/ws/notebooks/${id}`), page.keptAs(id), epoch))) {
      location.reload() // the notebook was replaced while we were leaving: what was written is offered there
      return
    }
    page.boot = { ...page.boot, ...about }
    page.name = name
    page.beginComments()
    page.runtime.moveTo(socketAddress(`/ws/runtimes/${id}`))
    history.replaceState(history.state, "", `/notebooks/${id}${location.search}${location.hash}`)
    page.notices.say("info", words.playground.entered, NOTICE)
  }

  private aWhile(): Promise<void> {
    return new Promise((resolve) => {
      this.again = resolve
      setTimeout(resolve, AGAIN_AFTER)
    })
  }
}
