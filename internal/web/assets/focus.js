// Where the focus is when a page, or a part of it, is shown anew: one rule for all. It stays on what
// had it; where that is gone, on its row; else on the row that took its place; else on the heading.
// A form that comes back with mistakes has it in the first field that has one.
import { go, row, rows } from './keys.js'

const floats = 'dialog, [popover], #messages, .of-selection'
const asks = '[data-go], input[type=search]' // for another list, which begins with its first row
const fields = ':is(input:not([type=hidden]), textarea, select)'

// place says where the focus is; going are rows that will not be there any more.
export function place(going = []) {
  const here = document.activeElement
  if (here?.closest('.bar') && !here.closest('.menu')) return undefined
  const all = rows()
  const at = going[0] ?? row()
  const i = all.indexOf(at)
  const near = i < 0 ? [] : [...all.slice(i), ...all.slice(0, i).reverse()]
  const isNowhere = !here || here === document.body
  const field = here?.closest('[data-focus]')?.dataset.focus // whose part this is
  if (field) return { what: field, rows: [] }
  if (isNowhere && i < 0) return undefined
  return {
    what: isNowhere || going.length || here.closest(`${floats}, ${asks}`) ? '' : selectorOf(here),
    isAsked: Boolean(here?.closest(asks)),
    rows: near.filter((other) => !going.includes(other)).map(({ id }) => id),
    fold: at?.closest('.fold')?.id,
  }
}

function selectorOf({ id, localName, name, type, value }) {
  if (id) return `#${CSS.escape(id)}`
  if (!name) return ''
  const isOneOfMany = /^(checkbox|radio|submit|button)$/.test(type)
  return `main ${localName}[name="${CSS.escape(name)}"]${isOneOfMany ? `[value="${CSS.escape(value)}"]` : ''}`
}

// nearest is what has the focus at a place now, and restore puts it there.
export function nearest({ what, rows: near, fold }) {
  const all = [what && document.querySelector(what), ...near.map((id) => document.getElementById(id))]
  return all.find((element) => element && element.checkVisibility()) ?? heading(fold)
}
export const restore = (to) => go(nearest(to))

function heading(fold) {
  const summary = fold && document.querySelector(`#${CSS.escape(fold)} > summary`)
  if (summary) return summary
  const title = document.querySelector('main h1:not(.hidden)')
  if (title && !title.hasAttribute('tabindex')) title.tabIndex = -1
  return title
}

const firstMistake = (within) => within.querySelector(`${fields}[aria-invalid=true], [aria-invalid=true] ${fields}`)

// Parts.
const places = new WeakMap()
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  if (detail.target?.contains(document.activeElement)) places.set(detail.xhr, place())
})
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  const mistake = detail.xhr?.status === 422 && firstMistake(detail.target.isConnected ? detail.target : document)
  if (mistake) return mistake.focus()
  const was = places.get(detail.xhr)
  if (was && (document.activeElement === document.body || !document.activeElement?.checkVisibility())) restore(was)
})

// Pages: one that leads to itself, as a list that is sorted, or a form that something is saved by.
// Who uses a mouse has no place to lose.
let isByKey = false
document.addEventListener('keydown', () => (isByKey = true), true)
document.addEventListener('pointerdown', () => (isByKey = false), true)
addEventListener('pagehide', () => {
  const left = isByKey && place()
  if (left) sessionStorage.setItem('place', JSON.stringify({ ...left, path: location.pathname }))
})

function arrive() {
  const left = JSON.parse(sessionStorage.getItem('place') ?? 'null')
  sessionStorage.removeItem('place')
  const [{ responseStatus = 422 } = {}] = performance.getEntriesByType('navigation') // not every browser says it
  const mistake = responseStatus === 422 && firstMistake(document.querySelector('main') ?? document)
  if (mistake) return mistake.focus()
  if (document.querySelector('main [autofocus]')) return
  if (document.querySelector('[data-alone]')) return go(heading())
  if (left?.path === location.pathname) go((left.isAsked && rows()[0]) || nearest(left))
}
setTimeout(arrive) // when all else is ready to follow it
