/** Whether an element is on the screen or about to be: one observer for all that are watched alike. */

const MARGIN = "600px"

const callbacks = new WeakMap<Element, (isNear: boolean) => void>()
const observers = new Map<string, IntersectionObserver>()

/** Call back whenever `element` comes so near to the screen or leaves it; the function returned ends that. */
export function watchNear(element: Element, callback: (isNear: boolean) => void, margin = MARGIN): () => void {
  const observer = observers.get(margin) ?? newObserver(margin)
  callbacks.set(element, callback)
  observer.observe(element)
  return () => observer.unobserve(element)
}

function newObserver(margin: string): IntersectionObserver {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) callbacks.get(entry.target)?.(entry.isIntersecting)
    },
    { rootMargin: margin },
  )
  observers.set(margin, observer)
  return observer
}
