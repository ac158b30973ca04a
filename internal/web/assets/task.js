// The page of a task: its facts are edited in their places, by a click or by e; Escape leaves that.
// Other keys are data-key's.
import { mayLeave } from './dialog.js'
import { general, hasActs } from './keys.js'
import { tell } from './say.js'

document.addEventListener('keydown', (event) => {
  const { key, target } = event
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (key !== 'Enter' || !target.matches('[data-enter]') || event.shiftKey) return
  event.preventDefault()
  target.form.requestSubmit()
})

general.e = () => {
  const link = document.activeElement?.closest('[data-field]')?.querySelector('[data-edit]') ?? document.querySelector('#task [data-edit-name]')
  link?.click()
  return Boolean(link)
}

document.addEventListener('keydown', (event) => event.key === 'Escape' && leave(event), true) // before the dialog closes

// leave ends what is edited without saving it, after a question if anything was written, and asks no
// further what is next.
function leave(event) {
  if (document.querySelector('[popover]:popover-open')) return
  const form = event.target.closest('form')
  const way = form?.querySelector('[data-cancel], [data-nothing]') ?? document.querySelector('[data-next] [data-nothing]')
  const isEmpty = !way?.form?.elements.note?.value.trim()
  if (!way || (way.closest('dialog') && isEmpty)) return // the dialog closes
  event.preventDefault()
  if (way.matches('[data-nothing]') || mayLeave(form)) way.click()
}

// A click beside the words of a fact opens it too.
document.addEventListener('click', (event) => {
  const fact = event.target.closest('.fact[data-field]')
  if (!fact || event.target.closest('a, button, input, textarea, select, label, form')) return
  if (!getSelection().isCollapsed) return // somebody copies it
  fact.querySelector('[data-edit]')?.click()
})

// The focus goes into the form that has opened, and back to the fact when it has closed.
let edited
document.addEventListener('htmx:beforeRequest', ({ target }) => {
  const field = target.closest?.('.fact[data-field]')
  if (field) edited = field.id
})
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  if (detail.target?.id !== 'task') return
  const first = document.querySelector('#task [autofocus]')
  if (first) {
    first.focus()
    if (first.matches('input, textarea')) first.select?.()
    return
  }
  document.getElementById(edited)?.focus({ preventScroll: true })
})

// After a task is done, the message about it offers to say what came of it, and what is next: by w, in
// a dialog over the page, to which it leads back. w does that for as long as nothing else was done.
const root = () => new URL(document.querySelector('.brand').href).pathname.replace(/\/$/, '')
let doneTask
document.addEventListener('htmx:configRequest', ({ detail }) => {
  if (detail.verb === 'get') return
  const [what, one] = (detail.formData?.get('do') ?? '').split(':')
  const ids = one ? [one] : (detail.formData?.getAll('id') ?? [])
  const isDone = what === 'complete' && ids.length === 1 && document.querySelector('form[data-acts]')
  doneTask = isDone ? { id: ids[0] } : undefined
})
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  if (detail.requestConfig?.verb === 'get') return
  const undo = document.querySelector('#messages .message form')
  if (!doneTask || doneTask.isOffered || !undo) return
  doneTask.isOffered = true
  undo.before(linkToNext())
})

function linkToNext() {
  const link = Object.assign(document.createElement('a'), { href: `${root()}/tasks/${doneTask.id}/next`, innerHTML: 'What came of it? <kbd aria-hidden="true">w</kbd>' })
  Object.assign(link.dataset, { dialog: '#next', key: 'w' })
  return link
}

general.w = () => {
  if (!hasActs()) return false
  if (doneTask?.isOffered) {
    const link = document.body.appendChild(linkToNext())
    link.click()
    link.remove()
  } else tell('Nothing was done just now. After a task is done, w asks what came of it.')
  return true
}

// u and U take back and do again the last change, where no button does.
const takesBack = (path) => () => {
  if (!hasActs() && !document.querySelector('[data-walk]')) return false
  const form = Object.assign(document.createElement('form'), { method: 'post', action: root() + path, hidden: true })
  form.append(Object.assign(document.createElement('input'), { name: 'back', value: here() }))
  document.body.append(form)
  form.requestSubmit()
  return true
}
general.u = takesBack('/undo')
general.U = takesBack('/redo')

const here = () => (location.pathname + location.search).slice(root().length)
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  const form = detail.target?.id === 'over' && detail.target.querySelector('[data-next]')
  if (!form || form.elements.back) return
  form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'back', value: here() }))
})
