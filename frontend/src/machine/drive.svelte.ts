/** My drive: whether this notebook may have it, and how it stands in my machine. */

import { ConnectionLost, Refused } from "../protocol/frames"
import { get, send } from "../protocol/http"
import { own } from "./ownWords"

export type Standing = Readonly<{
  granted: boolean
  state: "" | "asking" | "refused" | "wanted" | "attached" | "failed" | "leaving"
  place: string
  message: string
}>

const LOOK_EVERY = 300 // milliseconds
const LOOKS = 100

export class Drive {
  standing = $state.raw<Standing>()
  problem = $state("")
  private readonly api: string

  constructor(
    notebook: string,
    private readonly csrf: string,
  ) {
    this.api = `/api/notebooks/${notebook}/drive`
  }

  get isMounted(): boolean {
    return this.standing?.state === "attached"
  }

  get isUnderWay(): boolean {
    return this.standing?.state === "wanted" || this.standing?.state === "leaving"
  }

  async load(): Promise<void> {
    await this.telling(() => get(this.api))
  }

  /** Grant it to this notebook or take it back, and wait until the machine has followed. */
  async decide(granted: boolean): Promise<void> {
    await this.telling(() => send("PUT", this.api, { granted }, this.csrf))
    for (let look = 0; look < LOOKS && this.isUnderWay && !this.problem; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
      await this.load()
    }
    if (this.isUnderWay) this.problem ||= own.drive.slow
  }

  private async telling(ask: () => Promise<Response>): Promise<void> {
    try {
      this.standing = (await (await ask()).json()) as Standing
      this.problem = this.standing.state === "failed" ? this.standing.message : ""
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      this.problem = problem.message
    }
  }
}
