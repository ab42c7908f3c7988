/** Whether an element is on the screen or about to be: one observer for all of them. */

const MARGIN = "600px"

const callbacks = new WeakMap<Element, (isNear: boolean) => void>()
let observer: IntersectionObserver | undefined

/** Call back whenever `element` comes near the screen or leaves it; the function returned ends that. */
export function watchNear(element: Element, callback: (isNear: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) callbacks.get(entry.target)?.(entry.isIntersecting)
    },
    { rootMargin: MARGIN },
  )
  callbacks.set(element, callback)
  observer.observe(element)
  return () => observer?.unobserve(element)
}
