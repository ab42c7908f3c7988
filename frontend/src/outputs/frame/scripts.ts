/** Runs the scripts of an output as a browser would have, had the output been a page: all of them, in order. */

/** Put `html` into `place` and run its scripts one after the other. */
export async function insertHtml(place: HTMLElement, html: string): Promise<void> {
  const template = document.createElement("template")
  template.innerHTML = html
  const scripts = [...template.content.querySelectorAll("script")]
  place.replaceChildren(template.content)
  for (const script of scripts) if (script.isConnected) await runScript(script)
}

/** Run the body of a display of `application/javascript`, to which `element` is its place in the output. */
export function runJavaScript(place: HTMLElement, source: string): void {
  Object.assign(window, { element: place })
  try {
    // The whole point of the frame: the reader asked for this output, and nothing of theirs is in reach.
    new Function("element", source).call(window, place)
  } catch (problem) {
    place.append(errorNote(problem))
  }
}

export function errorNote(problem: unknown): HTMLElement {
  const note = document.createElement("pre")
  note.className = "script-error"
  note.textContent = `JavaScript: ${String(problem)}`
  return note
}

/** Load a script of our own. */
export function loadScript(address: string): Promise<void> {
  const script = document.createElement("script")
  script.src = address
  return new Promise((resolve, reject) => {
    script.addEventListener("load", () => resolve())
    script.addEventListener("error", () => reject(new Error(address)))
    document.head.append(script)
  })
}

/** A script that was parsed does not run; a copy that is put in its place does. */
function runScript(old: HTMLScriptElement): Promise<void> {
  const script = document.createElement("script")
  for (const { name, value } of old.attributes) script.setAttribute(name, value)
  script.text = old.text
  script.async = old.hasAttribute("async")
  const isAwaited = (script.src !== "" || script.type === "module") && !script.async
  return new Promise((resolve) => {
    if (isAwaited) for (const end of ["load", "error"]) script.addEventListener(end, () => resolve())
    withWriting(old, () => old.replaceWith(script))
    if (!isAwaited) resolve()
  })
}

/** `document.write` would end the whole frame; what an output writes belongs behind its script, which may look at what
 * stands before it. */
function withWriting(place: Element, run: () => void): void {
  const holder = document.createElement("div")
  place.after(holder)
  document.write = (...texts: string[]) => holder.insertAdjacentHTML("beforeend", texts.join(""))
  document.writeln = document.write
  run()
  if (!holder.hasChildNodes()) holder.remove()
}
