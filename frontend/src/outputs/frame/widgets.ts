/**
 * Widgets inside a frame: Jupyter's own models and views, on a manager whose kernel is the page's end of the port.
 *
 * Fetched only by frames that show a widget. A model is made when something asks for it, from the state that the page
 * knows; with no kernel that this frame may reach, it is shown as it was saved.
 */

import "@lumino/widgets/style/widget.css"
import "@jupyter-widgets/base/css/index.css"
import "@jupyter-widgets/controls/css/widgets.css"
import "./widgets.css"

import * as base from "@jupyter-widgets/base"
import { ManagerBase } from "@jupyter-widgets/base-manager"
import * as controls from "@jupyter-widgets/controls"
import { MessageLoop } from "@lumino/messaging"
import { Widget } from "@lumino/widgets"

import anywidget from "../../../node_modules/anywidget/dist/index.js?raw"
import type { WidgetState } from "../../runtime/comms"
import { MissingProgram, readAmd } from "./amd"
import { fromBase64, FrameComm } from "./comms"
import { outputClasses } from "./outputWidget"
import type { Pages } from "./pages"

/** What the page knows of a model: its state, and whether the kernel hears of changes. */
export type KnownModel = Readonly<WidgetState & { live: boolean }>

type Classes = Readonly<Record<string, unknown>>

class Manager extends ManagerBase {
  private readonly asked = new Map<string, Promise<base.WidgetModel>>()
  private readonly programs = new Map<string, Promise<Classes>>()

  constructor(
    private readonly page: Pages,
    private readonly modules: Readonly<Record<string, Classes>>,
  ) {
    super()
  }

  override get_model(model: string): Promise<base.WidgetModel> {
    if (this.has_model(model)) return super.get_model(model)
    const asked = this.asked.get(model) ?? this.make(model)
    this.asked.set(model, asked)
    return asked
  }

  async show(model: string, place: HTMLElement): Promise<void> {
    const view = await this.create_view(await this.get_model(model))
    const widget = view.luminoWidget
    MessageLoop.sendMessage(widget, Widget.Msg.BeforeAttach)
    place.append(widget.node)
    MessageLoop.sendMessage(widget, Widget.Msg.AfterAttach)
  }

  protected override async loadClass(name: string, module: string): Promise<typeof base.WidgetModel> {
    const classes = this.modules[module] ?? (await this.program(module))
    const found = classes[name]
    if (typeof found !== "function") throw new MissingProgram(module)
    return found as typeof base.WidgetModel
  }

  /** The program of a package that we do not know, from the machine that it is installed in. */
  private program(module: string): Promise<Classes> {
    const program = this.programs.get(module) ?? this.fetchProgram(module)
    this.programs.set(module, program)
    return program
  }

  private async fetchProgram(module: string): Promise<Classes> {
    const source = module === "anywidget" ? anywidget : await this.page.ask({ what: "module", module })
    if (typeof source !== "string") throw new MissingProgram(module)
    return readAmd(source, this.modules) as Classes
  }

  protected override _create_comm(target: string, id = base.uuid()): Promise<base.IClassicComm> {
    return Promise.resolve(new FrameComm(this.page, id, target))
  }

  protected override _get_comm_info(): Promise<object> {
    return Promise.resolve({})
  }

  private async make(id: string): Promise<base.WidgetModel> {
    const known = (await this.page.ask({ what: "model", model: id })) as KnownModel | null
    if (!known) throw new Error(id)
    const state = structuredClone(known.state)
    const paths = known.buffers.map(({ path }) => [...path])
    base.put_buffers(
      state as Parameters<typeof base.put_buffers>[0],
      paths,
      known.buffers.map(({ data }) => new DataView(fromBase64(data))),
    )
    const names = {
      model_name: String(state["_model_name"]),
      model_module: String(state["_model_module"]),
      model_module_version: String(state["_model_module_version"]),
    }
    // Otherwise Jupyter's manager would show a broken widget in place of one whose program is not here.
    await this.loadClass(names.model_name, names.model_module)
    if (!known.live) return this.new_model({ ...names, model_id: id }, state)
    return this.new_model({ ...names, model_id: id, comm: new FrameComm(this.page, id, "jupyter.widget") }, state)
  }
}

let manager: Manager | undefined

/** Show a view of the widget; fails when nobody knows it. */
export function showWidget(page: Pages, model: string, place: HTMLElement): Promise<void> {
  manager ??= new Manager(page, {
    "@jupyter-widgets/base": base,
    "@jupyter-widgets/controls": controls,
    "@jupyter-widgets/output": outputClasses(page),
  })
  return manager.show(model, place)
}
