/** One terminal on the screen: xterm.js on a stream to my machine. A chunk of its own, fetched when one is opened. */

import { FitAddon } from "@xterm/addon-fit"
import { Terminal, type ITheme } from "@xterm/xterm"
import "@xterm/xterm/css/xterm.css"

import type { Machine } from "./files.svelte"
import type { MachineStream } from "./stream"

const AGAIN_AFTER = 1_000

export type ScreenEvents = Readonly<{
  /** The shell has ended. */
  over: () => void
  refused: (sentence: string) => void
  /** What is typed reaches the machine, or does not for now. */
  connected: (isConnected: boolean) => void
}>

export class Screen {
  private readonly view: Terminal
  private readonly fit = new FitAddon()
  private readonly observer: ResizeObserver
  private readonly encoder = new TextEncoder()
  private stream: MachineStream | undefined
  private again: ReturnType<typeof setTimeout> | undefined
  private arrived = 0
  private isClosed = false

  constructor(
    host: HTMLElement,
    label: string,
    private readonly id: string,
    private readonly machine: Machine,
    private readonly events: ScreenEvents,
  ) {
    this.view = new Terminal({
      fontFamily: getComputedStyle(host).fontFamily,
      fontSize: 13,
      scrollback: 5_000,
      theme: themeOf(host),
    })
    this.view.loadAddon(this.fit)
    this.view.open(host)
    this.view.textarea?.setAttribute("aria-label", label)
    this.view.onData((text) => this.stream?.send(this.encoder.encode(text)))
    this.view.onBinary((text) => this.stream?.send(Uint8Array.from(text, (character) => character.charCodeAt(0))))
    this.view.onResize(() => this.tellSize(false))
    this.observer = new ResizeObserver(() => this.fit.fit())
    this.observer.observe(host)
    this.connect()
  }

  focus(): void {
    this.view.focus()
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.again)
    this.observer.disconnect()
    this.stream?.close()
    this.view.dispose()
  }

  /** After a break the machine tells what was printed last, so the screen begins anew. */
  private connect(): void {
    this.arrived = 0
    this.stream = this.machine.stream(
      { kind: "terminal", terminal: this.id },
      {
        opened: () => {
          this.events.connected(true)
          this.view.reset()
          this.fit.fit()
          this.tellSize(true)
        },
        bytes: (bytes) => this.show(bytes),
        frame: (frame) => {
          if (frame.type === "exited") this.events.over()
        },
        ended: (code, sentence) => this.ended(code, sentence),
      },
    )
  }

  /** Confirmed when it is on the screen: what floods us waits in the machine. */
  private show(bytes: Uint8Array): void {
    const { stream } = this
    this.view.write(bytes, () => {
      if (stream !== this.stream) return
      this.arrived += bytes.length
      stream?.say({ type: "arrived", bytes: this.arrived })
    })
  }

  private tellSize(redraw: boolean): void {
    this.stream?.say({ type: "size", columns: this.view.cols, rows: this.view.rows, redraw })
  }

  private ended(code: string, sentence: string): void {
    if (this.isClosed) return
    this.events.connected(false)
    if (code === "terminal-over") this.events.over()
    else if (code === "" || code === "no-link" || code === "unavailable" || code === "timeout") {
      this.again = setTimeout(() => this.connect(), AGAIN_AFTER)
    } else this.events.refused(sentence)
  }
}

function themeOf(host: HTMLElement): ITheme {
  const style = getComputedStyle(host)
  return {
    background: style.backgroundColor,
    foreground: style.color,
    cursor: style.color,
    cursorAccent: style.backgroundColor,
  }
}
