/** `google.colab` for the scripts of outputs: calls of Python functions, and where in the frame outputs go. */

import { isRecord } from "../../runtime/comms"
import type { Json } from "../../runtime/outputs"
import { LONGEST_VALUE } from "./messages"
import type { Pages } from "./pages"

/** What a function that was registered in Python gave: a display's data by type. */
type Result = Readonly<{ data: Readonly<Record<string, Json>> }>

const TARGET = "google.colab.invoke"
const NO_KERNEL = "No kernel hears this output: it was not printed in the present session, or the machine is not yours."

export class Colab {
  /** Whether a kernel hears this frame. */
  isAllowed = false
  private active: Element | null = null

  constructor(
    private readonly page: Pages,
    private readonly root: HTMLElement,
    private readonly fit: () => void,
  ) {}

  /** Where the next output goes. */
  get area(): Element {
    return this.active?.isConnected ? this.active : this.root
  }

  /** Put `google.colab` where scripts look for it. */
  offer(world: object): void {
    const allowed = (): boolean => this.isAllowed
    const kernel = {
      get accessAllowed(): boolean {
        return allowed()
      },
      invokeFunction: this.invoke.bind(this),
    }
    const output = {
      getActiveOutputArea: () => this.area,
      getDefaultOutputArea: () => this.root,
      setActiveOutputArea: (area: Element | null) => void (this.active = area),
      setIframeHeight: this.setHeight.bind(this),
      resizeIframeToContent: () => this.setHeight(0, true),
    }
    Object.assign(world, { google: { colab: { kernel, output, _give: this.give.bind(this) } } })
  }

  /** Call the Python function of this name; it is called when the kernel has nothing else to do. */
  async invoke(name: string, args: Json[] = [], kwargs: Record<string, Json> = {}): Promise<Result> {
    if (!this.isAllowed) throw new Error(NO_KERNEL)
    const comm = crypto.randomUUID()
    const answered = new Promise<Result>((resolve, reject) => {
      this.page.onComm(comm, ({ data }) => {
        const { result, error } = isRecord(data) ? data : {}
        if (isRecord(result)) resolve({ data: result })
        else reject(new Error(typeof error === "string" ? error : `Function not found: ${name}`))
      })
    }).finally(() => this.page.forgetComm(comm))
    const data = JSON.parse(JSON.stringify({ name, args, kwargs })) as Json
    const named = { comm, target: TARGET, message: `page-${crypto.randomUUID()}` }
    const asked = { type: "comm_open" as const, ...named, data, metadata: {}, buffers: [] }
    const heard = this.page.ask({ what: "comm", request: asked }).then((answer) => {
      if (answer === null) throw new Error(NO_KERNEL)
      return answered
    })
    return Promise.race([answered, heard])
  }

  /** What `eval_js` displays calls this: evaluate, and hand over what comes of it. */
  private async give(wanted: string, script: string): Promise<void> {
    if (!this.isAllowed) return
    let json = await evaluate(script)
      .then((value) => JSON.stringify({ value }))
      .catch((problem: unknown) => JSON.stringify({ error: String(problem) }))
    if (json.length > LONGEST_VALUE) json = JSON.stringify({ error: "The value is larger than 16 MiB." })
    await this.page.ask({ what: "value", wanted, json })
  }

  /** The frame is as tall as what it shows unless a script says otherwise. */
  private setHeight(height: number, fits = false): void {
    this.root.style.height = fits ? "" : `${height}px`
    this.root.style.overflow = fits ? "" : "auto"
    this.fit()
  }
}

/** In the frame's own world, so that functions stay for the next script. */
async function evaluate(script: string): Promise<unknown> {
  // Called as a method it is at home in no function, so variables are the world's: the frame is there for such scripts.
  // eslint-disable-next-line no-eval
  return (await globalThis.eval(script)) as unknown
}
