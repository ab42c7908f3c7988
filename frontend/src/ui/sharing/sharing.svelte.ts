/** How the open notebook is shared: what the platform says of it, and what can be changed. */

import type { Role } from "../../lib/boot"
import { ConnectionLost, Refused } from "../../protocol/frames"
import { get, send } from "../../protocol/http"
import type { Offered } from "../suggestions.svelte"
import { addressesIn, endOfDay } from "./terms"

export type GivenRole = Exclude<Role, "none" | "owner">
export type Scope = "restricted" | "organization" | "link"
export type Organization = Readonly<{ id: number; name: string }>

/** Somebody with access by name; the owner has no id. */
export type Person = Readonly<{
  id: number | null
  email: string
  name: string
  color: string
  role: Role
  expires: string | null
  has_expired: boolean
  has_opened: boolean
}>

/** A group of an organization, with which the notebook can be shared. */
export type Group = Readonly<{ id: number; name: string; organization: string }>
/** One that has access; how many are in it is known to members of its organization. */
export type GroupGrant = Group & Readonly<{ grant: number; role: GivenRole; people: number | null }>

export type Summary = Readonly<{
  role: Role
  may_share: boolean
  may_editors_share: boolean
  owner: string
  people: readonly Person[]
  groups: readonly GroupGrant[]
  offered_groups: readonly Group[]
  scope: Scope
  general_role: GivenRole
  organization: Organization | null
  organizations: readonly Organization[]
  link: string
}>

/** What is written into the form for new people. */
export type Draft = { addresses: string; role: GivenRole; ends: string; notify: boolean; note: string }

export class Sharing {
  summary = $state.raw<Summary>()
  /** Why the last change was not made. */
  problem = $state<string>()
  isBusy = $state(false)
  draft = $state<Draft>(emptyDraft())

  constructor(
    private readonly notebook: string,
    private readonly csrf: string,
  ) {}

  get hasDraft(): boolean {
    return this.draft.addresses.trim() !== ""
  }

  async load(): Promise<void> {
    await this.attempt(async () => undefined)
  }

  /** Give the people in the form their role; true when that is done. */
  async invite(): Promise<boolean> {
    const { addresses, role, ends, notify, note } = this.draft
    const body = { emails: addressesIn(addresses), role, expires: endOfDay(ends), notify, note: notify ? note : "" }
    const isDone = await this.change("POST", "/people", body)
    if (isDone) this.draft = emptyDraft(role)
    return isDone
  }

  /** People whom one knows and whose name or address begins so; nobody while the platform cannot be asked. */
  async known(start: string): Promise<readonly Offered[]> {
    try {
      const answer = await get(`${this.address}/known?start=${encodeURIComponent(start)}`)
      return (await answer.json()) as Offered[]
    } catch (problem) {
      if (problem instanceof Refused || problem instanceof ConnectionLost) return []
      throw problem
    }
  }

  changeRole(person: Person, role: GivenRole): Promise<boolean> {
    return this.change("PATCH", `/people/${person.id}`, { role, expires: person.expires })
  }

  changeEnd(person: Person, day: string): Promise<boolean> {
    return this.change("PATCH", `/people/${person.id}`, { role: person.role, expires: endOfDay(day) })
  }

  remove(person: Person): Promise<boolean> {
    return this.change("DELETE", `/people/${person.id}`)
  }

  transfer(person: Person): Promise<boolean> {
    return this.change("POST", "/owner", { person: person.id })
  }

  addGroup(group: number, role: GivenRole): Promise<boolean> {
    return this.change("POST", "/groups", { group, role })
  }

  changeGroup({ grant }: GroupGrant, role: GivenRole): Promise<boolean> {
    return this.change("PATCH", `/groups/${grant}`, { role })
  }

  removeGroup({ grant }: GroupGrant): Promise<boolean> {
    return this.change("DELETE", `/groups/${grant}`)
  }

  openTo(scope: Scope, role: GivenRole, organization: number | null = null): Promise<boolean> {
    return this.change("PUT", "/general", { scope, role, organization })
  }

  renewLink(): Promise<boolean> {
    return this.change("POST", "/link", {})
  }

  letEditorsShare(allowed: boolean): Promise<boolean> {
    return this.change("PATCH", "", { may_editors_share: allowed })
  }

  stop(): Promise<boolean> {
    return this.change("DELETE", "")
  }

  private change(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body: unknown = {}): Promise<boolean> {
    return this.attempt(() => send(method, this.address + path, body, this.csrf))
  }

  /** Do it, and read again how things are, whether or not it could be done. */
  private async attempt(work: () => Promise<unknown>): Promise<boolean> {
    this.isBusy = true
    this.problem = undefined
    const isDone = await this.said(work)
    await this.said(async () => (this.summary = (await (await get(this.address)).json()) as Summary))
    this.isBusy = false
    return isDone
  }

  private async said(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      this.problem ??= problem.message
      return false
    }
  }

  private get address(): string {
    return `/api/notebooks/${this.notebook}/sharing`
  }
}

function emptyDraft(role: GivenRole = "editor"): Draft {
  return { addresses: "", role, ends: "", notify: true, note: "" }
}
