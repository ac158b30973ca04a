// The page of a task: its facts are edited in their places, by a click or by e; Escape leaves that.
// Other keys are data-key's.
const typed = 'textarea, select, input'

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  const { key, target } = event
  if (key === 'Enter' && target.matches('[data-enter]') && !event.shiftKey) {
    event.preventDefault()
    return target.form.requestSubmit()
  }
  if (key !== 'e' || target.matches(typed) || localStorage.getItem('keys') === 'off') return
  if (document.querySelector('dialog[open], [popover]:popover-open')) return
  const link = target.closest('[data-field]')?.querySelector('[data-edit]') ?? document.querySelector('#task [data-edit-name]')
  if (!link) return
  event.preventDefault()
  link.click()
})

document.addEventListener('keydown', (event) => event.key === 'Escape' && leave(event), true) // before the dialog closes

// leave ends what is edited without saving it, and asks no further what is next.
function leave(event) {
  if (document.querySelector('[popover]:popover-open')) return
  const form = event.target.closest('form')
  const way = form?.querySelector('[data-cancel], [data-nothing]') ?? document.querySelector('[data-next] [data-nothing]')
  const isEmpty = !way?.form?.elements.note?.value.trim()
  if (!way || (way.closest('dialog') && isEmpty)) return // the dialog closes
  event.preventDefault()
  way.click()
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

// What a menu of the page's acts offers first has the focus.
document.addEventListener(
  'toggle',
  ({ target, newState }) => {
    if (newState === 'open' && target.matches?.('form[data-act] .menu')) target.querySelector('select, button:not([disabled])')?.focus()
  },
  true,
)

// Where a list's task with a lead is done, the message about it offers what is next: by w, in a
// dialog over the list, to which it leads back.
const root = () => new URL(document.querySelector('.brand').href).pathname.replace(/\/$/, '')
let doneTask
document.addEventListener('htmx:configRequest', ({ detail, target }) => {
  if (!target.matches?.('form[data-acts]')) return
  const [what, one] = (detail.formData.get('do') ?? '').split(':')
  const ids = one ? [one] : detail.formData.getAll('id')
  const isAsked = what === 'complete' && ids.length === 1 && document.getElementById(`task-${ids[0]}`)?.matches('[data-asks-next]')
  doneTask = isAsked ? ids[0] : undefined
})
document.addEventListener('htmx:afterSettle', () => {
  const undo = document.querySelector('#messages .message form')
  if (!doneTask || !undo) return
  const link = Object.assign(document.createElement('a'), { href: `${root()}/tasks/${doneTask}/next`, innerHTML: 'What is next? <kbd aria-hidden="true">w</kbd>' })
  Object.assign(link.dataset, { dialog: '#next', key: 'w' })
  undo.before(link)
  doneTask = undefined
})
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  const form = detail.target?.id === 'over' && detail.target.querySelector('[data-next]')
  if (!form || form.elements.back) return
  const back = Object.assign(document.createElement('input'), { type: 'hidden', name: 'back', value: (location.pathname + location.search).slice(root().length) })
  form.append(back)
})
