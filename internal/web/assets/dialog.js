// <a href="/add" data-dialog="#add">: opens that part of the page in a dialog over this one. Without
// scripts, and where the part is on the page already, the link leads there.
import htmx from 'htmx.org'
import { place, restore } from './focus.js'
import { begin, end } from './keys.js'

const dialog = document.createElement('dialog')
dialog.id = 'over'
document.body.append(dialog)

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-dialog]')
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
  const part = document.querySelector(link.dataset.dialog)
  event.preventDefault()
  if (part) return part.querySelector('[autofocus]')?.focus()
  begin('dialog')
  htmx.ajax('GET', link.href, { source: dialog, target: dialog, select: link.dataset.dialog, swap: 'innerHTML' }).then(() => {
    if (!dialog.firstElementChild) return location.assign(link.href)
    dialog.setAttribute('aria-label', link.textContent.trim())
    from = place()
    dialog.show()
    dialog.querySelector('[autofocus]')?.focus()
  }).finally(() => end('dialog'))
})

// It is not modal: what is said about what was done in it can be read and pressed beside it.
document.addEventListener('pointerdown', ({ target }) => {
  if (dialog.open && !target.closest('#over, #messages') && mayLeave(dialog.querySelector('form'))) dialog.close()
})
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !dialog.open || event.defaultPrevented) return
  event.preventDefault()
  if (mayLeave(dialog.querySelector('form'))) dialog.close()
})
let from // where the focus goes back to
dialog.addEventListener('close', () => {
  dialog.replaceChildren()
  if (from) restore(from)
})

// mayLeave asks whether what was written in a form may go, if anything was.
export function mayLeave(form) {
  return !form || ![...form.elements].some(isChanged) || confirm('Leave without saving what you have written?')
}

function isChanged({ localName, type, value, defaultValue, checked, defaultChecked, options }) {
  if (localName === 'select') return [...options].some((o) => o.defaultSelected) && [...options].some((o) => o.selected !== o.defaultSelected)
  if (/^(checkbox|radio)$/.test(type)) return checked !== defaultChecked
  return /^(input|textarea)$/.test(localName) && type !== 'hidden' && value.trim() !== defaultValue.trim()
}

// What leads on to another page than the one that adds closes it: the page below is that one.
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const isAdded = detail.target?.id === 'add' && detail.requestConfig.verb === 'post' && detail.xhr.status === 200
  if (!isAdded || /\/add(\/form)?$/.test(new URL(detail.xhr.responseURL).pathname)) return
  detail.shouldSwap = false
  if (!dialog.open) return location.assign(detail.xhr.responseURL)
  before = [...document.querySelectorAll('[data-walk] > .task')].map((task) => task.id)
  dialog.close()
})

// The task that has come is moved into view and has the focus.
let before
document.addEventListener('htmx:afterSettle', () => {
  const task = before && [...document.querySelectorAll('[data-walk] > .task')].find(({ id }) => !before.includes(id))
  if (!task) return
  before = undefined
  task.scrollIntoView({ block: 'nearest' })
  task.focus({ preventScroll: true })
})

// What was added in it shows on the page at once.
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  const { verb, elt } = detail.requestConfig
  const isDone = verb === 'post' && detail.successful && !new URL(detail.xhr.responseURL).search && detail.xhr.status === 200
  if (isDone && elt.closest('#add')) document.dispatchEvent(new CustomEvent('tickler:changed'))
})
